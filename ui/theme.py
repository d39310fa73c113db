"""Colours by name, and the style sheet made of them. Widgets set no colours themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app.domain.camera import PICTURE_TROUBLES, StreamState
from app.domain.roster import Shift
from app.domain.workflow import CaseStatus
from app.resources import resource

TOKENS = {
    "ground": "#14181d",
    "panel": "#1b2127",
    "raised": "#242c34",
    "field": "#10151a",
    "line": "#333d47",
    "text": "#e4e9ee",
    "muted": "#9aa7b4",
    "faint": "#667380",
    "accent": "#3d8fd1",
    "accent_dark": "#1f4f78",
    "selected": "#26435c",
    "ok": "#4caf7a",
    "near": "#e0a63a",
    "overdue": "#e5605c",
    "suspended": "#9c8ad6",
    "on_colour": "#0d1014",
    "danger_ground": "#4a2426",
    "warn_ground": "#473a1d",
}
"""Text on ground is at least 4.5:1, symbols at least 3:1 (a test computes it)."""

STATUS_COLOURS: dict[CaseStatus, str] = {
    CaseStatus.REPORTED: "#7fb2e0",
    CaseStatus.ACCEPTED: "#6fa8dc",
    CaseStatus.FILED: "#5a9bd8",
    CaseStatus.DISPATCHED: "#4fb0ae",
    CaseStatus.HANDLING: "#e0a63a",
    CaseStatus.SUSPENDED: "#9c8ad6",
    CaseStatus.RESOLVED: "#a3c35a",
    CaseStatus.VERIFIED: "#76b96b",
    CaseStatus.REVIEWED: "#4caf7a",
    CaseStatus.CLOSED: "#7d8b98",
    CaseStatus.DECLINED: "#7d8b98",
    CaseStatus.VOID: "#6b7681",
    CaseStatus.MERGED: "#7d8b98",
}

STREAM_COLOURS: dict[StreamState, str] = {
    StreamState.LIVE: TOKENS["ok"],
    StreamState.CONNECTING: TOKENS["near"],
    StreamState.IDLE: TOKENS["faint"],
    StreamState.LATE: TOKENS["near"],
    **dict.fromkeys(PICTURE_TROUBLES, TOKENS["near"]),
}

SHIFT_COLOURS: dict[Shift, str] = {
    Shift.EARLY: "#2f6f9f",
    Shift.LATE: "#8a6a1f",
    Shift.NIGHT: "#4f4690",
    Shift.OFF: "#232a31",
    Shift.LEAVE: "#8c3b3a",
}

NEAR = timedelta(hours=2)
FONT_FAMILIES = [
    "Noto Sans CJK SC",
    "Microsoft YaHei UI",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
]


def stream_colour(state: StreamState) -> QColor:
    return QColor(STREAM_COLOURS.get(state, TOKENS["overdue"]))


def due_colour(
    status: CaseStatus, due: datetime | None, resolved: datetime | None, now: datetime
) -> QColor:
    """Red when late, amber in the last two hours, else plain."""
    if due is None or status in (CaseStatus.VOID, CaseStatus.MERGED):
        return QColor(TOKENS["muted"])
    if status is CaseStatus.SUSPENDED:
        return QColor(TOKENS["suspended"])
    left = due - (resolved or now)
    if left < timedelta(0):
        return QColor(TOKENS["overdue"])
    return QColor(TOKENS["near"] if not resolved and left < NEAR else TOKENS["text"])


def dress(application: QApplication) -> None:
    """Give the whole program its colours, its font and its style sheet."""
    application.setStyle("Fusion")
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPixelSize(14)
    application.setFont(font)
    palette = QPalette()
    for role, token in (
        (QPalette.ColorRole.Window, "ground"),
        (QPalette.ColorRole.Base, "field"),
        (QPalette.ColorRole.AlternateBase, "panel"),
        (QPalette.ColorRole.Button, "raised"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.ToolTipBase, "raised"),
        (QPalette.ColorRole.ToolTipText, "text"),
        (QPalette.ColorRole.Highlight, "selected"),
        (QPalette.ColorRole.HighlightedText, "text"),
        (QPalette.ColorRole.PlaceholderText, "faint"),
        (QPalette.ColorRole.Link, "accent"),
    ):
        palette.setColor(role, QColor(TOKENS[token]))
    application.setPalette(palette)
    application.setStyleSheet(style_sheet())


def style_sheet() -> str:
    """All numbered templates below `resources/styles`, with the tokens filled in."""
    sheets = sorted(resource("styles").glob("*.qss"))
    told = {**TOKENS, "icons": resource("icons").as_posix()}
    return "\n".join(Template(sheet.read_text("utf-8")).substitute(told) for sheet in sheets)

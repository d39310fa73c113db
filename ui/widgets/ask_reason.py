"""Asks for a reason before something that wants one; nothing waits while it is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.domain.audit import SHORTEST_REASON, Act, wants_reason
from ui.widgets.named import named
from ui.words import tr


class ReasonDialog(QDialog):
    """One line; it can be confirmed when it says enough."""

    def __init__(self, parent: QWidget, title: str, then: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self.reason = QLineEdit(placeholderText=tr("例如：复核 12345 工单现场情况"))
        self.reason.setAccessibleName(tr("原因"))
        told = tr("原因将记入审计记录，至少 {n} 个字", n=SHORTEST_REASON)
        self.buttons = QDialogButtonBox()
        go = self.buttons.addButton(tr("确定"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(tr("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        go.setProperty("weight", "main")
        go.setEnabled(False)
        column = QVBoxLayout(self)
        for widget in (QLabel(title, wordWrap=True), self.reason, named(QLabel(told), "muted")):
            column.addWidget(widget)
        column.addWidget(self.buttons)
        self.reason.textChanged.connect(
            lambda text: go.setEnabled(len(text.strip()) >= SHORTEST_REASON)
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: then(self.reason.text().strip()))


def with_reason(
    parent: QWidget, code: str, act: Act, title: str, then: Callable[[str], None]
) -> None:
    """Go on at once where no reason is wanted for a camera of this code, else ask for it first."""
    if wants_reason(code, act):
        ReasonDialog(parent.window(), title, then).open()
    else:
        then("")

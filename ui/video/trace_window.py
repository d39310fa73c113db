"""Tracing (追溯): what a camera and its neighbours have shown and led to, newest first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)
from typing_extensions import override

from app.desk import Desk
from app.domain.camera import CameraRow
from app.domain.workflow import CaseStatus
from app.evidence_store import StoreFailed
from app.services import tracing
from app.services.tracing import Trace
from ui.cases.evidence_files import EvidenceFiles
from ui.labels import full_clock, label
from ui.tasks import Tasks
from ui.widgets.ask_reason import ReasonDialog
from ui.widgets.named import named
from ui.widgets.side_window import SideWindow
from ui.widgets.still import load_still
from ui.words import tr

DISTANCES = (0, 150, 300, 600)
DAYS = (7, 30, 90)
THUMB = QSize(192, 108)
THUMBS = 80
"""So many pictures are read at once; the rest of the list says when and where."""

TRACE = Qt.ItemDataRole.UserRole


class TraceWindow(SideWindow):
    """A window of its own. Signals: `case_chosen(id)`, `piece_chosen(EvidenceLine)` for evidence
    that belongs to no case, `closed()`.
    """

    case_chosen = Signal(int)
    piece_chosen = Signal(object)
    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        camera: CameraRow,
        files: EvidenceFiles,
        reason: str,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__(tr("追溯 · {name}", name=camera.name))
        self.resize(860, 820)
        self._desk, self.camera, self._files, self._reason = desk, camera, files, reason
        self._tasks = Tasks(self, on_error)
        self._asked = 0
        self.distance, self.days = QComboBox(), QComboBox()
        for metres in DISTANCES:
            words = tr("{m} 米内的邻近点位", m=metres) if metres else tr("只看本点位")
            self.distance.addItem(words, metres)
        self.distance.setCurrentIndex(2)
        for days in DAYS:
            self.days.addItem(tr("最近 {n} 天", n=days), days)
        self.days.setCurrentIndex(1)
        self.distance.setAccessibleName(tr("范围"))
        self.days.setAccessibleName(tr("时间"))
        self.list = QListWidget()
        self.list.setIconSize(THUMB)
        self.list.setAccessibleName(tr("追溯结果"))
        self.list.setWordWrap(True)
        self.told = named(QLabel(wordWrap=True), "muted")
        self.explain = QPushButton()
        self.explain.setVisible(False)
        self.explain.clicked.connect(self._ask_reason)
        head = QHBoxLayout()
        for widget in (self.distance, self.days, self.told):
            head.addWidget(widget, 1 if widget is self.told else 0)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.explain)
        column.addWidget(self.list, 1)
        column.addWidget(named(QLabel(tr("双击打开案件；没有案件的，打开画面")), "muted"))
        for field in (self.distance, self.days):
            field.currentIndexChanged.connect(lambda _: self.reload())
        self.list.itemActivated.connect(self._on_item)
        self.reload()

    def reload(self) -> None:
        """Ask for this span and distance."""
        self._asked += 1
        self._tasks.start(self._load(self._asked))

    def _ask_reason(self) -> None:
        title = tr("追溯附近的公安视频点位")
        ReasonDialog(self, title, self._explain).open()

    def _explain(self, reason: str) -> None:
        self._reason = reason
        self.reload()

    async def _load(self, asked: int) -> None:
        now = self._desk.clock()
        begins = now - timedelta(days=self.days.currentData())
        within = float(self.distance.currentData())
        self.told.setText(tr("正在查询…"))
        traced = await self._desk.run(  # the question is on record
            tracing.trace, self.camera.id, within, begins, now, self._reason
        )
        if asked != self._asked:
            return
        self.list.clear()
        found, pictures = traced.lines, []
        self.explain.setVisible(traced.unexplained > 0)
        self.explain.setText(
            tr("附近还有 {n} 个公安视频点位，写明原因后列出…", n=traced.unexplained)
        )
        for one in found:
            item = QListWidgetItem(_words(one))
            item.setData(TRACE, one)
            item.setSizeHint(QSize(0, THUMB.height() + 12 if one.evidence else 46))
            self.list.addItem(item)
            if one.evidence is not None and one.evidence.kind == "still":
                pictures.append((item, one.evidence))
        cases = len({one.case_id for one in found if one.case_id})
        count = sum(one.evidence is not None for one in found)
        told = tr("{n} 件画面，{m} 宗案件", n=count, m=cases)
        if traced.more:
            told += tr("；更早的 {n} 条没有列出，请缩小范围", n=traced.more)
        self.told.setText(told)
        for item, line in pictures[:THUMBS]:
            try:
                path = await self._files.find(line)
            except StoreFailed:
                path = None  # the list says when and where; its picture is for the case to show
            still = await load_still(path) if path else None
            if asked != self._asked:
                return
            if still is not None:
                image = await asyncio.to_thread(
                    still.shaped().scaled, THUMB, Qt.AspectRatioMode.KeepAspectRatio
                )
                item.setIcon(QIcon(QPixmap.fromImage(image)))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._tasks.cancel()
        self.closed.emit()
        super().closeEvent(event)

    def _on_item(self, item: QListWidgetItem) -> None:
        one: Trace = item.data(TRACE)
        if one.case_id is not None:
            self.case_chosen.emit(one.case_id)
        elif one.evidence is not None:
            self.piece_chosen.emit(one.evidence)


def _words(one: Trace) -> str:
    """One line of the list, without anything that only the eye could tell apart."""
    parts = [full_clock(one.at), one.camera or tr("无点位")]
    if 0 < one.metres < float("inf"):
        parts.append(f"{one.metres:.0f} m")
    if one.evidence is not None:
        kind = tr("照片") if one.evidence.kind == "still" else tr("录像")
        parts.append(f"{label(one.evidence.purpose)} · {kind}")
    else:
        parts.append(tr("登记案件"))
    if one.evidence is not None and one.case_id is None:
        parts.append("\n" + tr("没有案件"))
    if one.number:
        parts.append(f"\n{one.number} {one.subcategory} {label(CaseStatus(one.status))}")
    return "　".join(parts)

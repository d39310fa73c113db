"""What was true of one camera, and when: every change of its state that a desk has seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)
from typing_extensions import override

from app.desk import Desk
from app.domain.availability import Stretch
from app.domain.camera import CameraRow
from app.services import faults
from ui.labels import full_clock, label
from ui.tasks import Tasks
from ui.theme import stream_colour
from ui.widgets.named import named
from ui.widgets.side_window import SideWindow
from ui.words import tr

DAYS = (1, 7, 30)
COLUMNS = (("状态", 130), ("开始", 190), ("持续", 130), ("席位", 160))


class StateWindow(SideWindow):
    """A window of its own, the newest first."""

    def __init__(
        self, desk: Desk, camera: CameraRow, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__(tr("状态记录 · {name}", name=camera.name))
        self.resize(680, 620)
        self._desk, self.camera = desk, camera
        self._tasks = Tasks(self, on_error)
        self.days = QComboBox()
        self.days.setAccessibleName(tr("时间"))
        for days in DAYS:
            self.days.addItem(tr("最近 {n} 天", n=days), days)
        self.days.setCurrentIndex(1)
        self.days.currentIndexChanged.connect(lambda _: self.reload())
        self.table = QTreeWidget()
        self.table.setRootIsDecorated(False)
        self.table.setAlternatingRowColors(True)
        self.table.setAccessibleName(self.windowTitle())
        self.table.setHeaderLabels([tr(title) for title, _ in COLUMNS])
        for place, (_, width) in enumerate(COLUMNS):
            self.table.setColumnWidth(place, width)
        self.told = named(QLabel(wordWrap=True), "muted")
        head = QHBoxLayout()
        head.addWidget(self.days)
        head.addWidget(self.told, 1)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(named(QLabel(tr("没有席位连接的时间没有记录"), wordWrap=True), "muted"))
        self.reload()

    def reload(self) -> None:
        """Ask for the chosen days."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        ends = self._desk.clock()
        begins = ends - timedelta(days=self.days.currentData())
        found = await self._desk.ask(faults.course, self.camera.id, begins, ends)
        self.table.clear()
        self.table.addTopLevelItems([_item(one) for one in found])
        self.told.setText(tr("{n} 段", n=len(found)))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._tasks.cancel()
        super().closeEvent(event)


def _item(one: Stretch) -> QTreeWidgetItem:
    seconds = round((one.ends - one.begins).total_seconds())
    item = QTreeWidgetItem([label(one.state), full_clock(one.begins), lasted(seconds), one.desk])
    item.setForeground(0, stream_colour(one.state))
    return item


def lasted(seconds: int) -> str:
    """So many seconds, as people say it."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return tr("{h} 小时 {m} 分", h=hours, m=minutes)
    return tr("{m} 分 {s} 秒", m=minutes, s=rest) if minutes else tr("{s} 秒", s=rest)

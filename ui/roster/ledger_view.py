"""The ledger of a shift on screen: planned against watched, and what was missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.camera import CameraRow
from app.domain.ledger import Sum, Watched
from app.domain.roster import shift_at
from app.services import directory, ledger
from ui.labels import district_name, label
from ui.tasks import Tasks
from ui.theme import TOKENS
from ui.widgets.named import named
from ui.widgets.plain_table import fill
from ui.words import listed, tr

SHIFTS_BACK = 3 * 31
"""A month of them: what was owed and seen is asked after weeks, too."""

SUM_COLUMNS = (
    ("区或人员", 260),
    ("计划", 70),
    ("已看", 70),
    ("观看点位", 90),
    ("观看（小时）", 120),
)
CUTS = ("按点位", "按区", "按人员")
COLUMNS = (
    ("点位名称", 260),
    ("区", 90),
    ("计划", 70),
    ("观看（秒）", 110),
    ("次数", 80),
    ("观看人", 260),
)


class LedgerView(QWidget):
    """Signals: `again(list of camera ids)`: watch these, they were missed; `asking()`: what this
    desk has seen up to now should be on record.
    """

    again = Signal(list)
    asking = Signal()

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        self._missed: list[int] = []
        self.shift = QComboBox()
        self.shift.setAccessibleName(tr("班次"))
        self.told = named(QLabel(), "panelTitle")
        self.more = QPushButton(tr("补看漏看的点位"))
        self.more.setProperty("weight", "main")
        self.more.clicked.connect(lambda: self.again.emit(self._missed))
        self.cut = QComboBox()
        self.cut.setAccessibleName(tr("统计口径"))
        for words_ in CUTS:
            self.cut.addItem(tr(words_))
        self.table = QTreeWidget()
        self.table.setRootIsDecorated(False)
        self.table.setAlternatingRowColors(True)
        head = QHBoxLayout()
        head.addWidget(self.shift)
        head.addWidget(self.cut)
        head.addWidget(self.told, 1)
        head.addWidget(self.more)
        words = tr(
            "只计画面实时、正常、在屏幕上且席位有人的时间；计划来自限定本班的轮巡；"
            "满 5 秒算看过；还在屏幕上的每两分钟记入一次"
        )
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(named(QLabel(words, wordWrap=True), "muted"))
        self._fill()
        for field in (self.shift, self.cut):
            field.currentIndexChanged.connect(lambda _: self._tasks.start(self._load()))

    def _fill(self) -> None:
        now, chosen = self._desk.clock(), self.shift.currentData()
        self.shift.blockSignals(True)
        self.shift.clear()
        for back in range(SHIFTS_BACK):
            day, shift = shift_at(now - timedelta(hours=8 * back))
            self.shift.addItem(f"{day} {label(shift)}", (day, shift))
        place = next((i for i in range(SHIFTS_BACK) if self.shift.itemData(i) == chosen), 0)
        self.shift.setCurrentIndex(place)
        self.shift.blockSignals(False)

    def reload(self) -> None:
        """Fetch the chosen shift; the list of shifts goes on with the clock."""
        self._fill()
        self.asking.emit()  # written before it is read: the desk does one thing after another
        self._tasks.start(self._load())

    async def _load(self) -> None:
        told = await self._desk.ask(ledger.told, *self.shift.currentData())
        seen = await self._desk.ask(directory.view)
        cameras = {camera.id: camera for camera in seen.cameras}
        lines = [line for line in told.lines if line.camera_id in cameras]
        self._missed = [line.camera_id for line in lines if line.is_missed]
        if not await self._show(told, lines, cameras):
            return  # another shift was chosen meanwhile
        planned = sum(line.planned for line in lines)
        kept = planned - len(self._missed)
        hours = sum(line.seconds for line in lines) / 3600
        rate = "—" if not planned else f"{int(kept / planned * 1000) / 10:.1f}%"
        if not planned:
            watched = sum(line.seconds > 0 for line in lines)
            self.told.setText(
                tr(
                    "本班没有计划的轮巡；看过 {n} 个点位，共 {hours:.2f} 点位小时",
                    n=watched,
                    hours=hours,
                )
            )
            self.more.setEnabled(False)
            return
        self.told.setText(
            tr(
                "计划 {planned} 个点位，已看 {kept} 个，覆盖率 {rate}；共观看 {hours:.2f} 点位小时",
                planned=planned,
                kept=kept,
                rate=rate,
                hours=hours,
            )
        )
        self.more.setEnabled(bool(self._missed) and self.shift.currentIndex() == 0)

    async def _show(
        self, told: ledger.Ledger, lines: list[Watched], cameras: dict[int, CameraRow]
    ) -> bool:
        """The table, by camera, district or person."""
        cut = self.cut.currentIndex()
        columns = COLUMNS if cut == 0 else SUM_COLUMNS
        self.table.setColumnCount(len(columns))
        self.table.setHeaderLabels([tr(title) for title, _ in columns])
        for place, (_, width) in enumerate(columns):
            self.table.setColumnWidth(place, width)
        self.table.header().setStretchLastSection(cut == 0)  # a figure stands beside its name
        if cut == 0:
            items = (_item(cameras[line.camera_id], line) for line in lines)
        elif cut == 1:
            items = (_sum_item(district_name(one.key), one, True) for one in told.districts)
        else:
            items = (_sum_item(one.key, one, False) for one in told.people)
        return await fill(self.table, items)


def _sum_item(name: str, one: Sum, alone: bool) -> QTreeWidgetItem:
    """`alone`: the plan is kept by this line alone; people share theirs, and nobody of them is to
    be marked for what a colleague has watched.
    """
    planned = str(one.planned) if one.planned else "—"
    figures = [planned, str(one.seen), str(one.cameras), f"{one.seconds / 3600:.2f}"]
    item = QTreeWidgetItem([name, *figures])
    for place in range(1, 5):
        item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if alone and one.seen < one.planned:
        for place in range(len(SUM_COLUMNS)):
            item.setForeground(place, QColor(TOKENS["overdue"]))
    return item


def _item(camera: CameraRow, line: Watched) -> QTreeWidgetItem:
    texts = [
        camera.name,
        district_name(camera.district),
        tr("是") if line.planned else "—",
        f"{line.seconds:.0f}",
        str(line.visits),
        listed(line.people) or "—",
    ]
    item = QTreeWidgetItem(texts)
    for place in (3, 4):
        item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if line.is_missed:
        for place in range(len(COLUMNS)):
            item.setForeground(place, QColor(TOKENS["overdue"]))
    return item

"""How available the cameras were: online and intact rates by camera, district or day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.availability import Share
from app.domain.deadline import CITY
from app.services import faults
from app.services.faults import AvailabilityLine, Cut
from ui.labels import district_name, label
from ui.tasks import Tasks
from ui.theme import TOKENS
from ui.widgets.day_span import DaySpan
from ui.widgets.named import named
from ui.widgets.plain_table import fill, plain_table
from ui.words import tr

GOOD, POOR = 0.98, 0.90
COLUMNS = (
    ("对象", 240),
    ("点位数（个）", 110),
    ("观察时长（小时）", 140),
    ("在线率", 110),
    ("图像完好率", 110),
)


class AvailabilityView(QWidget):
    """A table that is asked for anew whenever its span or cut changes."""

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        today = desk.clock().astimezone(CITY).date()
        self.days = DaySpan(today - timedelta(days=6), today)
        self.days.changed.connect(self.reload)
        self.cut = QComboBox()
        self.cut.setAccessibleName(tr("统计口径"))
        for cut in Cut:
            self.cut.addItem(label(cut), cut)
        self.cut.currentIndexChanged.connect(lambda _: self.reload())
        self.table = plain_table(COLUMNS, tr("在线率与完好率"))
        self.table.header().setStretchLastSection(False)  # figures stand beside their names
        words = tr(
            "在线率 = 取得到视频流的时长 / 观察时长；图像完好率 = 画面正常的时长 / 观察时长；"
            "没有席位连接的时间不计"
        )
        self._asked = 0
        head = QHBoxLayout()
        for widget in (self.days, self.cut):
            head.addWidget(widget)
        head.addStretch()
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(named(QLabel(words, wordWrap=True), "muted"))

    def reload(self) -> None:
        """Ask for the figures of this span."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        first, last = self.days.days()
        cut: Cut = self.cut.currentData()
        self._asked += 1
        asked = self._asked
        lines = await self._desk.ask_long(faults.availability, first, last, cut)
        if asked != self._asked:
            return  # another span was asked for meanwhile
        await fill(self.table, _rows(lines, cut))


def _rows(lines: Sequence[AvailabilityLine], cut: Cut) -> Iterator[QTreeWidgetItem]:
    """A row for each line, and one for all."""
    total = Share()
    for line in lines:
        total.add(line.share)
        yield _item(district_name(line.key) if cut is Cut.DISTRICT else line.key, line)
    if not lines:
        return
    whole = _item(tr("合计"), AvailabilityLine("", sum(line.cameras for line in lines), total))
    if cut in (Cut.DAY, Cut.MONTH):
        whole.setText(1, "—")  # the same cameras on each day, or others: their sum is no number
    font = whole.font(0)
    font.setBold(True)
    for place in range(len(COLUMNS)):
        whole.setFont(place, font)
    yield whole


def _item(name: str, line: AvailabilityLine) -> QTreeWidgetItem:
    share = line.share
    rates = (share.online_rate, share.intact_rate)
    texts = [name, str(line.cameras), f"{share.watched / 3600:.2f}", *map(percent, rates)]
    item = QTreeWidgetItem(texts)
    for place in range(1, len(COLUMNS)):
        item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for place, rate in enumerate(rates, 3):
        if rate is not None:
            colour = "ok" if rate >= GOOD else "near" if rate >= POOR else "overdue"
            item.setForeground(place, QColor(TOKENS[colour]))
    return item


def percent(rate: float | None) -> str:
    """Two decimals, cut and not rounded up: 99.999 % is not 100."""
    if rate is None:
        return "—"
    return f"{int(rate * 10000) / 100:.2f}%"

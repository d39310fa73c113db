"""Device faults with both their clocks, and what is done about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.camera import StreamState
from app.domain.fault import ASSESSING, Clock
from app.services import faults
from app.services.faults import FaultLine
from ui.labels import full_clock, label
from ui.notices import Notices
from ui.roster.fault_sight import FaultSightPanel
from ui.tasks import Tasks
from ui.theme import TOKENS
from ui.words import tr

LINE = Qt.ItemDataRole.UserRole
COLUMNS = (
    ("点位名称", 190),
    ("故障", 150),
    ("发现时间", 150),
    ("评估（15 分钟内）", 150),
    ("解决（紧急 1 小时内）", 170),
    ("评估意见", 200),
    ("处理结果", 200),
)
COLOURS = {
    Clock.RUNNING: "near",
    Clock.MISSED: "overdue",
    Clock.BROKEN: "overdue",
    Clock.KEPT: "ok",
    Clock.NONE: "muted",
}


class FaultsView(QWidget):
    """Open faults first. Signals: `camera_chosen(id)` on double click, `counted(open, waiting)`."""

    camera_chosen = Signal(int)
    counted = Signal(int, int)

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setHeaderLabels([tr(title) for title, _ in COLUMNS])
        for place, (_, width) in enumerate(COLUMNS):
            self.list.setColumnWidth(place, width)
        self.list.header().setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        self.list.setAccessibleName(tr("设备故障"))
        self.note = QLineEdit(
            placeholderText=tr("评估意见或处理结果：什么问题、报给了谁、怎样解决的")
        )
        self.urgent = QPushButton(tr("评估：紧急"))
        self.urgent.setProperty("weight", "danger")
        self.ordinary = QPushButton(tr("评估：一般"))
        self.solve = QPushButton(tr("标为已解决"))
        self.solve.setProperty("weight", "main")
        self.span = QComboBox()
        self.span.setAccessibleName(tr("已解决的故障列多久"))
        for within in faults.LISTED_FOR:
            self.span.addItem(tr("未解决的和 {n} 天内解决的", n=within.days), within)
        row = QHBoxLayout()
        row.addWidget(self.span)
        row.addWidget(self.note, 1)
        for button in (self.urgent, self.ordinary, self.solve):
            row.addWidget(button)
        self.sight = FaultSightPanel(desk, on_error)
        beside = QHBoxLayout()
        beside.addWidget(self.list, 1)
        beside.addWidget(self.sight)
        column = QVBoxLayout(self)
        column.addLayout(beside, 1)
        column.addLayout(row)
        self.list.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._ready)
        self.list.itemDoubleClicked.connect(
            lambda item, _: self.camera_chosen.emit(item.data(0, LINE).camera_id)
        )
        self.span.currentIndexChanged.connect(lambda _: self.reload())
        self.urgent.clicked.connect(lambda: self._tasks.start(self._assess(True)))
        self.ordinary.clicked.connect(lambda: self._tasks.start(self._assess(False)))
        self.solve.clicked.connect(lambda: self._tasks.start(self._solve()))
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)
        self._second.start()
        self._ready()

    def reload(self) -> None:
        """Fetch the list."""
        self._tasks.start(self._load())

    def choose(self, state: StreamState) -> None:
        """Choose the first fault of this state."""
        for number in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(number)
            if item is not None and item.data(0, LINE).state is state:
                self.list.setCurrentItem(item)
                return

    def forget_person(self) -> None:
        """The list is fetched for whoever opens it next, and nothing is chosen in it."""
        self.list.clear()
        self.note.clear()
        self._ready()

    async def _load(self) -> None:
        lines = await self._desk.ask(faults.listed, self.span.currentData())
        chosen = {line.id for line in self._chosen()}
        self.list.blockSignals(True)  # what was chosen stays chosen, and its pictures in sight
        self.list.clear()
        for line in lines:
            item = QTreeWidgetItem()
            item.setData(0, LINE, line)
            self.list.addTopLevelItem(item)
            item.setSelected(line.id in chosen)
        self.list.blockSignals(False)
        self._tick()
        still = [line for line in lines if line.solved_at is None]
        self.counted.emit(len(still), sum(line.assessed_at is None for line in still))
        self._ready()

    def _chosen(self) -> list[FaultLine]:
        return [item.data(0, LINE) for item in self.list.selectedItems()]

    def _to_assess(self) -> list[FaultLine]:
        return [line for line in self._to_solve() if line.assessed_at is None]

    def _to_solve(self) -> list[FaultLine]:
        return [line for line in self._chosen() if line.solved_at is None]

    def _ready(self) -> None:
        may = self._desk.signed.role in ASSESSING
        self.solve.setEnabled(may and bool(self._to_solve()))
        for button in (self.urgent, self.ordinary):
            button.setEnabled(may and bool(self._to_assess()))
        chosen = self._chosen()
        self.sight.show_fault(chosen[0] if len(chosen) == 1 else None)

    async def _assess(self, urgent: bool) -> None:
        """All that are chosen: a switch that fails takes forty cameras with it."""
        if lines := self._to_assess():
            ids = [line.id for line in lines]
            await self._desk.run(faults.assess, ids, urgent, self.note.text())
            self.note.clear()
            self._notices.say(tr("{camera}：已评估", camera=_named(lines)), "ok")
            await self._load()

    async def _solve(self) -> None:
        if lines := self._to_solve():
            await self._desk.run(faults.solve, [line.id for line in lines], self.note.text())
            self.note.clear()
            self._notices.say(tr("{camera}：故障已解决", camera=_named(lines)), "ok")
            await self._load()

    # Clocks.

    def _tick(self) -> None:
        """Both clocks run on screen, second by second."""
        if not self.isVisible():
            return
        now = self._desk.clock()
        for number in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(number)
            if item is not None:
                self._write(item, item.data(0, LINE), now)

    def _write(self, item: QTreeWidgetItem, line: FaultLine, now: datetime) -> None:
        assess, a_state = told(line.assess_by, line.assessed_at, line.assess_clock, now)
        ends = [one for one in (line.recovered_at, line.solved_at) if one is not None]
        solve, s_state = told(line.solve_by, min(ends, default=None), line.solve_clock, now)
        if line.urgent is None:
            solve = tr("待评估")  # whether it has an hour is not known yet
        if line.recovered_at and line.solved_at is None:
            solve = tr("{told} · 画面已恢复", told=solve)
        done = f"{line.solved_by} {line.solution}" if line.solved_at else ""
        words = f"{line.assessed_by} {line.assessment}" if line.assessed_at else ""
        texts = (
            line.camera,
            label(line.state),
            full_clock(line.opened_at),
            assess,
            solve,
            words,
            done,
        )
        for place, text in enumerate(texts):
            item.setText(place, text)
        item.setForeground(3, QColor(TOKENS[COLOURS[a_state]]))
        item.setForeground(4, QColor(TOKENS[COLOURS[s_state]]))
        if line.solved_at:
            for place in (0, 1, 2, 5, 6):
                item.setForeground(place, QColor(TOKENS["muted"]))


def _named(lines: list[FaultLine]) -> str:
    if len(lines) == 1:
        return lines[0].camera
    return tr("{camera} 等 {n} 个", camera=lines[0].camera, n=len(lines))


def told(
    limit: datetime | None, done: datetime | None, clock: Clock, now: datetime
) -> tuple[str, Clock]:
    """A clock in words: what is left, by how much it was missed, or how it ended."""
    if limit is None:
        return label(Clock.NONE), Clock.NONE
    if done is not None:
        return (
            f"{label(clock)} {span(done - (limit if clock is Clock.BROKEN else done))}".strip(),
            clock,
        )
    if now <= limit:
        return tr("剩 {time}", time=span(limit - now)), Clock.RUNNING
    return tr("超时 {time}", time=span(now - limit)), Clock.MISSED


def span(time: object) -> str:
    """Minutes and seconds, or hours as well; nothing for none."""
    seconds = int(getattr(time, "total_seconds", lambda: 0)())
    if seconds <= 0:
        return ""
    hours, rest = divmod(seconds, 3600)
    return (
        f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
        if hours
        else f"{rest // 60:02d}:{rest % 60:02d}"
    )

"""The month, and asking for leave or a swap in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.deadline import CITY
from app.domain.people import Role
from app.domain.roster import HOURS, WORKED, RequestKind, RequestStatus, Shift
from app.services import roster
from app.services.roster import RequestLine
from ui.labels import clock, label
from ui.notices import Notices
from ui.roster.month_model import MonthModel
from ui.tasks import Tasks
from ui.theme import SHIFT_COLOURS
from ui.widgets.named import named
from ui.words import tr

REQUEST = Qt.ItemDataRole.UserRole
WORKED_IN_ORDER = (Shift.EARLY, Shift.LATE, Shift.NIGHT)


class MonthView(QWidget):
    """People x days, the chosen cell's sheet, and the requests of the month."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._first = desk.clock().astimezone(CITY).date().replace(day=1)
        self.model = MonthModel()
        self.title = named(QLabel(), "panelTitle")
        self.summary = named(QLabel(), "muted")
        self.table = QTableView()
        self.sheet = _RequestSheet()
        self.planner = _Planner()
        self.planner.planned.connect(lambda shift: self._tasks.start(self._plan(shift)))
        self.requests = QListWidget()
        self.requests.setAccessibleName(tr("请假与换班申请"))
        self.requests.setWordWrap(True)
        self.approve = QPushButton(tr("同意"))
        self.approve.setProperty("weight", "main")
        self.reject = QPushButton(tr("不同意"))
        self.reject.setProperty("weight", "danger")
        self.note = QLineEdit(placeholderText=tr("审批意见；不同意时必填"))
        self._build()
        self._set_up_table()

    def _build(self) -> None:
        before, after = QPushButton("‹"), QPushButton("›")
        before.setAccessibleName(tr("上个月"))
        after.setAccessibleName(tr("下个月"))
        before.clicked.connect(lambda: self._go(-1))
        after.clicked.connect(lambda: self._go(1))
        head = QHBoxLayout()
        for widget in (before, self.title, after, self.summary):
            head.addWidget(widget)
        head.addStretch()
        head.addWidget(_legend())
        side = QVBoxLayout()
        side.addWidget(self.planner)
        side.addWidget(self.sheet)
        side.addWidget(named(QLabel(tr("请假与换班申请")), "sectionTitle"))
        side.addWidget(self.requests, 1)
        side.addWidget(self.note)
        row = QHBoxLayout()
        row.addWidget(self.approve)
        row.addWidget(self.reject)
        side.addLayout(row)
        right = QWidget()
        right.setLayout(side)
        right.setFixedWidth(330)
        body = QHBoxLayout()
        body.addWidget(self.table, 1)
        body.addWidget(right)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(body, 1)
        self.sheet.leave.clicked.connect(lambda: self._tasks.start(self._ask(RequestKind.LEAVE)))
        self.sheet.swap.clicked.connect(lambda: self._tasks.start(self._ask(RequestKind.SWAP)))
        self.approve.clicked.connect(lambda: self._tasks.start(self._decide(True)))
        self.reject.clicked.connect(lambda: self._tasks.start(self._decide(False)))

    def _set_up_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("月度排班表"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(26)
        header.setFixedHeight(46)
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.selectionModel().currentChanged.connect(self._on_cell)

    # Showing.

    def reload(self) -> None:
        """Fetch the month and its requests."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        month = await self._desk.ask(roster.month, self._first)
        today = self._desk.clock().astimezone(CITY).date()
        self.model.put(month, today)
        self.title.setText(tr("{y} 年 {m} 月排班", y=self._first.year, m=self._first.month))
        on_leave = sum(shift is Shift.LEAVE for shift in month.cells.values())
        told = tr("{n} 人 · 本月请假 {k} 人次", n=len(month.people), k=on_leave)
        self.summary.setText(told)
        last = self._first + timedelta(days=month.days - 1)
        self._put_requests(await self._desk.ask(roster.requests, self._first, last))

    def _put_requests(self, lines: list[RequestLine]) -> None:
        self.requests.clear()
        for line in lines:
            other = f" ⇄ {line.other}" if line.other else ""
            told = f"{line.day}  {label(line.kind)}  {line.person}{other}\n{line.reason}"
            state = label(line.status)
            if line.status is not RequestStatus.ASKED:
                state += f" · {line.decided_by} {line.note}"
            item = QListWidgetItem(f"{told}\n{state}　{clock(line.asked_at)}")
            item.setData(REQUEST, line)
            self.requests.addItem(item)
        leader = self._desk.signed.role is Role.SHIFT_LEADER
        for widget in (self.approve, self.reject, self.note, self.planner):
            widget.setVisible(leader)

    def _go(self, months: int) -> None:
        moved = self._first.replace(day=15) + timedelta(days=30 * months)
        self._first = moved.replace(day=1)
        self.reload()

    # Doing.

    def _on_cell(self, index: QModelIndex, _before: QModelIndex) -> None:
        person, day = self.model.person(index.row()), self.model.day(index.column())
        shift = self.model.shift(index.row(), index.column())
        if person is None or day is None or self.model.month is None:
            return
        others = [
            (other.id, f"{other.name}（{label(cell)}）")
            for other in self.model.month.people
            if other.id != person.id
            and other.post == person.post
            and (cell := self.model.month.cells.get((other.id, day))) not in (None, shift)
            and cell is not None
        ]
        self.sheet.offer(person.id, person.name, day, shift, others)

    async def _plan(self, shift: Shift) -> None:
        """Set all chosen cells."""
        cells = []
        for index in self.table.selectionModel().selectedIndexes():
            person, day = self.model.person(index.row()), self.model.day(index.column())
            if person is not None and day is not None:
                cells.append((person.id, day))
        if not cells:
            self._notices.say(tr("请先在表中选中一格或多格"))
            return
        changed = await self._desk.run(roster.plan, cells, shift)
        self._notices.say(tr("已排 {n} 格为{shift}", n=changed, shift=label(shift)), "ok")
        await self._load()

    async def _ask(self, kind: RequestKind) -> None:
        sheet = self.sheet
        if sheet.day is None:
            return
        reason = sheet.reason.text()
        if kind is RequestKind.LEAVE:
            await self._desk.run(roster.ask_leave, sheet.person_id, sheet.day, reason)
        else:
            other = sheet.other.currentData()
            await self._desk.run(roster.ask_swap, sheet.person_id, other, sheet.day, reason)
        sheet.reason.clear()
        self._notices.say(tr("申请已提交，等待值班长审批"), "ok")
        await self._load()

    async def _decide(self, approve: bool) -> None:
        item = self.requests.currentItem()
        if item is None:
            self._notices.say(tr("请先选中一条申请"))
            return
        await self._desk.run(roster.decide, item.data(REQUEST).id, approve, self.note.text())
        self.note.clear()
        self._notices.say(tr("已审批"), "ok")
        await self._load()


class _Planner(QFrame):
    """Buttons that set the chosen cells. Signals: `planned(Shift)`."""

    planned = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.buttons: dict[Shift, QPushButton] = {}
        column = QVBoxLayout(self)
        column.addWidget(QLabel(tr("排班：选中一格或拖选多格，再按班次")))
        row = QHBoxLayout()
        row.setSpacing(4)
        for shift in (*WORKED_IN_ORDER, Shift.OFF):
            button = QPushButton(label(shift))
            button.clicked.connect(lambda _=False, chosen=shift: self.planned.emit(chosen))
            self.buttons[shift] = button
            row.addWidget(button)
        column.addLayout(row)


class _RequestSheet(QFrame):
    """What can be asked for the chosen cell."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.person_id = 0
        self.day: date | None = None
        self.told = QLabel(tr("选中一格可以申请请假或换班"), wordWrap=True)
        self.reason = QLineEdit(placeholderText=tr("原因"))
        self.other = QComboBox()
        self.other.setAccessibleName(tr("和谁换班"))
        self.leave = QPushButton(tr("申请请假"))
        self.swap = QPushButton(tr("申请换班"))
        column = QVBoxLayout(self)
        for widget in (self.told, self.reason, self.leave, self.other, self.swap):
            column.addWidget(widget)
            widget.setEnabled(widget is self.told)

    def offer(
        self,
        person_id: int,
        name: str,
        day: date,
        shift: Shift | None,
        others: list[tuple[int, str]],
    ) -> None:
        """Offer what is possible for this cell."""
        self.person_id, self.day = person_id, day
        told = f"{name}　{day}　{label(shift) if shift else '—'}"
        if shift in HOURS:
            begins, ends = HOURS[shift]
            told += f"（{begins:02d}:00–{ends:02d}:00）"
        self.told.setText(told)
        self.other.clear()
        for other_id, text in others:
            self.other.addItem(text, other_id)
        worked = shift in WORKED
        self.reason.setEnabled(worked)
        self.leave.setEnabled(worked)
        self.other.setEnabled(worked and bool(others))
        self.swap.setEnabled(worked and bool(others))


def _legend() -> QLabel:
    dots = "　".join(
        f"<span style='background:{SHIFT_COLOURS[shift]}'>&nbsp;&nbsp;&nbsp;</span> {label(shift)}"
        for shift in Shift
    )
    return named(QLabel(dots), "muted")

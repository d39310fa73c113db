"""Handing over: what the program lists, what a person adds, and two signatures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.camera import StreamState
from app.domain.errors import Refusal
from app.domain.handover import LogKind
from app.domain.roster import Shift, shift_at, shift_span
from app.domain.workflow import CaseStatus
from app.services import handover
from app.services.handover import WRITING, HandoverSheet, ItemLine
from ui.labels import clock, full_clock, label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

REFERENCE = Qt.ItemDataRole.UserRole
SHIFTS_BACK = 9
SURE_MS = 5000


class HandoverView(QWidget):
    """One shift's report. Signals: `case_chosen(id)`, `camera_chosen(id)` on double click."""

    case_chosen = Signal(int)
    camera_chosen = Signal(int)

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self.shift = QComboBox()
        self.shift.setAccessibleName(tr("班次"))
        self.items = QTreeWidget()
        self.items.setColumnCount(2)
        self.items.setHeaderLabels([tr("交接事项"), tr("说明")])
        self.items.setColumnWidth(0, 420)
        self.items.setAccessibleName(tr("交接事项"))
        self.items.itemDoubleClicked.connect(self._on_item)
        self.told = named(QLabel(), "panelTitle")
        self.remarks = QPlainTextEdit()
        self.remarks.setPlaceholderText(tr("交班人补充：下一班要注意什么、可能发生什么"))
        self.remarks.setAccessibleName(tr("交班说明"))
        self.remarks.setFixedHeight(130)
        self.given, self.taken = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.give = QPushButton(tr("交班签字（本人）"))
        self.give.setProperty("weight", "main")
        self.login = QLineEdit(placeholderText=tr("接班人账号"))
        self.password = QLineEdit(placeholderText=tr("接班人密码"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.take = QPushButton(tr("接班签字"))
        self.take.setProperty("weight", "main")
        self._shown: tuple[date, Shift] | None = None
        self._build()
        self._fill_shifts()
        self._sure = QTimer(self, singleShot=True, interval=SURE_MS)
        self._sure.timeout.connect(lambda: self.give.setText(tr("交班签字（本人）")))
        self.give.clicked.connect(self._on_give)
        self.take.clicked.connect(lambda: self._tasks.start(self._take()))
        self.password.returnPressed.connect(self.take.click)
        self.shift.currentIndexChanged.connect(self.reload)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.shift)
        head.addWidget(self.told, 1)
        sign = named(QFrame(), "card")
        sign.setFixedWidth(360)
        side = QVBoxLayout(sign)
        for widget in (
            named(QLabel(tr("交班说明")), "sectionTitle"),
            self.remarks,
            self.give,
            self.given,
            named(QLabel(tr("接班")), "sectionTitle"),
            self.login,
            self.password,
            self.take,
            self.taken,
        ):
            side.addWidget(widget)
        side.addStretch()
        body = QHBoxLayout()
        body.addWidget(self.items, 1)
        body.addWidget(sign)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(body, 1)

    def _fill_shifts(self) -> None:
        now = self._desk.clock()
        chosen = self.shift.currentData()
        self.shift.blockSignals(True)
        self.shift.clear()
        for back in range(SHIFTS_BACK):
            day, shift = shift_at(now - timedelta(hours=8 * back))
            text = f"{day} {label(shift)}"
            self.shift.addItem(text + (tr("（当前）") if back == 0 else ""), (day, shift))
        place = next((i for i in range(SHIFTS_BACK) if self.shift.itemData(i) == chosen), 0)
        self.shift.setCurrentIndex(place)
        self.shift.blockSignals(False)

    # Showing.

    def reload(self) -> None:
        """Fetch the chosen shift's report; the list of shifts goes on with the clock."""
        self._fill_shifts()
        self._tasks.start(self._load())

    @property
    def chosen(self) -> tuple[date, Shift]:
        day, shift = self.shift.currentData()
        return day, shift

    async def _load(self) -> None:
        self.put(await self._desk.ask(handover.sheet, *self.chosen))

    def put(self, sheet: HandoverSheet) -> None:
        """Show this report."""
        self.items.clear()
        for section, title in (
            ("case", tr("未结束的案件")),
            ("camera", tr("设备故障")),
            ("missed", tr("本班漏看的计划点位")),
            ("instruction", tr("未了结的指示与故障")),
        ):
            lines = [line for line in sheet.items if line.section.startswith(section)]
            more = sum(int(line.title) for line in lines if line.section == "case_more")
            counted = len(lines) - bool(more) + more
            branch = QTreeWidgetItem([tr("{title}（{n}）", title=title, n=counted), ""])
            branch.setFirstColumnSpanned(True)
            self.items.addTopLevelItem(branch)
            for line in lines:
                branch.addChild(_item(line))
            branch.setExpanded(True)
        self._put_signatures(sheet)

    def _put_signatures(self, sheet: HandoverSheet) -> None:
        _, ends = shift_span(sheet.day, sheet.shift)
        if sheet.given_at is None:
            self.told.setText(tr("由系统列出，交班签字后不再变动；本班 {t} 结束", t=clock(ends)))
            self.given.setText(tr("尚未交班签字"))
        else:
            self.told.setText(tr("交班时的状态，{t} 固定", t=full_clock(sheet.made_at)))
            told = tr("交班：{who}　{t}", who=sheet.given_by, t=full_clock(sheet.given_at))
            self.given.setText(told)
            self.remarks.setPlainText(sheet.remarks)
        if (sheet.day, sheet.shift) != self._shown and sheet.given_at is None:
            self.remarks.clear()  # words for one shift are not signed for another
        self._shown = (sheet.day, sheet.shift)
        taken = tr("接班：{who}　{t}", who=sheet.taken_by, t=full_clock(sheet.taken_at))
        self.taken.setText(taken if sheet.taken_at else tr("尚未接班签字"))
        self.remarks.setReadOnly(sheet.given_at is not None)
        self.give.setEnabled(sheet.given_at is None and self._desk.signed.role in WRITING)
        waiting = sheet.given_at is not None and sheet.taken_at is None
        for widget in (self.login, self.password, self.take):
            widget.setEnabled(waiting)

    # Doing.

    def _on_give(self) -> None:
        """What is signed stands for ever: the first press asks, the second signs."""
        if self._sure.isActive():
            self._sure.stop()
            self.give.setText(tr("交班签字（本人）"))
            self._tasks.start(self._give())
        else:
            self.give.setText(tr("签字后不能更改，再按一次确认"))
            self._sure.start()

    async def _give(self) -> None:
        await self._desk.run(handover.give, *self.chosen, self.remarks.toPlainText())
        self._notices.say(tr("交班已签字，请接班人核对后签字"), "ok")
        await self._load()

    async def _take(self) -> None:
        password = self.password.text()
        self.password.clear()
        refusal = await self._desk.run(handover.take, *self.chosen, self.login.text(), password)
        if isinstance(refusal, Refusal):
            raise refusal
        self._notices.say(tr("交接班完成"), "ok")
        await self._load()

    def _on_item(self, item: QTreeWidgetItem) -> None:
        told = item.data(0, REFERENCE)
        if told is None:
            return
        section, reference = told
        if section == "case":
            self.case_chosen.emit(reference)
        elif section in ("camera", "missed"):
            self.camera_chosen.emit(reference)


def _item(line: ItemLine) -> QTreeWidgetItem:
    """A line in words: what the report keeps are identifiers."""
    if line.section == "case_more":
        return QTreeWidgetItem([tr("……另有 {n} 宗，见案件列表", n=line.title), ""])
    word, _, rest = line.detail.partition("|")
    match line.section:
        case "case":
            due, _, address = rest.partition("|")
            limit = clock(datetime.fromisoformat(due)) if due else "—"
            state = label(CaseStatus(word))
            told = tr("{state}　时限 {limit}　{where}", state=state, limit=limit, where=address)
        case "camera":
            since = clock(datetime.fromisoformat(rest))
            told = tr("{state}，自 {since}", state=label(StreamState(word)), since=since)
        case "missed":
            told = tr("计划点位，本班只看了 {s} 秒", s=word)
        case _:
            told = f"{label(LogKind(word))}　{rest}"
    item = QTreeWidgetItem([line.title, told])
    item.setData(0, REFERENCE, (line.section, line.reference))
    return item

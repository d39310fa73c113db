"""One case whole: its facts, its evidence, its history, and what this role may do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.case import Order
from app.domain.catalogue import Subcategory
from app.domain.errors import Conflict, Refusal
from app.domain.people import Role
from app.domain.workflow import RULE_OF, Action, allowed
from app.services import cases
from app.services.cases import CaseDetail as Detail
from app.services.cases import StepLine
from ui.cases.case_model import whose_limit
from ui.cases.correction_form import CorrectionForm
from ui.cases.evidence_files import EvidenceFiles
from ui.cases.evidence_view import EvidenceView
from ui.cases.order_sheet import OrderSheet
from ui.labels import clock, district_name, full_clock, label, remaining, subdistrict_name
from ui.tasks import Tasks
from ui.theme import STATUS_COLOURS, TOKENS, due_colour
from ui.widgets.flow import FlowLayout
from ui.widgets.named import named
from ui.words import listed, sentence, tr

NEW_LINE = "\n"
MOST_KEYS = 9

DANGEROUS = {Action.VOID, Action.DECLINE, Action.REJECT, Action.REWORK, Action.SEND_BACK}


SETTLES_MS = 600
"""After an action other buttons stand where its own was: a double click must not press two."""


class CasePanel(QWidget):
    """Shows one case and does what is pressed.

    Signals: `done(Action, number)` after an action was kept; `kept(id, number)` when another case
    was asked for while words for this one are not sent; `recheck_wanted(CaseDetail)`;
    `trace_wanted(camera id)`; `camera_wanted(camera id)` to see its picture of now;
    `merge_wanted(CaseDetail)`: into which case is to be asked; `papers_wanted(CaseDetail)`.
    """

    done = Signal(object, str)
    kept = Signal(int, str)
    recheck_wanted = Signal(object)
    trace_wanted = Signal(int)
    camera_wanted = Signal(int)
    merge_wanted = Signal(object)
    papers_wanted = Signal(object)

    def __init__(self, desk: Desk, tasks: Tasks, files: EvidenceFiles) -> None:
        super().__init__()
        self.setObjectName("sidePanel")
        self._desk, self._tasks = desk, tasks
        self.detail: Detail | None = None
        self._wanted: int | None = None
        self._asked: Detail | None = None  # what was shown when the sheet was opened
        self._departments: list[str] = []
        self._settling = QTimer(self, singleShot=True, interval=SETTLES_MS)
        self._settling.timeout.connect(self._offer)
        self._usual: dict[tuple[str, str], str] = {}
        self.buttons: dict[Action, QPushButton] = {}
        self.number = named(QLabel(), "caseNumber")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.status = QLabel()
        self.due = QLabel()
        self.empty = named(QLabel(tr("在列表或地图上选择一个案件")), "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.facts = QLabel(wordWrap=True)
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.timeline = QTextBrowser()
        self.timeline.setAccessibleName(tr("流转记录"))
        self.evidence = EvidenceView(desk, files, tasks)
        self.sheet = OrderSheet()
        self.sheet.ordered.connect(self._on_ordered)
        self.correction = CorrectionForm()
        self.correction.corrected.connect(self._on_corrected)
        self.correction.ended.connect(self._on_correction_ended)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._in_tab(self.facts), tr("案情"))
        self.tabs.addTab(self.evidence, tr("证据"))
        self.tabs.addTab(self.timeline, tr("流转记录"))
        self._body = self._build()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.empty)
        outer.addWidget(self._body)
        outer.addWidget(self.correction)
        self._body.hide()

    def _build(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 12, 14, 12)
        head = QGridLayout()
        head.addWidget(self.number, 0, 0)
        head.addWidget(self.status, 0, 1, Qt.AlignmentFlag.AlignRight)
        head.addWidget(self.due, 1, 0, 1, 2)
        column.addLayout(head)
        self._actions = QWidget()
        row = FlowLayout(self._actions)
        for rule in RULE_OF.values():
            button = QPushButton(label(rule.action))
            button.setObjectName(f"action-{rule.action.value}")
            if rule.action in DANGEROUS:
                button.setProperty("weight", "danger")
            button.clicked.connect(lambda _=False, action=rule.action: self.press(action))
            self.buttons[rule.action] = button
            row.addWidget(button)
        self.recheck = QPushButton(tr("视频核查…"))
        self.recheck.setProperty("weight", "main")
        self.recheck.clicked.connect(lambda: self.recheck_wanted.emit(self.detail))
        self.live = QPushButton(tr("现场画面"))
        self.live.clicked.connect(lambda: self._on_camera(self.camera_wanted))
        self.trace = QPushButton(tr("追溯…"))
        self.trace.clicked.connect(lambda: self._on_camera(self.trace_wanted))
        self.papers = QPushButton(tr("文书…"))
        self.papers.clicked.connect(lambda: self.papers_wanted.emit(self.detail))
        row.addWidget(self.recheck)
        row.addWidget(self.live)
        row.addWidget(self.trace)
        row.addWidget(self.papers)
        column.addWidget(self._actions)
        column.addWidget(self.sheet)
        column.addWidget(self.tabs, 1)
        return body

    @staticmethod
    def _in_tab(inner: QLabel) -> QWidget:
        tab = QWidget()
        inner.setAlignment(Qt.AlignmentFlag.AlignTop)
        inner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(tab)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(inner)
        column.addStretch()
        return tab

    def know(self, departments: list[str], catalogue: Sequence[Subcategory]) -> None:
        """The departments there are, and the filing standard in force."""
        self._departments = departments
        self._usual = {(e.kind.value, e.full_code): e.department for e in catalogue}
        self.correction.offer(catalogue)

    # Showing.

    def show_case(self, case_id: int) -> None:
        """Fetch a case and show it; not over words that were typed for another one."""
        shown = self.detail.row if self.detail else None
        if shown is not None and shown.id != case_id and self._holds_words():
            self.kept.emit(shown.id, shown.number)
            return
        self._wanted = case_id
        self._tasks.start(self._load(case_id))

    async def _load(self, case_id: int) -> None:
        detail = await self._desk.ask(cases.detail, case_id)
        if self._wanted == case_id:  # else another one was chosen meanwhile
            self.put(detail)

    def put(self, detail: Detail) -> None:
        """Show this state of a case; an older one than is shown is ignored."""
        shown = self.detail
        same = shown is not None and shown.row.id == detail.row.id
        if same and shown is not None and detail.row.version < shown.row.version:
            return
        self.detail = detail
        if not same:
            self.sheet.hide()
            self.sheet.action = None
            self.correction.end()
        self.empty.hide()
        self._body.setVisible(not self.correction.is_open)
        row = detail.row
        self.number.setText(row.number)
        self.status.setText(
            f"<b style='color:{STATUS_COLOURS[row.status]}'>{label(row.status)}</b>"
        )
        self.tick()
        self._offer()
        self.facts.setText(self._facts(detail))
        self.timeline.setHtml(_history(detail.steps))
        self.evidence.put(detail.evidence)
        self.tabs.setTabText(1, tr("证据（{n} 件）", n=len(detail.evidence)))

    def tick(self) -> None:
        """Say what is left of the limit now."""
        if self.detail is None:
            return
        row, now = self.detail.row, self._desk.clock()
        due, done = row.owed
        left = remaining(row.status, due, done, now) if due else ""
        colour = due_colour(row.status, due, done, now).name()
        self.due.setText(f"{whose_limit(row)}　<span style='color:{colour}'>{left}</span>")

    def refresh(self, ids: list[int]) -> None:
        """Some cases were written; look again if ours is one of them."""
        if self._wanted in ids and self._wanted is not None:
            self.show_case(self._wanted)

    def clear(self) -> None:
        """Show no case, and nothing of the one that was shown."""
        self.detail = self._wanted = None
        self.sheet.hide()
        self.sheet.action = None
        self.correction.end()
        self._body.hide()
        self.empty.show()
        self.evidence.put(())
        self.evidence.forget_person()

    def _offer(self) -> None:
        """Show just the buttons that the rules allow."""
        if self.detail is None:
            return
        open_to_us = allowed(self.detail.row.status, self._desk.signed.role)
        number = 0
        for action, button in self.buttons.items():
            if action is Action.ANSWER and self.detail.row.supervised_until is None:
                open_to_us.discard(action)  # there is nothing to answer
            button.setVisible(action in open_to_us)
            button.setEnabled(action in open_to_us and not self._settling.isActive())
            number += action in open_to_us
            key = str(number) if action in open_to_us and number <= MOST_KEYS else ""
            button.setText(f"{label(action)} {key}".strip())
            button.setToolTip(f"Alt+{key}" if key else "")
        seen_by_camera = self.detail.row.camera_id is not None
        self.recheck.setVisible(seen_by_camera and Action.VERIFY in open_to_us)
        self.live.setVisible(seen_by_camera)
        self.trace.setVisible(seen_by_camera)
        self.papers.setVisible(self._desk.signed.role is not Role.PRESENTER)
        self._actions.setVisible(True)

    def press_number(self, number: int) -> None:
        """The so many-th of the buttons that are there, as its key says."""
        shown = [action for action, button in self.buttons.items() if not button.isHidden()]
        if number <= len(shown):
            self.press(shown[number - 1])

    def _facts(self, detail: Detail) -> str:
        row = detail.row
        masked = self._desk.signed.role is Role.PRESENTER
        caller = " ".join(part for part in (detail.caller, detail.phone) if part)
        subdistrict = subdistrict_name(row.subdistrict)
        place = f"{row.lon:.6f}, {row.lat:.6f}" if row.lon is not None else ""
        if masked:
            caller = "＊＊＊" if caller else ""
        lines = (
            (tr("类别"), f"{detail.subcategory_code} {detail.category} › {row.subcategory}"),
            (tr("其他方案"), _elsewhere(detail)),
            (tr("问题描述"), row.description),
            (tr("地点"), row.address),
            (tr("区 / 街道"), f"{district_name(row.district)} {subdistrict}"),
            (tr("坐标"), place),
            (tr("网格"), detail.grid_cell),
            (tr("来源"), f"{label(row.source)} · {label(row.urgency)}"),
            (tr("反映人"), caller),
            (tr("来文编号"), detail.order_number),
            (tr("来文时间"), full_clock(detail.reported_at) if detail.reported_at else ""),
            (tr("登记"), f"{detail.registered_by}　{full_clock(row.registered_at)}"),
            (tr("责任单位"), row.department),
            (tr("立案条件"), detail.condition),
            (tr("立案标准时限"), detail.limit),
            (tr("立案"), full_clock(detail.filed_at) if detail.filed_at else ""),
            (tr("分派"), full_clock(detail.dispatched_at) if detail.dispatched_at else ""),
            (tr("督办期限"), full_clock(row.supervised_until) if row.supervised_until else ""),
            (tr("办结"), full_clock(detail.closed_at) if detail.closed_at else ""),
            (tr("轮次"), tr("第 {n} 轮", n=row.round) if row.round > 1 else ""),
            (tr("已并入"), detail.main),
            (tr("并入的案件"), _merged(detail, masked)),
            (tr("期限算法"), _reasoning(detail)),
        )
        cells = "".join(
            f"<tr><td style='color:{TOKENS['muted']};padding:3px 14px 3px 0;white-space:nowrap'>"
            f"{name}</td><td style='padding:3px 0'>"
            f"{escape(text).replace(NEW_LINE, '<br>')}</td></tr>"
            for name, text in lines
            if text
        )
        return f"<table width='100%'>{cells}</table>"

    # Doing.

    def _on_camera(self, wanted: SignalInstance) -> None:
        if self.detail is not None and self.detail.row.camera_id is not None:
            wanted.emit(self.detail.row.camera_id)

    def press(self, action: Action) -> None:
        """A button or key: ask for what the rule demands, or do it at once."""
        if self._settling.isActive() or self.correction.is_open:
            return  # the second half of a double click, or a key for what is not in sight
        if self.detail is None or action not in allowed(
            self.detail.row.status, self._desk.signed.role
        ):
            return
        rule = RULE_OF[action]
        if rule.words:
            self._body.hide()
            self.correction.open_for(self.detail)
        elif rule.into:
            self._asked = self.detail
            self.merge_wanted.emit(self.detail)
        elif rule.reason or rule.department or rule.due:
            kind = (self.detail.kind, self.detail.subcategory_code)
            usual, why = self._usual.get(kind, ""), ""
            if action is Action.DISPATCH and (told := self.detail.responsible) is not None:
                usual, why = told.department, sentence(told.why)
            backs = (one for one in self.detail.steps if one.action is Action.SEND_BACK)
            if usual and usual in {one.department for one in backs}:
                why = f"{why}　{tr('注意：{department}已退回过本案', department=usual)}".strip()
            self._asked = self.detail
            self.sheet.ask(action, self._departments, usual, self._desk.clock(), why)
        else:
            self._asked = self.detail
            self._on_ordered(action, Order())

    def merge(self, into: int) -> None:
        """The case that was asked about is merged into this one."""
        self._on_ordered(Action.MERGE, Order(into=into))

    def _on_corrected(self, seen: Detail, fields: Mapping[str, Any], reason: str) -> None:
        self._asked = seen
        self._on_ordered(Action.CORRECT, Order(reason, words=fields))

    def _on_correction_ended(self) -> None:
        self._body.setVisible(self.detail is not None)

    def _holds_words(self) -> bool:
        """Whether something was typed for this case that has not been sent."""
        return self.sheet.holds_words() or self.correction.holds_words()

    def _on_ordered(self, action: Action, order: Order) -> None:
        if self._asked is not None:
            self._actions.setEnabled(False)
            self._tasks.start(self._do(action, order, self._asked))

    async def _do(self, action: Action, order: Order, seen: Detail) -> None:
        row = seen.row
        try:
            await self._desk.run(cases.advance, row.id, action, order, row.version)
        except Conflict as conflict:
            await self._tell_conflict(conflict, action, order, seen)
            return
        except Refusal as refusal:
            if action is not Action.CORRECT or not self.correction.is_open:
                raise
            self.correction.show_conflict(sentence(refusal))
            return
        finally:
            if action is Action.CORRECT:
                self.correction.unlock()
            self._actions.setEnabled(True)
            self._settling.start()
            self._offer()
        if self._wanted == row.id:
            if action is Action.CORRECT:
                self.correction.end()
            else:
                self.sheet.action = None
                self.sheet.hide()
            await self._load(row.id)
        self.done.emit(action, row.number)

    async def _tell_conflict(
        self, conflict: Conflict, action: Action, order: Order, seen: Detail
    ) -> None:
        """Show what the other desk did and keep what was typed here, both at once."""
        await self._load(seen.row.id)
        if self.detail is None or self._wanted != seen.row.id:
            raise conflict
        self._asked = self.detail  # whoever goes on now has seen both
        news = self.detail.steps[len(seen.steps) :]
        theirs = listed((_one_line(step) for step in news), "；") or tr("内容有更新")
        text = tr(
            "{sentence}\n对方：{theirs}\n您要做：{mine}",
            sentence=sentence(conflict),
            theirs=theirs,
            mine=label(action),
        )
        if action is Action.CORRECT:
            self.correction.follow(self.detail)
            self.correction.show_conflict(text)
            return
        if not self.sheet.isVisible():
            rule = RULE_OF[action]
            if action in allowed(self.detail.row.status, self._desk.signed.role) and (
                rule.reason or rule.department or rule.due
            ):
                self.sheet.ask(action, self._departments, order.department, self._desk.clock())
                self.sheet.note.setPlainText(order.note)
            else:
                raise Conflict("{text}", text=text)
        self.sheet.show_conflict(text)


def _reasoning(detail: Detail) -> str:
    """How the due time came about, one line each; and if the calendar has changed since."""
    lines = [sentence(line) for line in detail.reasoning]
    if detail.reckoned_due not in (None, detail.row.due_at):
        lines.append(tr("案件上的期限是 {due}", due=full_clock(detail.row.due_at)))
    return NEW_LINE.join(lines)


def _elsewhere(detail: Detail) -> str:
    """What other schemes call its category."""
    return NEW_LINE.join(f"{one.scheme} {one.code} {one.name}" for one in detail.elsewhere)


def _merged(detail: Detail, masked: bool) -> str:
    """Every case that was merged into this one, with who called."""
    lines = []
    for one in detail.merged:
        caller = " ".join(part for part in (one.caller, one.phone) if part)
        told = ("＊＊＊" if caller else "") if masked else caller
        parts = (one.number, one.order_number, clock(one.registered_at), told)
        lines.append("　".join(part for part in parts if part))
    return NEW_LINE.join(lines)


def _one_line(step: StepLine) -> str:
    where = f"（{step.desk}）" if step.desk else ""
    what = " ".join(part for part in (label(step.action), step.department, step.note) if part)
    return f"{clock(step.at)} {step.person}{where} {what}"


def _history(steps: tuple[StepLine, ...]) -> str:
    """The timeline, newest first, rounds apart."""
    lines, last_round = [], None
    for step in reversed(steps):
        if step.round != last_round and steps[-1].round > 1:
            lines.append(f"<h4>{tr('第 {n} 轮', n=step.round)}</h4>")
        last_round = step.round
        role = label(Role(step.role)) if step.role else ""
        extra = " ".join(
            part
            for part in (
                tr("责任单位：{d}", d=step.department)
                if step.department and step.action in (Action.DISPATCH, Action.REASSIGN)
                else "",
                tr("期限：{t}", t=clock(step.due_at))
                if step.due_at and RULE_OF.get(step.action, RULE_OF[Action.ACCEPT]).due
                else "",
                step.note,
                step.was,
            )
            if part
        )
        lines.append(
            f"<p style='margin:0 0 9px 0'><b style='color:{STATUS_COLOURS[step.status]}'>"
            f"{label(step.action)}</b>　{escape(step.person)} "
            f"<span style='color:{TOKENS['muted']}'>{role} · {escape(step.desk)} · "
            f"{full_clock(step.at)}</span>{'<br>' + escape(extra) if extra else ''}</p>"
        )
    return "".join(lines)

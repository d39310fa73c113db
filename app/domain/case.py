"""A case: every change of it is a verb that refuses, or leaves a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.domain.case_clock import changed, replay
from app.domain.catalogue import Subcategory
from app.domain.correction import EARLY
from app.domain.deadline import Calendar, Deadline, TimeLimit, Unit, deadline, resumed
from app.domain.draft import CaseDraft, Source, Urgency
from app.domain.errors import Refusal
from app.domain.people import Signed
from app.domain.reasoning import Reasoned
from app.domain.stages import Limits, stage_due
from app.domain.step import Step
from app.domain.workflow import (
    BEFORE_DISPATCH,
    REGISTERING,
    RULE_OF,
    Action,
    Before,
    CaseStatus,
    is_final,
)


def case_number(day: str, running: int) -> str:
    """The number of a case: ``CG20261123-00042`` is the 42nd of that day of the city."""
    return f"CG{day}-{running:05d}"


@dataclass(frozen=True)
class Order:
    """What goes with an action: the reason, the department, the new due time, the other case, the
    corrected words.
    """

    note: str = ""
    department: str = ""
    due_at: datetime | None = None
    into: int | None = None  # the case that it is merged into
    words: Mapping[str, Any] | None = None  # fields of a draft that say something else now
    entry: Subcategory | None = None  # of the category that they name
    was: str = ""  # what stood there before


KEPT_OF_DRAFT = (
    "description", "address", "district", "subdistrict", "grid_cell", "lon", "lat", "source",
    "urgency", "caller", "phone", "order_number",
)  # fmt: skip
"""Fields of a draft that a case keeps as they were typed, blanks at the ends aside."""


@dataclass(eq=False)
class Case:
    """A street problem from registration to its end."""

    uid: str
    number: str
    kind: str
    category_code: str
    category: str
    subcategory_code: str
    subcategory: str
    description: str
    address: str
    district: str
    subdistrict: str
    grid_cell: str
    lon: float | None
    lat: float | None
    source: Source
    urgency: Urgency
    camera_id: int | None
    caller: str
    phone: str
    limit_value: float
    limit_unit: Unit
    registered_at: datetime
    updated_at: datetime
    registered_by: str
    status: CaseStatus = CaseStatus.REPORTED
    round: int = 1
    department: str = ""
    suspended_from: CaseStatus | None = None
    suspended_at: datetime | None = None
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None
    due_at: datetime | None = None
    due_provisional: bool = False
    supervised_until: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    stage_due_at: datetime | None = None
    condition: str = ""  # the filing condition that it fulfils, in words
    merged_into: int | None = None  # the case of the same problem that goes on for both
    urged_mark: int = 0  # the last mark of its limit that it was urged at
    batch_id: int | None = None  # the list it came in with
    order_key: str | None = None  # by what the same order is known again
    order_number: str = ""  # as the sender calls it
    reported_at: datetime | None = None  # when the sender took it in
    steps: list[Step] = field(default_factory=list)
    id: int = field(init=False)
    version: int = field(init=False)

    @classmethod
    def register(
        cls,
        draft: CaseDraft,
        entry: Subcategory,
        number: str,
        by: Signed,
        at: datetime,
        note: str = "",
    ) -> Case:
        """A new case from a draft without problems; its first step is the registration."""
        if by.role not in REGISTERING:
            raise Refusal("您的岗位不能登记案件")
        if problems := draft.problems():
            raise Refusal("{sentence}", sentence=problems[0].sentence)
        limit, condition = _terms_of(entry, draft.condition)
        case = cls(
            uid=draft.uid,
            number=number,
            kind=entry.kind.value,
            category_code=entry.category_code,
            category=entry.category,
            subcategory_code=entry.full_code,
            subcategory=entry.name,
            description=draft.description.strip(),
            address=draft.address.strip(),
            district=draft.district,
            subdistrict=draft.subdistrict,
            grid_cell=draft.grid_cell,
            lon=draft.lon,
            lat=draft.lat,
            source=draft.source,
            urgency=draft.urgency,
            camera_id=draft.camera_id,
            caller=draft.caller.strip(),
            phone=draft.phone.strip(),
            limit_value=limit.value,
            limit_unit=limit.unit,
            condition=condition,
            order_number=draft.order_number.strip(),
            registered_at=at,
            updated_at=at,
            registered_by=by.name,
        )
        case._leave(Action.REGISTER, by, at, Order(note))
        return case

    def says(self, draft: CaseDraft) -> bool:
        """Whether this case was registered with just these words."""
        return (self.kind, self.subcategory_code) == (draft.kind, draft.subcategory) and all(
            getattr(self, name) == (told.strip() if isinstance(told, str) else told)
            for name, told in ((name, getattr(draft, name)) for name in KEPT_OF_DRAFT)
        )

    def typed(self) -> CaseDraft:
        """The draft that says what this case says now. Of its condition only the words are known,
        not the number.
        """
        told = {name: getattr(self, name) for name in KEPT_OF_DRAFT}
        return CaseDraft(
            self.uid, self.kind, self.subcategory_code, camera_id=self.camera_id, **told
        )

    @property
    def limit(self) -> TimeLimit:
        return TimeLimit(self.limit_value, self.limit_unit)

    def is_overdue(self, now: datetime) -> bool:
        """Late: not resolved when it was due, whatever came after."""
        idle = (CaseStatus.SUSPENDED, CaseStatus.VOID, CaseStatus.MERGED)
        if self.due_at is None or self.status in idle:
            return False
        return (self.resolved_at or now) > self.due_at

    def advance(
        self, action: Action, by: Signed, at: datetime, order: Order, calendar: Calendar
    ) -> Step:
        """Do `action`, or refuse with the reason. The only way a case changes."""
        rule = RULE_OF.get(action)
        if rule is None or self.status not in rule.sources:
            raise Refusal(
                "{number} 现在是“{status}”，不能{action}",
                number=self.number,
                status=self.status,
                action=action,
            )
        if by.role not in rule.roles:
            raise Refusal("您的岗位不能{action}", action=action)
        if rule.reason and not order.note.strip():
            raise Refusal("{action}必须写明原因", action=action)
        if rule.department and not order.department.strip():
            raise Refusal("{action}必须选择责任单位", action=action)
        if rule.due and (order.due_at is None or order.due_at <= at):
            raise Refusal("{action}必须给出晚于现在的期限", action=action)
        if rule.words and not order.words:
            raise Refusal("没有改动：内容与案件上的相同")
        if rule.into and order.into is None:
            raise Refusal("{action}必须选择并入哪个案件", action=action)
        department = self.department  # sending back empties it; the step still names it
        effect: Any = getattr(self, f"_on_{action.value}", None)
        if effect:
            effect(at, order, calendar)
        target = rule.target
        if isinstance(target, Before):
            target, self.suspended_from = self.suspended_from, None
        if target is not None:
            self.status = target
        self.updated_at = at
        return self._leave(action, by, at, order, department)

    def _leave(
        self, action: Action, by: Signed, at: datetime, order: Order, department: str = ""
    ) -> Step:
        step = Step(
            action,
            self.status,
            self.round,
            by.person_id,
            by.name,
            by.role.value,
            by.desk,
            at,
            order.note.strip(),
            order.department.strip() or self.department or department,
            order.due_at or self.due_at,
            order.was,
        )
        self.steps.append(step)
        return step

    # What an action changes besides the status; called by `advance` before the status moves.

    def _on_file(self, at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.filed_at = at

    def _on_dispatch(self, at: datetime, order: Order, calendar: Calendar) -> None:
        self.department, self.dispatched_at = order.department.strip(), at
        self.urged_mark = 0
        told = deadline(at, self.limit, calendar)
        self.due_at, self.due_provisional = told.at, told.provisional

    _on_reassign = _on_dispatch

    def _on_send_back(self, _at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.department, self.dispatched_at = "", None
        self.due_at, self.due_provisional = None, False

    _on_recall = _on_send_back

    def _on_extend(self, _at: datetime, order: Order, _calendar: Calendar) -> None:
        if self.due_at and order.due_at and order.due_at <= self.due_at:
            raise Refusal("延期后的期限必须晚于原期限")
        self.due_at, self.due_provisional = order.due_at, False
        self.urged_mark = 0  # of the new time it has used little

    def _on_suspend(self, at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.suspended_from, self.suspended_at = self.status, at

    def _on_resume(self, at: datetime, _order: Order, calendar: Calendar) -> None:
        if self.due_at and self.suspended_at:
            told = resumed(self.due_at, self.limit_unit, self.suspended_at, at, calendar)
            self.due_at = told.at
            self.due_provisional = self.due_provisional or told.provisional
        self.suspended_at = None

    def _on_resolve(self, at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.resolved_at = at

    def _on_rework(self, _at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.resolved_at = None

    _on_reject = _on_rework

    def _on_supervise(self, _at: datetime, order: Order, _calendar: Calendar) -> None:
        self.supervised_until = order.due_at

    def _on_answer(self, _at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.supervised_until = None

    def _on_close(self, at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.closed_at = at

    def _on_reopen(self, at: datetime, _order: Order, _calendar: Calendar) -> None:
        """A new round: the old round's times stay in its steps."""
        self.round += 1
        self.department, self.dispatched_at = "", None
        self.due_at, self.due_provisional = None, False
        self.filed_at, self.resolved_at, self.closed_at = at, None, None
        self.supervised_until = None

    def _on_merge(self, _at: datetime, order: Order, _calendar: Calendar) -> None:
        """Everything of it stays as it is: taken apart again, it goes on where it was."""
        self.suspended_from, self.merged_into = self.status, order.into

    def _on_unmerge(self, _at: datetime, _order: Order, _calendar: Calendar) -> None:
        self.merged_into = None

    def _on_void(self, _at: datetime, _order: Order, _calendar: Calendar) -> None:
        """What was typed in may be typed again, or come in a list; a list that brings an order
        again that somebody has voided brings nothing new.
        """
        if self.batch_id is None:
            self.order_key = None

    def _on_correct(self, _at: datetime, order: Order, _calendar: Calendar) -> None:
        """What is typed on it, and with another category its limit; where it stands it stays."""
        words = order.words or {}
        draft = replace(self.typed(), **words)
        if problems := draft.problems():
            raise Refusal("{sentence}", sentence=problems[0].sentence)
        if EARLY & words.keys() and self.status not in BEFORE_DISPATCH:
            raise Refusal("案件已分派，类别和来源不能更正：请先退回或撤回")
        if "order_number" in words and self.batch_id is not None:
            raise Refusal("批量导入的工单，来文编号不能更正：它是再次导入时认出它的依据")
        if order.entry is not None:  # of whichever of its words was corrected
            self._take_category(order.entry, draft.condition)
        for name in KEPT_OF_DRAFT:
            told = getattr(draft, name)
            setattr(self, name, told.strip() if isinstance(told, str) else told)

    def _take_category(self, entry: Subcategory, condition: int) -> None:
        limit, self.condition = _terms_of(entry, condition)
        self.kind, self.category_code, self.category = (
            entry.kind.value,
            entry.category_code,
            entry.category,
        )
        self.subcategory_code, self.subcategory = entry.full_code, entry.name
        self.limit_value, self.limit_unit = limit.value, limit.unit

    _on_dissatisfied = _on_reopen

    def enter_stage(self, at: datetime, limits: Limits, calendar: Calendar) -> None:
        """It came into the stage it is in at this time: the desk's own limit begins."""
        told = stage_due(self.status, at, limits, calendar)
        self.stage_due_at = told.at if told else None

    def reasoning(self, calendar: Calendar) -> Reasoned | None:
        """Why it is due when it is due; None while no department has it."""
        steps = [step for step in self.steps if step.round == self.round]
        return replay(steps, self.limit, calendar)

    def reckon(self, by: Signed, at: datetime, calendar: Calendar) -> bool:
        """Work out the due time again by this calendar; whether that changed anything.

        The only change of a case that is not an action of the workflow: the calendar did it.
        """
        told = self.reasoning(calendar)
        if told is None or self.due_at is None:
            return False
        before = Deadline(self.due_at, self.due_provisional)
        if told.due == before:
            return False
        if told.due.at > self.due_at:
            self.urged_mark = 0  # of the new time it has used less
        self.due_at, self.due_provisional = told.due.at, told.due.provisional
        self.updated_at = at
        self._leave(Action.RECKON, by, at, Order(str(changed(before, told.due))))
        return True

    @property
    def is_final(self) -> bool:
        return is_final(self.status)


def _terms_of(entry: Subcategory, number: int) -> tuple[TimeLimit, str]:
    """Limit and words of the filing condition of this number; 0: of the category's usual one."""
    chosen = entry.condition_of(number)
    if number and chosen is None:
        raise Refusal("{name}没有第 {n} 条立案条件", name=entry.name, n=number)
    return (chosen.limit, chosen.text) if chosen else (entry.limit, entry.condition)

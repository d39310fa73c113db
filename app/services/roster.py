"""The roster: who is on duty, leave and swaps."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.errors import Refusal
from app.domain.people import ONLOOKERS, PersonRow, Role
from app.domain.roster import (
    WORKED,
    OnDuty,
    RequestKind,
    RequestStatus,
    RosterRequest,
    Shift,
    check_rest,
    shift_at,
    shift_span,
)
from db.unit_of_work import Work


@dataclass(frozen=True)
class Month:
    """A month of the roster: people down, days across."""

    first: date
    days: int
    people: list[PersonRow]
    cells: dict[tuple[int, date], Shift]


@dataclass(frozen=True)
class RequestLine:
    """A request as the list shows it."""

    id: int
    version: int
    kind: RequestKind
    person: str
    other: str
    day: date
    reason: str
    status: RequestStatus
    asked_at: datetime
    decided_by: str
    note: str


def now_on_duty(work: Work) -> tuple[date, Shift, list[OnDuty]]:
    """The shift that runs now and everybody on it."""
    day, shift = shift_at(work.now)
    return day, shift, work.duties.on_duty(day, shift)


def next_on_duty(work: Work) -> tuple[date, Shift, list[OnDuty]]:
    """The shift that comes after this one and everybody on it."""
    _, ends = shift_span(*shift_at(work.now))
    day, shift = shift_at(ends)
    return day, shift, work.duties.on_duty(day, shift)


def month(work: Work, first: date) -> Month:
    """The month that begins on `first`."""
    days = calendar.monthrange(first.year, first.month)[1]
    cells = work.duties.cells(first, first + timedelta(days=days - 1))
    table = {(cell.person_id, cell.day): cell.shift for cell in cells}
    staff = [p for p in work.people.rows() if p.role is not Role.CLIENT_MANAGER]
    return Month(first, days, staff, table)


def plan(work: Work, cells: Iterable[tuple[int, date]], shift: Shift) -> int:
    """Set these cells (person, day) of the roster; how many changed.

    All or none: a cell that would leave somebody without the rest between two shifts refuses all.
    """
    if work.by.role is not Role.SHIFT_LEADER:
        raise Refusal("只有值班长可以排班")
    wanted = sorted(set(cells))
    changed = 0
    for person_id, day in wanted:
        if _shift(work, person_id, day) is not shift:
            work.duties.put(person_id, day, shift)
            changed += 1
    for person_id, day in wanted:
        before = _shift(work, person_id, day - timedelta(days=1))
        check_rest(before, shift, _shift(work, person_id, day + timedelta(days=1)))
    return changed


def ask_leave(work: Work, person_id: int, day: date, reason: str) -> int:
    """Ask for a day off that the roster has as worked."""
    if day < shift_at(work.now)[0]:
        raise Refusal("{day} 已经过去，不能再请假", day=day.isoformat())
    _worked_cell(work, person_id, day)
    if not reason.strip():
        raise Refusal("请假必须写明原因")
    return _ask(
        work,
        RosterRequest(RequestKind.LEAVE, person_id, day, reason.strip(), work.now, work.by.name),
    )


def ask_swap(work: Work, person_id: int, other_id: int, day: date, reason: str) -> int:
    """Ask to change shifts of one day between two people."""
    if person_id == other_id:
        raise Refusal("不能和自己换班")
    _worked_cell(work, person_id, day)
    request = RosterRequest(
        RequestKind.SWAP,
        person_id,
        day,
        reason.strip(),
        work.now,
        work.by.name,
        other_id=other_id,
    )
    _swapped(work, request)  # refuse at once what could never be approved
    return _ask(work, request)


def decide(work: Work, request_id: int, approve: bool, note: str = "") -> None:
    """Approve or reject; an approved request changes the roster in the same transaction."""
    request = work.duties.request(request_id)
    if approve and work.by.person_id in (request.person_id, request.other_id):
        raise Refusal("不能审批与自己有关的申请")
    request.decide(approve, work.by, work.now, note)
    if not approve:
        return
    if request.kind is RequestKind.LEAVE:
        work.duties.put(request.person_id, request.day, Shift.LEAVE)
        return
    for person_id, shift in _swapped(work, request):
        work.duties.put(person_id, request.day, shift)


def _swapped(work: Work, request: RosterRequest) -> list[tuple[int, Shift]]:
    assert request.other_id is not None
    mine = _shift(work, request.person_id, request.day)
    theirs = _shift(work, request.other_id, request.day)
    if mine not in WORKED or theirs not in WORKED:
        raise Refusal("两人当天都要有班才能换班")
    if mine is theirs:
        raise Refusal("两人当天是同一班次，不需要换班")
    changed: list[tuple[int, Shift]] = []
    for person_id, shift in ((request.person_id, theirs), (request.other_id, mine)):
        before = _shift(work, person_id, request.day - timedelta(days=1))
        check_rest(before, shift, _shift(work, person_id, request.day + timedelta(days=1)))
        changed.append((person_id, shift))
    return changed


def _shift(work: Work, person_id: int, day: date) -> Shift | None:
    cell = work.duties.cell(person_id, day)
    return cell.shift if cell else None


def _worked_cell(work: Work, person_id: int, day: date) -> None:
    if _shift(work, person_id, day) not in WORKED:
        raise Refusal("{day} 没有排班，不需要申请", day=day.isoformat())


def _ask(work: Work, request: RosterRequest) -> int:
    if work.by.role in ONLOOKERS:
        raise Refusal("您的岗位不能提交排班申请")
    asked = work.duties.requests(request.day, request.day)
    if any(
        one.status is RequestStatus.ASKED
        and {request.person_id, request.other_id} & {one.person_id, one.other_id} - {None}
        for one in asked
    ):
        raise Refusal("当天已有一条待审批的申请，请先等审批")
    work.duties.add(request)
    return request.id


def requests(work: Work, first: date, last: date) -> list[RequestLine]:
    """Requests for days of this span, newest first."""
    names = {person.id: person.name for person in work.people.rows()}
    return [
        RequestLine(
            one.id,
            one.version,
            one.kind,
            names.get(one.person_id, ""),
            names.get(one.other_id or 0, ""),
            one.day,
            one.reason,
            one.status,
            one.asked_at,
            one.decided_by,
            one.note,
        )
        for one in work.duties.requests(first, last)
    ]

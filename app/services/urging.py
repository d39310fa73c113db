"""Urging by rule: carried out each minute by whichever desk comes first, once for each mark."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from app.domain.case import Order
from app.domain.deadline import CITY
from app.domain.urging import Mark, acting, passed
from app.domain.workflow import Action
from app.services.calendar import in_force
from db.unit_of_work import Work

EACH = timedelta(seconds=50)
"""No desk looks again within this of another one's look."""

MOST_AT_ONCE = 200
"""Cases that are urged in one transaction; the next look takes the rest."""


class Urged(NamedTuple):
    """A case that has passed a mark."""

    case_id: int
    number: str
    department: str
    mark: Mark
    urged: bool  # a step was left; at half of the limit it is only told


def carry_out(work: Work) -> list[Urged]:
    """Look at every case that a department has, and leave a step where a mark was passed."""
    if not work.urging.begin(work.now, EACH):
        return []
    calendar, told = in_force(work), []
    for case_id, due, limit, kept in work.urging.open_cases():
        mark = passed(due, limit, work.now, calendar)
        if mark is None or mark.number <= kept:
            continue
        told.append(_urge(work, case_id, mark))
        if len(told) >= MOST_AT_ONCE:
            work.urging.again()
            break
    return told


def _urge(work: Work, case_id: int, mark: Mark) -> Urged:
    case = work.cases.get(case_id)
    case.urged_mark = mark.number
    urged = mark.percent > 50
    if urged:
        due = case.due_at.astimezone(CITY) if case.due_at else None
        note = f"时限已用 {mark.percent}%"
        if mark.percent >= 100:
            note = f"已超期 {mark.days_late} 日" if mark.days_late else "已到期"
        if due is not None:
            note += f"，期限 {due:%Y-%m-%d %H:%M}"
        by = acting(work.by.desk)
        case.advance(Action.REMIND, by, work.now, Order(note), in_force(work))
    return Urged(case_id, case.number, case.department, mark, urged)

"""The handling clock of a case, worked out again from its history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.deadline import Calendar, Deadline, TimeLimit, clock_time
from app.domain.reasoning import Reasoned, clock, continued, reason, span
from app.domain.sentence import Sentence, said
from app.domain.step import Step
from app.domain.workflow import Action

STARTS = frozenset({Action.DISPATCH, Action.REASSIGN})
ENDS = frozenset({Action.SEND_BACK, Action.RECALL, Action.REOPEN})


def replay(steps: Iterable[Step], limit: TimeLimit, calendar: Calendar) -> Reasoned | None:
    """The due time that these steps of a case lead to, and why; None if no clock runs.

    Dispatching starts the clock; a suspension moves the due time by what ran of the limit's own
    clock; an extension names a new one. A due time that had passed is not moved by a suspension.
    """
    told: Reasoned | None = None
    stopped: datetime | None = None
    for step in steps:
        if step.action in STARTS:
            told = reason(step.at, limit, calendar)
        elif step.action in ENDS:
            told, stopped = None, None
        elif told is None:
            continue
        elif step.action is Action.EXTEND and step.due_at is not None:
            line = said("{at} 延期，期限改为 {due}", at=clock(step.at), due=clock(step.due_at))
            told = Reasoned(Deadline(step.due_at, False), (*told.lines, line))
        elif step.action is Action.SUSPEND:
            stopped = step.at
        elif step.action is Action.RESUME and stopped is not None:
            told = _resumed(told, stopped, step.at, limit, calendar)
            stopped = None
    return told


def _resumed(
    told: Reasoned, stopped: datetime, again: datetime, limit: TimeLimit, calendar: Calendar
) -> Reasoned:
    pause = f"{clock(stopped)}—{clock(again)}"
    if told.due.at <= stopped:
        line = said("{pause} 挂账：挂账前已超期，期限不变", pause=pause)
        return Reasoned(told.due, (*told.lines, line))
    left = clock_time(stopped, told.due.at, limit.unit, calendar)
    line = said("{pause} 挂账：挂账时还余 {left}，恢复后接着计", pause=pause, left=span(left))
    moved = continued(again, left, limit.unit, calendar, (*told.lines, line))
    provisional = told.due.provisional or moved.due.provisional
    return Reasoned(Deadline(moved.due.at, provisional), moved.lines)


def changed(old: Deadline, new: Deadline) -> Sentence:
    """What a new calendar does to a due time, in one line."""
    if old.at == new.at:
        return said("按新的工作日历重算：期限 {due} 不变", due=clock(new.at))
    return said("按新的工作日历重算：{old} 改为 {new}", old=clock(old.at), new=clock(new.at))

"""Urging by rule (催办): which marks of its limit a case has passed, by the limit's own clock.

At half of the limit it is told, at 80 % and when it is over it is urged, and once more for each
working day (or day, where the limit runs always) that it is late. Of several marks passed at once,
as after the machine had slept, only the last one is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.deadline import Calendar, TimeLimit, clock_time
from app.domain.people import Role, Signed

MARKS = (50, 80, 100)
"""Percent of the limit that is used."""

DAY = timedelta(hours=8)
MOST_LATE = 30
"""Days after which nobody is urged any more: it is a matter for supervision."""

BY_RULE = "自动催办"


class Mark(NamedTuple):
    """A mark that was passed: percent of the limit, or, over 100, how many days late it is."""

    percent: int
    days_late: int = 0

    @property
    def number(self) -> int:
        """Rises with each mark: what is kept of a case."""
        return self.percent + self.days_late


def passed(due: datetime, limit: TimeLimit, now: datetime, calendar: Calendar) -> Mark | None:
    """The last mark that a case with this due time has passed; None before half of its limit.

    What is left counts, not what has run: after a pause or an extension the marks move with the due
    time, and one granted more than its limit has used none of it.
    """
    if now >= due:
        late = clock_time(due, now, limit.unit, calendar)
        a_day = timedelta(days=1) if limit.unit.runs_always else DAY
        return Mark(100, min(MOST_LATE, int(late / a_day)))
    left = clock_time(now, due, limit.unit, calendar)
    used = 100 * (1 - left / limit.span)
    reached = [mark for mark in MARKS[:-1] if used >= mark]
    return Mark(reached[-1]) if reached else None


def acting(desk: str) -> Signed:
    """Who urges by rule: nobody in person, for the desk that happened to do it."""
    return Signed(0, BY_RULE, Role.DISPATCHER, desk)

"""Time limits and the clocks they run on.

Four units are in use in the field: 紧急工作时 and 紧急工作日 run day and night,
工作时 and 工作日 run on working days 8:00-12:00 and 14:00-18:00, and one 工作日 is eight 工作时.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Shanghai")
SPANS = ((time(8), time(12)), (time(14), time(18)))
WORKING_HOURS_A_DAY = 8


class Unit(Enum):
    """The unit of a limit; it decides the clock."""

    URGENT_HOUR = "紧急工作时"
    URGENT_DAY = "紧急工作日"
    WORK_HOUR = "工作时"
    WORK_DAY = "工作日"


@dataclass(frozen=True)
class TimeLimit:
    """So many of a unit, as a filing condition grants them."""

    value: float
    unit: Unit

    def __str__(self) -> str:
        return f"{self.value:g}{self.unit.value}"


@dataclass(frozen=True)
class Day:
    """Whether a day is worked, and whether that is published or only expected."""

    working: bool
    provisional: bool


Calendar = Callable[[date], Day]


@dataclass(frozen=True)
class Deadline:
    """When a limit ends. `provisional` (暂定) if it crosses a year of unpublished holidays."""

    at: datetime
    provisional: bool


def deadline(begun: datetime, limit: TimeLimit, calendar: Calendar) -> Deadline:
    """When `limit` ends if its clock starts at `begun` (aware); the answer is aware UTC."""
    if limit.unit in (Unit.URGENT_HOUR, Unit.URGENT_DAY):
        hours = limit.value * (24 if limit.unit is Unit.URGENT_DAY else 1)
        return Deadline(begun + timedelta(hours=hours), False)
    hours = limit.value * (WORKING_HOURS_A_DAY if limit.unit is Unit.WORK_DAY else 1)
    return _working_deadline(begun, timedelta(hours=hours), calendar)


def _working_deadline(begun: datetime, left: timedelta, calendar: Calendar) -> Deadline:
    local = begun.astimezone(CITY)
    day, provisional = local.date(), False
    while True:
        known = calendar(day)
        provisional = provisional or known.provisional
        if known.working:
            for opens, closes in SPANS:
                start = max(local, datetime.combine(day, opens, CITY))
                end = datetime.combine(day, closes, CITY)
                if start >= end:
                    continue
                if left <= end - start:
                    return Deadline((start + left).astimezone(begun.tzinfo), provisional)
                left -= end - start
        day += timedelta(days=1)


def working_time(begun: datetime, ended: datetime, calendar: Calendar) -> timedelta:
    """How much of the working clock ran between two instants."""
    local, until = begun.astimezone(CITY), ended.astimezone(CITY)
    total, day = timedelta(0), local.date()
    while day <= until.date():
        if calendar(day).working:
            for opens, closes in SPANS:
                start = max(local, datetime.combine(day, opens, CITY))
                end = min(until, datetime.combine(day, closes, CITY))
                total += max(end - start, timedelta(0))
        day += timedelta(days=1)
    return total


def resumed(
    due: datetime, unit: Unit, suspended: datetime, resumed_at: datetime, calendar: Calendar
) -> Deadline:
    """The due time after a suspension: moved by the pause, counted in the limit's own clock.

    What was left when the clock stopped is what is left when it goes on. A case that was already
    overdue keeps its due time: a suspension does not undo lateness.
    """
    if due <= suspended:
        return Deadline(due, False)
    if unit in (Unit.URGENT_HOUR, Unit.URGENT_DAY):
        return Deadline(due + (resumed_at - suspended), False)
    return _working_deadline(resumed_at, working_time(suspended, due, calendar), calendar)

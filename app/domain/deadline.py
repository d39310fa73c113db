"""Time limits and the clocks they run on.

Four units are in use in the field: 紧急工作时 and 紧急工作日 run day and night,
工作时 and 工作日 run on working days 8:00-12:00 and 14:00-18:00, and one 工作日 is eight 工作时.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.domain.errors import Refusal

CITY = ZoneInfo("Asia/Shanghai")
SPANS = ((time(8), time(12)), (time(14), time(18)))
WORKING_HOURS_A_DAY = 8
MOST_UNITS = 1000
"""A limit above this is a slip of the pen; the longest in the public standards is 90."""

MOST_IDLE_DAYS = 400
"""A calendar that does not work for longer is wrong, and would never end a limit."""


class Unit(Enum):
    """The unit of a limit; it decides the clock."""

    URGENT_HOUR = "紧急工作时"
    URGENT_DAY = "紧急工作日"
    WORK_HOUR = "工作时"
    WORK_DAY = "工作日"

    @property
    def runs_always(self) -> bool:
        """Whether its clock runs day and night, weekends and holidays too."""
        return self in (Unit.URGENT_HOUR, Unit.URGENT_DAY)


WORDS = {"小时": Unit.WORK_HOUR, "天": Unit.WORK_DAY, **{unit.value: unit for unit in Unit}}
"""Units as standards write them: two copies of one standard put 小时 and 天 where the other has
工作时 and 工作日."""

_WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:个)?\s*(" + "|".join(WORDS) + r")\s*")


@dataclass(frozen=True)
class TimeLimit:
    """So many of a unit, as a filing condition grants them."""

    value: float
    unit: Unit

    def __str__(self) -> str:
        return f"{self.value:g}{self.unit.value}"

    @property
    def span(self) -> timedelta:
        """How much of its own clock must run."""
        if self.unit is Unit.URGENT_DAY:
            return timedelta(days=self.value)
        a_unit = WORKING_HOURS_A_DAY if self.unit is Unit.WORK_DAY else 1
        return timedelta(hours=self.value * a_unit)


def read_limit(text: str) -> TimeLimit:
    """A limit as it is written, such as ``4工作时`` or ``2 天``; else a Refusal."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise Refusal("看不懂时限“{text}”：应如 4工作时、2工作日、1紧急工作时", text=text.strip())
    value = float(found[1])
    if not 0 < value <= MOST_UNITS:
        raise Refusal("时限“{text}”不在 0 到 {most} 之间", text=text.strip(), most=MOST_UNITS)
    return TimeLimit(value, WORDS[found[2]])


@dataclass(frozen=True)
class Day:
    """Whether a day is worked, and whether that is published or only expected."""

    working: bool
    provisional: bool
    name: str = ""  # of the holiday, or whose make-up day it is


Calendar = Callable[[date], Day]


@dataclass(frozen=True)
class Deadline:
    """When a limit ends. `provisional` (暂定) if it crosses a year of unpublished holidays."""

    at: datetime
    provisional: bool


class Stretch(NamedTuple):
    """A part of a limit's course. `counted` is zero where its clock stood still.

    `left` is what remains of the limit afterwards; `day` is None on a clock that runs always.
    """

    begins: datetime
    ends: datetime
    counted: timedelta
    left: timedelta
    day: Day | None


def deadline(begun: datetime, limit: TimeLimit, calendar: Calendar) -> Deadline:
    """When `limit` ends if its clock starts at `begun` (aware); the answer is aware UTC."""
    return _ended(course(begun, limit.span, limit.unit, calendar), begun)


def course(begun: datetime, left: timedelta, unit: Unit, calendar: Calendar) -> Iterator[Stretch]:
    """How the clock of `unit` runs from `begun` until `left` of it is used, part by part.

    Times are the city's. A Refusal if the calendar has no working days to end it.
    """
    local = begun.astimezone(CITY)
    if unit.runs_always:
        yield Stretch(local, (begun + left).astimezone(CITY), left, timedelta(0), None)
        return
    day, idle = local.date(), 0
    while True:
        known = calendar(day)
        idle = 0 if known.working else idle + 1
        if idle > MOST_IDLE_DAYS:
            raise Refusal("工作日历从 {day} 起没有工作日，算不出期限：请检查工作日历", day=day)
        if not known.working:
            midnight = datetime.combine(day + timedelta(days=1), time(0), CITY)
            begins = max(local, datetime.combine(day, time(0), CITY))
            yield Stretch(begins, midnight, timedelta(0), left, known)
        else:
            for opens, closes in SPANS:
                start = max(local, datetime.combine(day, opens, CITY))
                end = datetime.combine(day, closes, CITY)
                if start >= end:
                    continue
                counted = min(left, end - start)
                left -= counted
                yield Stretch(start, start + counted, counted, left, known)
                if not left:
                    return
        day += timedelta(days=1)


def _ended(parts: Iterator[Stretch], begun: datetime) -> Deadline:
    provisional, ends = False, begun
    for part in parts:
        provisional = provisional or (part.day is not None and part.day.provisional)
        ends = part.ends
    return Deadline(ends.astimezone(begun.tzinfo), provisional)


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
    left = clock_time(suspended, due, unit, calendar)
    return _ended(course(resumed_at, left, unit, calendar), resumed_at)


def clock_time(begun: datetime, ended: datetime, unit: Unit, calendar: Calendar) -> timedelta:
    """How much of this unit's clock ran between two instants."""
    return ended - begun if unit.runs_always else working_time(begun, ended, calendar)

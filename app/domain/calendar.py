"""The working calendar of the city as data: what is published, and what was entered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.deadline import Calendar, Day
from app.domain.errors import Refusal


@dataclass(frozen=True)
class Entered:
    """A day that somebody entered: it holds against whatever a library says."""

    day: date
    working: bool
    name: str
    source: str = ""  # where it is written: a notice, a file
    by: str = ""


class WorkingCalendar:
    """Says of any day whether it is worked.

    Days entered here come first; then what `published` knows; a year that it does not know counts
    by weekday, provisional until its notice is `announced`.
    """

    def __init__(
        self,
        published: Calendar,
        entered: Mapping[date, Entered],
        announced: frozenset[int] = frozenset(),
    ) -> None:
        self._published, self._entered, self._announced = published, entered, announced

    def __call__(self, day: date) -> Day:
        base = self._published(day)
        provisional = base.provisional and day.year not in self._announced
        if own := self._entered.get(day):
            return Day(own.working, provisional=False, name=own.name)
        return Day(base.working, provisional, base.name)

    def is_settled(self, year: int) -> bool:
        """Whether this year's holidays are known."""
        return year in self._announced or not self._published(date(year, 1, 1)).provisional

    def exceptions(self, year: int) -> list[tuple[date, Day]]:
        """The days of a year that are not as their weekday says, or were entered."""
        found, day = [], date(year, 1, 1)
        while day.year == year:
            told = self(day)
            if told.working != (day.weekday() < 5) or day in self._entered:
                found.append((day, told))
            day = date.fromordinal(day.toordinal() + 1)
        return found


FIRST_YEAR, LAST_YEAR = 2004, 2100
LONGEST_NAME = 40


def check_day(day: date, name: str) -> None:
    """Refuse a day that no notice can mean."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refusal(
            "{day} 不在 {first} 到 {last} 年之间", day=day, first=FIRST_YEAR, last=LAST_YEAR
        )
    if not name.strip():
        raise Refusal("请写明 {day} 是什么节日或调休", day=day)
    if len(name.strip()) > LONGEST_NAME:
        raise Refusal("太长：最多 {n} 个字", n=LONGEST_NAME)

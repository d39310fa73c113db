"""Why a limit ends when it ends, line by line, as a clerk would work it out on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from app.domain.deadline import (
    CITY,
    Calendar,
    Deadline,
    Stretch,
    TimeLimit,
    Unit,
    course,
)
from app.domain.sentence import Sentence, said

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True)
class Reasoned:
    """A due time and the lines that lead to it."""

    due: Deadline
    lines: tuple[Sentence, ...]


def reason(begun: datetime, limit: TimeLimit, calendar: Calendar) -> Reasoned:
    """When the limit ends if its clock starts at `begun` (aware), and why."""
    start = said("起算 {at}，时限 {limit}", at=clock(begun), limit=str(limit))
    return continued(begun, limit.span, limit.unit, calendar, [start, rule_of(limit.unit)])


def continued(
    begun: datetime,
    left: timedelta,
    unit: Unit,
    calendar: Calendar,
    before: Iterable[Sentence] = (),
) -> Reasoned:
    """The same for what is left of a limit; `before` are the lines that stand above."""
    parts = list(course(begun, left, unit, calendar))
    provisional = {p.begins.year for p in parts if p.day is not None and p.day.provisional}
    due = Deadline(parts[-1].ends.astimezone(begun.tzinfo), bool(provisional))
    lines = [*before, *_days(parts)]
    lines.append(said("到期 {due}", due=clock(due.at)))
    lines += [
        said("{year} 年放假安排尚未公布，按周一至周五暂定，公布后重新计算", year=year)
        for year in sorted(provisional)
    ]
    return Reasoned(due, tuple(lines))


def rule_of(unit: Unit) -> Sentence:
    """How this unit counts."""
    if unit is Unit.URGENT_HOUR:
        return said("紧急工作时昼夜连续计时，节假日也计")
    if unit is Unit.URGENT_DAY:
        return said("紧急工作日昼夜连续计时，节假日也计，1 日为 24 小时")
    if unit is Unit.WORK_DAY:
        return said("工作日 8:00—12:00、14:00—18:00 计时，1 工作日为 8 工作时")
    return said("工作时只在工作日 8:00—12:00、14:00—18:00 计时")


def _days(parts: list[Stretch]) -> Iterator[Sentence]:
    """One line a working day; days off that follow each other share one."""
    for counts, run in groupby(parts, key=lambda part: bool(part.counted)):
        if not counts:
            yield from _off(list(run))
            continue
        for day, of_day in groupby(run, key=lambda part: part.begins.date()):
            told = list(of_day)
            spans = "、".join(f"{_hour(p.begins)}—{_end(p)}" for p in told)
            values = {
                "day": f"{day:%m-%d}",
                "weekday": WEEKDAYS[day.weekday()],
                "spans": spans,
                "counted": span(sum((p.counted for p in told), timedelta(0))),
                "left": span(told[-1].left),
            }
            known = told[0].day
            if known is not None and known.name:
                values["name"] = known.name
                yield said("{day} {weekday}（{name}）{spans}，计 {counted}，余 {left}", **values)
            else:
                yield said("{day} {weekday} {spans}，计 {counted}，余 {left}", **values)


def _off(parts: list[Stretch]) -> Iterator[Sentence]:
    off = [part for part in parts if part.day is not None and not part.day.working]
    if not off:
        return  # a limit that was used up to the minute goes on from the next opening
    first, last = off[0].begins.date(), off[-1].begins.date()
    names = list(dict.fromkeys(p.day.name for p in off if p.day is not None and p.day.name))
    why = "、".join(names) or "周末"
    yield said("{days} 休息（{why}），不计", days=days(first, last), why=why)


def days(first: date, last: date) -> str:
    """A span of days as it is written: ``10-01—10-07``."""
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}—{last:%m-%d}"


def clock(at: datetime) -> str:
    """A time of the city, to the minute, and to the second where there are seconds."""
    local = at.astimezone(CITY)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def span(time: timedelta) -> str:
    """A span of a working clock: ``3:30`` are three hours and a half."""
    minutes = round(time.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _hour(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02d}"


def _end(part: Stretch) -> str:
    """An urgent limit may end days later: then the day is told too."""
    same_day = part.ends.date() == part.begins.date()
    return _hour(part.ends) if same_day else f"{part.ends:%m-%d} {_hour(part.ends)}"

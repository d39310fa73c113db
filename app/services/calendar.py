"""The working calendar: published years, days entered by hand, and deadlines reckoned anew.

A year whose notice has not come is answered by weekday alone and marked as provisional (暂定);
the library that knows the published years would raise at New Year, in the middle of a dispatch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import chinese_calendar

from app.domain.calendar import Entered, WorkingCalendar, check_day
from app.domain.deadline import Day, TimeLimit, read_limit
from app.domain.errors import Refusal
from app.domain.order_import import read_time
from app.domain.people import Role
from app.domain.stages import USUAL, Stage
from app.services.sheets import read_sheet, records
from db.unit_of_work import Work

NOT_WORKED = {"休", "放假", "休息", "holiday", "off"}
WORKED = {"班", "上班", "调休", "补班", "workday", "work"}
DAY_COLUMNS = ("日期", "date", "day")
KIND_COLUMNS = ("类型", "班休", "kind")
NAME_COLUMNS = ("名称", "节日", "name")
LONGEST_SOURCE = 120


@cache
def published(day: date) -> Day:
    """Whether `day` is worked in China by the notices that `chinesecalendar` carries."""
    try:
        working = bool(chinese_calendar.is_workday(day))
        _, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return Day(day.weekday() < 5, provisional=True)
    name = chinese_calendar.Holiday(holiday).chinese if holiday else ""
    if working and day.weekday() >= 5:
        name = "调休上班"
    return Day(working, provisional=False, name=name)


def in_force(work: Work) -> WorkingCalendar:
    """The calendar by which this work reckons; read once."""
    if work.calendar is None:
        entered = {one.day: one for one in work.calendars.entered()}
        work.calendar = WorkingCalendar(published, entered, work.calendars.announced())
    return work.calendar


def stage_limits(work: Work) -> dict[Stage, TimeLimit]:
    """The desk's own limits: those that were entered, else the usual ones."""
    return {**USUAL, **work.calendars.stage_limits()}


def put_stage_limit(work: Work, stage: Stage, written: str) -> None:
    """Give a stage a limit as it is written (``0.5紧急工作时``); cases begin it from now on."""
    _only_administrators(work)
    work.calendars.put_stage_limit(stage, read_limit(written))
    work.touch("calendar", 0)


@dataclass(frozen=True)
class YearView:
    """What the administrator sees of a year."""

    year: int
    settled: bool  # its notice is known, or was entered
    days: tuple[tuple[date, Day, Entered | None], ...]  # those that differ from their weekday
    provisional_cases: int  # open cases whose due time is provisional, of all years


def year_view(work: Work, year: int) -> YearView:
    calendar = in_force(work)
    entered = {one.day: one for one in work.calendars.entered()}
    days = tuple((day, told, entered.get(day)) for day, told in calendar.exceptions(year))
    return YearView(year, calendar.is_settled(year), days, len(work.cases.provisional()))


def enter(work: Work, day: date, working: bool, name: str, source: str = "") -> None:
    """Say of a day that it is worked, or not; a day that was entered before is changed."""
    _only_administrators(work)
    check_day(day, name)
    work.calendars.enter(Entered(day, working, name.strip(), source, work.by.name))
    _changed(work)


def remove(work: Work, day: date) -> None:
    """Take back a day that was entered: it is again what is published."""
    _only_administrators(work)
    work.calendars.remove(day)
    _changed(work)


def announce(work: Work, year: int, known: bool = True) -> None:
    """Say that a year's notice has been entered: its other days are as their weekday says."""
    _only_administrators(work)
    work.calendars.announce(year, known)
    _changed(work)


def read_notice(file: Path) -> list[Entered]:
    """Every day of a table with the columns 日期, 类型 (休 or 班) and 名称. Needs no database.

    All or none: a Refusal names the first row that cannot be read.
    """
    found = []
    for number, row in records(read_sheet(file)):
        day, kind, name = (_cell(row, names) for names in (DAY_COLUMNS, KIND_COLUMNS, NAME_COLUMNS))
        if kind not in WORKED | NOT_WORKED:
            raise Refusal("第 {row} 行的类型“{kind}”应为 休 或 班", row=number, kind=kind)
        try:
            when = read_time(day).date()
        except ValueError:
            raise Refusal("第 {row} 行的日期“{day}”应如 2027-01-01", row=number, day=day) from None
        working = kind in WORKED
        name = name or ("调休上班" if working else "放假")
        check_day(when, name)
        found.append(Entered(when, working, name, file.name[:LONGEST_SOURCE]))
    if not found:
        raise Refusal("文件里没有日期：应有 日期、类型、名称 三列")
    return found


def enter_all(work: Work, days: Sequence[Entered]) -> int:
    """Enter every day of a notice; how many."""
    for one in days:
        enter(work, one.day, one.working, one.name, one.source)
    return len(days)


def reckon_again(work: Work) -> list[tuple[str, str, str]]:
    """Reckon every open provisional due time by the calendar as it is now.

    Each that changes, or is settled by it, keeps a line in its history. (Number, old, new) of
    these.
    """
    _only_administrators(work)
    told = []
    for case_id in work.cases.provisional():
        case = work.cases.get(case_id)
        before = case.due_at
        if case.reckon(work.by, work.now, in_force(work)):
            told.append((case.number, str(before), str(case.due_at)))
    return told


def _changed(work: Work) -> None:
    work.calendar = None
    work.touch("calendar", 0)


def _only_administrators(work: Work) -> None:
    if work.by.role is not Role.ADMINISTRATOR:
        raise Refusal("工作日历由系统管理员维护")


def _cell(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((row[name].strip() for name in names if row.get(name)), "")

"""Every due time of a table that was worked out by another way, and the reasons given for them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.domain.deadline import CITY, TimeLimit, Unit, deadline, read_limit, resumed
from app.domain.errors import Refusal
from app.domain.reasoning import reason
from app.services.calendar import published
from tests.domain import golden

CASES = golden.read()


def test_that_the_table_is_long_enough_and_still_what_the_clerk_ticks_off() -> None:
    assert len(CASES) >= 300
    assert list(golden.made()) == CASES


def test_that_the_published_days_are_those_of_the_notices() -> None:
    day = date(2024, 1, 1)
    while day.year < 2027:
        assert published(day).working == golden.is_worked(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.begun:%Y%m%d-%H%M}-{case.unit}")
def test_that_a_due_time_is_the_one_in_the_table(case: golden.Case) -> None:
    begun, limit = case.begun.replace(tzinfo=CITY), TimeLimit(case.value, Unit(case.unit))
    told = deadline(begun, limit, published).at
    if case.paused and case.resumed:
        pause, again = (at.replace(tzinfo=CITY) for at in (case.paused, case.resumed))
        told = resumed(told, limit.unit, pause, again, published).at
    assert told == case.due.replace(tzinfo=CITY)


@pytest.mark.parametrize("case", CASES[:200:7], ids=str)
def test_that_the_lines_add_up_to_the_limit(case: golden.Case) -> None:
    limit = TimeLimit(case.value, Unit(case.unit))
    told = reason(case.begun.replace(tzinfo=CITY), limit, published)
    assert told.due.at == case.due.replace(tzinfo=CITY)
    counted = [re.search(r"计 (\d+):(\d\d)，余 (\d+):(\d\d)", str(line)) for line in told.lines]
    minutes = [int(m[1]) * 60 + int(m[2]) for m in counted if m]
    assert sum(minutes) == limit.span.total_seconds() / 60
    assert next(m for m in reversed(counted) if m).group(3, 4) == ("0", "00")
    assert f"{case.due:%Y-%m-%d %H:%M}" in str(told.lines[-1])


def test_that_a_deadline_into_a_year_without_notice_says_so() -> None:
    begun = golden.datetime(2026, 12, 31, 16, tzinfo=CITY)
    told = reason(begun, TimeLimit(1, Unit.WORK_DAY), published)
    assert told.due.provisional
    assert "2027 年放假安排尚未公布" in str(told.lines[-1])


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("4工作时", TimeLimit(4, Unit.WORK_HOUR)),
        ("4小时", TimeLimit(4, Unit.WORK_HOUR)),
        (" 2 天 ", TimeLimit(2, Unit.WORK_DAY)),
        ("1个工作日", TimeLimit(1, Unit.WORK_DAY)),
        ("0.5紧急工作时", TimeLimit(0.5, Unit.URGENT_HOUR)),
        ("1紧急工作日", TimeLimit(1, Unit.URGENT_DAY)),
    ],
)
def test_that_limits_are_read_as_standards_write_them(written: str, limit: TimeLimit) -> None:
    assert read_limit(written) == limit


@pytest.mark.parametrize(
    "written", ["", "4", "工作日", "种植季节15工作日", "0工作日", "-1天", "9999天"]
)
def test_that_what_is_no_limit_is_refused(written: str) -> None:
    with pytest.raises(Refusal):
        read_limit(written)

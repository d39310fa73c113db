"""Limits in their own clocks. Expected times were worked out by hand from a wall calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadline import CITY, Day, TimeLimit, Unit, deadline, resumed, working_time
from app.services.calendar import published


def city(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@pytest.mark.parametrize(
    ("begun", "value", "unit", "due"),
    [
        ("2026-03-04 09:00", 2, Unit.URGENT_HOUR, "2026-03-04 11:00"),
        ("2026-03-06 23:30", 2, Unit.URGENT_HOUR, "2026-03-07 01:30"),
        ("2026-03-06 18:00", 1, Unit.URGENT_DAY, "2026-03-07 18:00"),
        ("2026-03-04 09:00", 4, Unit.WORK_HOUR, "2026-03-04 15:00"),  # lunch between
        ("2026-03-04 08:00", 4, Unit.WORK_HOUR, "2026-03-04 12:00"),
        ("2026-03-04 12:30", 1, Unit.WORK_HOUR, "2026-03-04 15:00"),  # begun at lunch
        ("2026-03-04 17:00", 4, Unit.WORK_HOUR, "2026-03-05 11:00"),
        ("2026-03-06 17:59", 1, Unit.WORK_DAY, "2026-03-09 17:59"),  # Friday to Monday
        ("2026-03-06 17:00", 1, Unit.WORK_DAY, "2026-03-09 17:00"),
        ("2026-03-07 10:00", 1, Unit.WORK_DAY, "2026-03-09 18:00"),  # begun on Saturday
        ("2026-03-04 22:00", 1, Unit.WORK_DAY, "2026-03-05 18:00"),
        ("2026-02-13 17:00", 1, Unit.WORK_DAY, "2026-02-14 17:00"),  # 14 Feb is a make-up day
        ("2026-02-14 17:00", 1, Unit.WORK_DAY, "2026-02-24 17:00"),  # Spring Festival 15-23 Feb
        ("2026-09-30 16:00", 4, Unit.WORK_HOUR, "2026-10-08 10:00"),  # National Day 1-7 Oct
    ],
)
def test_that_a_limit_ends_when_a_clerk_would_say(
    begun: str, value: float, unit: Unit, due: str
) -> None:
    told = deadline(city(begun).astimezone(UTC), TimeLimit(value, unit), published)
    assert told.at == city(due)
    assert not told.provisional


def test_that_a_limit_into_an_unpublished_year_is_provisional_and_no_crash() -> None:
    told = deadline(city("2099-12-30 09:00"), TimeLimit(3, Unit.WORK_DAY), published)
    assert told.provisional


def weekdays(day: date) -> Day:
    return Day(day.weekday() < 5, provisional=False)


INSTANTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 -- the strategy adds the zone
    datetime(2026, 12, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(INSTANTS, st.integers(0, 20_000), st.integers(0, 20_000), st.sampled_from(Unit))
def test_that_a_pause_never_changes_the_time_that_is_left(
    begun: datetime, to_pause: int, paused: int, unit: Unit
) -> None:
    due = deadline(begun, TimeLimit(3, unit), weekdays).at
    stop = begun + timedelta(minutes=to_pause)
    go = stop + timedelta(minutes=paused)
    moved = resumed(due, unit, stop, go, weekdays).at
    if due <= stop:
        assert moved == due  # a pause does not undo lateness
    elif unit in (Unit.URGENT_HOUR, Unit.URGENT_DAY):
        assert moved - go == due - stop
    else:
        assert working_time(go, moved, weekdays) == working_time(stop, due, weekdays)


def test_that_a_weekend_pause_costs_a_working_limit_nothing() -> None:
    """Friday 18:00 to Monday 8:00: a rival's clock gave 62 working hours for it."""
    due = city("2026-03-10 10:00")
    stop, go = city("2026-03-06 18:00"), city("2026-03-09 08:00")
    assert resumed(due, Unit.WORK_HOUR, stop, go, weekdays).at == due

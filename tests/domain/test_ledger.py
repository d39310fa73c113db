"""What was really seen: counted to the second over a scripted day, and balanced with the plan."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.ledger import (
    GAP_S,
    SEEN_S,
    Counting,
    Visit,
    balance,
    by_district,
    by_person,
    coverage,
)
from app.domain.roster import Shift

DAY = date(2026, 3, 4)
BEGIN = datetime(2026, 3, 4, 0, 0, tzinfo=UTC)


def test_that_writing_in_between_loses_nothing_and_makes_no_visits() -> None:
    counting, parts = Counting(), []
    for tick in range(8 * 3600 * 2):
        at = BEGIN + timedelta(seconds=tick / 2)
        parts += counting.tick({7}, tick / 2, at).values()
        if tick % 240 == 239:
            parts += counting.part(at).values()
    parts += counting.end().values()
    assert abs(sum(stay.seconds for stay in parts) - 8 * 3600) <= 1
    assert [stay.goes_on for stay in parts].count(False) == 1
    visits = [
        Visit(7, 1, "林某", "甲席", DAY, Shift.EARLY, s.begins, s.seconds, s.goes_on) for s in parts
    ]
    (line,) = balance(visits, [7])
    assert line.visits == 1


def test_that_a_stay_that_begins_as_it_is_written_is_a_visit() -> None:
    counting = Counting()
    counting.tick((), 0.0, BEGIN)
    counting.tick((7,), 0.4, BEGIN)
    assert counting.part(BEGIN) == {}, "it waits for the next time"
    counting.tick((7,), 0.9, BEGIN)
    (stay,) = counting.end().values()
    assert not stay.goes_on
    assert stay.seconds == pytest.approx(0.9)


def test_that_a_scripted_day_is_counted_to_within_a_second_a_visit() -> None:
    dice, counting = random.Random(7), Counting()
    script: list[tuple[int, float, float]] = []  # camera, from, to
    for camera in range(6):
        now = dice.uniform(0, 60)
        while now < 8 * 3600:
            stay = dice.uniform(4, 300)
            script.append((camera, now, now + stay))
            now += stay + dice.uniform(GAP_S + 1, 200)
    told: dict[int, list[float]] = {camera: [] for camera in range(6)}
    now, ends = 0.0, 8.2 * 3600
    active = sorted(script, key=lambda one: one[1])
    while now < ends:
        seen = [camera for camera, first, last in active if first <= now < last]
        active = [one for one in active if one[2] > now - 1]
        for camera, stay in counting.tick(seen, now, BEGIN + timedelta(seconds=now)).items():
            told[camera].append(stay.seconds)
        now += dice.uniform(0.45, 0.6)
    for camera in range(6):
        wanted = [last - first for one, first, last in script if one == camera]
        assert len(told[camera]) == len(wanted)
        for got, meant in zip(told[camera], wanted, strict=True):
            assert abs(got - meant) <= 1.0, "MISSION C4: at most a second a visit"
        assert abs(sum(told[camera]) - sum(wanted)) / len(wanted) <= 0.6


def test_that_a_picture_that_is_found_to_have_stood_still_is_taken_back() -> None:
    counting, now = Counting(), 0.0
    while now <= 30:
        counting.tick([1], now, BEGIN)
        now += 0.5
    counting.take_back(1, 22.0)
    assert counting.end()[1].seconds == pytest.approx(8.0)


def test_that_what_was_written_already_is_taken_back_by_the_next_part() -> None:
    counting, now, told = Counting(), 0.0, 0.0
    while now <= 30:
        counting.tick([1], now, BEGIN)
        if now == 25:
            told += counting.part(BEGIN)[1].seconds
        now += 0.5
    counting.take_back(1, 22.0)
    counting.take_back(1, 9999.0)
    assert counting._stays[1].seconds == pytest.approx(-told), "never more than it has counted"
    counting.take_back(1, -8.0)
    rest = counting.end()[1]
    assert rest.is_told
    assert told + rest.seconds == pytest.approx(8.0)


def test_that_a_machine_that_slept_saw_nothing() -> None:
    counting = Counting()
    for now in (0.0, 0.5, 1.0, 3601.0, 3601.5):
        over = counting.tick([1], now, BEGIN)
        assert not over
    assert counting.end()[1].seconds == pytest.approx(1.5)
    assert counting.end() == {}


def test_that_the_plan_is_balanced_and_what_was_missed_comes_first() -> None:
    def visit(camera: int, seconds: float, person: str) -> Visit:
        return Visit(camera, 1, person, "甲席", DAY, Shift.EARLY, BEGIN, seconds)

    visits = [visit(1, 3, "林"), visit(1, 4, "王"), visit(2, SEEN_S - 1, "林"), visit(9, 60, "王")]
    lines = balance(visits, [1, 2, 3])
    assert [(line.camera_id, line.is_missed, line.visits) for line in lines] == [
        (3, True, 0),
        (2, True, 1),
        (1, False, 2),
        (9, False, 1),
    ]
    assert lines[2].people == ("林", "王")
    assert coverage(lines) == pytest.approx(1 / 3)
    assert coverage(balance(visits, [])) is None


def test_that_a_shift_is_told_by_district_and_by_person() -> None:
    def visit(camera: int, person: str, seconds: float) -> Visit:
        at = datetime(2026, 3, 4, 1, tzinfo=UTC)
        return Visit(camera, 1, person, "席", at.date(), Shift.EARLY, at, seconds)

    visits = [visit(1, "甲", 60), visit(1, "乙", 30), visit(2, "乙", 2), visit(9, "乙", 8)]
    plan = {1, 2, 3}
    lines = balance(visits, plan)
    districts = by_district(lines, {1: "440106", 2: "440103", 3: "440103", 9: "440106"})
    assert [(one.key, one.planned, one.seen, one.cameras) for one in districts] == [
        ("440103", 2, 0, 1),
        ("440106", 1, 1, 2),
    ]
    people = by_person(visits, plan)
    told = [(one.key, one.planned, one.seen, one.cameras, one.seconds) for one in people]
    assert told == [("甲", 3, 1, 1, 60), ("乙", 3, 1, 3, 40)], "they share the shift's plan"

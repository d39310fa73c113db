"""A picture that flows and shows nothing: judged when it lasts, and taken back when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.availability import HOLD_S, Noted, shares, stretches
from app.domain.camera import StreamState
from app.domain.errors import Refusal
from app.domain.fault import ASSESS_WITHIN, Clock, Fault
from app.domain.health import LASTS_S, Judge, Measures, symptom
from app.domain.people import Role, Signed

S = StreamState
WELL = Measures(
    light=200, contrast=45, detail=0.2, flat=0.1, tint=4, change=20, detail_kept=1.0,
    texture_lost=0.0, tint_shift=1.0, alike=0.9,
)  # fmt: skip
SPOILT = {
    S.BLACK: {"light": 18.0, "contrast": 1.0},
    S.FROZEN: {"change": 0.1},
    S.BLURRED: {"detail_kept": 0.1},
    S.COVERED: {"texture_lost": 0.8},
    S.CAST: {"tint": 20.0, "tint_shift": 18.0},
    S.MOVED: {"alike": 0.05},
}


def seen(trouble: S | None) -> Measures:

    return replace(WELL, **SPOILT[trouble]) if trouble else WELL  # type: ignore[arg-type]


@pytest.mark.parametrize("trouble", SPOILT)
def test_that_a_trouble_is_said_when_it_has_lasted_and_taken_back_when_it_is_over(
    trouble: S,
) -> None:
    assert symptom(seen(trouble)) is trouble
    judge, at = Judge(), 100.0
    assert judge.hear(WELL, at) is None
    while at < 101 + LASTS_S[trouble]:
        at += 2
        judge.hear(seen(trouble), at)
    assert judge.verdict is trouble
    assert judge.since == 102.0
    assert judge.hear(WELL, at + 2) is trouble  # one good picture is not enough
    assert judge.hear(WELL, at + 6) is None
    assert judge.since is None


def test_that_a_bus_before_the_lens_is_no_cover() -> None:
    judge = Judge()
    for at in range(0, 60, 2):
        judge.hear(seen(S.COVERED if at % 8 < 4 else None), float(at))
    assert judge.verdict is None


def test_that_a_lawn_without_a_reference_and_a_grey_night_are_no_cast() -> None:

    assert symptom(replace(WELL, tint=25.0, tint_shift=None)) is None
    assert symptom(replace(WELL, tint=1.0, tint_shift=15.0)) is None


# Faults.

NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
LEADER = Signed(1, "陈", Role.SHIFT_LEADER, "甲席")


def fault() -> Fault:
    return Fault(7, "路口", S.BLACK, NOW, "甲席")


def test_that_both_clocks_run_and_end_as_the_contract_asks() -> None:
    one = fault()
    assert one.assess_clock(NOW + ASSESS_WITHIN) is Clock.RUNNING
    assert one.assess_clock(NOW + timedelta(minutes=15, seconds=1)) is Clock.MISSED
    assert one.solve_clock(NOW + timedelta(days=3)) is Clock.NONE
    one.assess(True, "已报运维", LEADER, NOW + timedelta(minutes=14))
    assert one.assess_clock(NOW + timedelta(hours=9)) is Clock.KEPT
    assert one.solve_clock(NOW + timedelta(minutes=61)) is Clock.MISSED
    one.recover(NOW + timedelta(minutes=50))
    assert one.solve_clock(NOW + timedelta(hours=9)) is Clock.KEPT
    one.relapse(S.FROZEN)
    assert (one.state, one.recovered_at) == (S.FROZEN, None)
    one.solve("更换电源", LEADER, NOW + timedelta(minutes=70))
    assert one.solve_clock(NOW + timedelta(hours=9)) is Clock.BROKEN


@pytest.mark.parametrize(
    "wrong",
    [
        lambda one: one.assess(True, " ", LEADER, NOW),
        lambda one: one.solve("", LEADER, NOW),
        lambda one: one.assess(True, "x", Signed(2, "客", Role.PRESENTER, ""), NOW),
        lambda one: one.solve("x", Signed(2, "客", Role.CLIENT_MANAGER, ""), NOW),
        lambda one: [one.assess(True, "x", LEADER, NOW) for _ in range(2)],
        lambda one: [one.solve("x", LEADER, NOW) for _ in range(2)],
    ],
)
def test_that_a_fault_is_assessed_and_solved_once_with_a_word_by_who_may(wrong: object) -> None:
    with pytest.raises(Refusal):
        wrong(fault())  # type: ignore[operator]


# Availability.


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_that_only_watched_time_counts_and_a_desk_that_died_does_not() -> None:
    history = [
        Noted(1, S.LIVE, at(-3)),  # three minutes of it before the span
        Noted(1, S.LIVE, at(1)),
        Noted(1, S.BLACK, at(5)),
        Noted(1, S.UNREACHABLE, at(9)),
        Noted(1, S.IDLE, at(13)),
        Noted(1, S.LIVE, at(40)),  # and then the desk dies
        Noted(2, S.STALLED, at(57)),
    ]
    found = shares(history, at(0), at(60))
    one, two = found[1], found[2]
    assert one.watched == 60 * 13 + HOLD_S
    assert one.online == 60 * 9 + HOLD_S
    assert one.intact == 60 * 5 + HOLD_S
    assert (two.watched, two.online_rate, two.intact_rate) == (180, 1.0, 0.0)
    assert shares(history, at(200), at(260)) == {}


def test_that_desks_that_disagree_count_each_second_once_and_by_the_best_of_their_words() -> None:
    history = [
        Noted(1, S.LIVE, at(0), "甲席"),
        Noted(1, S.UNREACHABLE, at(1), "乙席"),  # its own line is broken
        Noted(1, S.IDLE, at(3), "乙席"),
        Noted(1, S.BLACK, at(4), "甲席"),
        Noted(1, S.IDLE, at(6), "甲席"),
        Noted(1, S.UNREACHABLE, at(8), "乙席"),
        Noted(1, S.IDLE, at(9), "乙席"),
    ]
    share = shares(history, at(0), at(20))[1]
    assert (share.watched, share.online, share.intact) == (7 * 60, 6 * 60, 4 * 60)


def test_that_days_add_up_to_the_span() -> None:
    history = [Noted(1, S.LIVE, at(minute)) for minute in range(0, 3000, 5)]
    whole = shares(history, at(0), at(2880))[1]
    parts = [shares(history, at(0), at(1440))[1], shares(history, at(1440), at(2880))[1]]
    assert sum(part.watched for part in parts) == whole.watched == 2880 * 60


def test_that_the_course_of_a_camera_joins_what_was_said_again() -> None:
    begin = datetime(2026, 3, 4, 1, tzinfo=UTC)
    told = ((0, S.LIVE, "甲"), (150, S.LIVE, "甲"), (160, S.LIVE, "乙"), (200, S.BLACK, "甲"))
    told += ((260, S.IDLE, "甲"), (2000, S.LIVE, "甲"))
    history = [Noted(1, state, begin + timedelta(seconds=at), desk) for at, state, desk in told]
    found = [
        (one.state, (one.begins - begin).seconds, (one.ends - begin).seconds, one.desk)
        for one in stretches(history, begin + timedelta(seconds=2100))
    ]
    assert found == [
        (S.LIVE, 2000, 2100, "甲"),
        (S.BLACK, 200, 260, "甲"),
        (S.LIVE, 160, 460, "乙"),  # it said nothing more: five minutes, and nobody knows
        (S.LIVE, 0, 200, "甲"),
    ]

"""Urging by rule: each mark once, by one desk, by the limit's own clock, also after a sleep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.case import Order
from app.domain.case_list import CaseFilter
from app.domain.deadline import CITY, TimeLimit, Unit, deadline
from app.domain.people import Role
from app.domain.urging import MARKS, MOST_LATE, Mark, passed
from app.domain.workflow import Action
from app.services import cases, urging
from app.services.calendar import published
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk

MORNING = datetime(2026, 3, 4, 8, 0, tzinfo=CITY)
FOUR = TimeLimit(4, Unit.WORK_HOUR)
DUE = deadline(MORNING, FOUR, published).at


@pytest.mark.parametrize(
    ("hours", "mark"),
    [
        (1.9, None), (2.0, Mark(50)), (3.1, Mark(50)), (3.2, Mark(80)), (3.99, Mark(80)),
        (4.0, Mark(100)), (8.0, Mark(100)), (24 + 6.0, Mark(100, 1)),
    ],
)  # fmt: skip
def test_that_marks_follow_the_limits_own_clock(hours: float, mark: Mark | None) -> None:
    assert passed(DUE, FOUR, MORNING + timedelta(hours=hours), published) == mark


def test_that_nobody_is_urged_for_ever_nor_over_a_weekend() -> None:
    friday = datetime(2026, 3, 6, 16, 0, tzinfo=CITY)
    due = deadline(friday, FOUR, published).at  # Monday 10:00
    sunday = datetime(2026, 3, 8, 12, 0, tzinfo=CITY)
    assert passed(due, FOUR, sunday, published) == Mark(50)
    assert passed(DUE, FOUR, MORNING + timedelta(days=400), published) == Mark(100, MOST_LATE)


@given(st.lists(st.floats(0, 200), min_size=2, max_size=8))
def test_that_marks_only_rise(hours: list[float]) -> None:
    at = [MORNING + timedelta(hours=one) for one in sorted(hours)]
    marks = [passed(DUE, FOUR, one, published) for one in at]
    numbers = [mark.number if mark else 0 for mark in marks]
    assert numbers == sorted(numbers)


def test_that_a_case_is_urged_once_for_each_mark_by_one_desk(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    clock.now = MORNING.astimezone(UTC)
    desk, other = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER, "乙席")
    case_id, _ = desk.do_now(cases.register, draft())
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, case_id, action)
    desk.do_now(cases.advance, case_id, Action.DISPATCH, Order(department="城管执法队"))
    due = desk.ask_now(cases.rows, [case_id])[0].due_at
    assert due is not None

    def looked() -> list[tuple[int, bool]]:
        told = [one for each in (desk, other) for one in each.do_now(urging.carry_out)[0]]
        return [(one.mark.percent, one.urged) for one in told]

    assert looked() == []
    seen = []
    for _ in range(7 * 60):
        clock.go_on(minutes=1)
        seen += looked()
    assert seen == [(50, False), (80, True), (100, True)]
    assert [mark for mark, _ in seen] == list(MARKS)
    steps = desk.ask_now(cases.detail, case_id).steps
    urged = [step for step in steps if step.action is Action.REMIND]
    assert [step.person for step in urged] == ["自动催办", "自动催办"]
    assert "80%" in urged[0].note

    clock.go_on(days=9)  # the machine slept
    assert len(looked()) == 1, "of all the marks that were passed meanwhile, the last one"
    assert looked() == []
    leader = open_desk(Role.SHIFT_LEADER)
    later = clock.now + timedelta(days=4)
    leader.do_now(cases.advance, case_id, Action.EXTEND, Order("雨天", due_at=later))
    clock.go_on(minutes=2)
    assert looked() == []
    clock.now = later + timedelta(minutes=1)
    assert looked() == [(100, True)], "of the new time it is urged anew"


def test_that_a_supervision_is_answered_and_a_dissatisfied_caller_opens_a_round(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk, leader = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER)
    eyes = open_desk(Role.OPERATOR)
    case_id, _ = desk.do_now(cases.register, draft())
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, case_id, action)
    desk.do_now(cases.advance, case_id, Action.DISPATCH, Order(department="城管执法队"))
    later = clock.now + timedelta(hours=4)
    leader.do_now(cases.advance, case_id, Action.SUPERVISE, Order("重点", due_at=later))
    assert desk.ask_now(cases.rows, [case_id])[0].supervised_until == later
    desk.do_now(cases.advance, case_id, Action.ANSWER, Order("已派人到场"))
    assert desk.ask_now(cases.rows, [case_id])[0].supervised_until is None
    desk.do_now(cases.advance, case_id, Action.ACKNOWLEDGE)
    desk.do_now(cases.advance, case_id, Action.RESOLVE, Order("已清理"))
    eyes.do_now(cases.advance, case_id, Action.VERIFY)
    leader.do_now(cases.advance, case_id, Action.APPROVE)
    desk.do_now(cases.advance, case_id, Action.CLOSE)
    closed_at = desk.ask_now(cases.detail, case_id).closed_at
    clock.go_on(days=1)
    desk.do_now(cases.advance, case_id, Action.DISSATISFIED, Order("仍有摊贩"))
    told = desk.ask_now(cases.detail, case_id)
    assert (told.row.round, told.closed_at) == (2, None)
    first_round = [step for step in told.steps if step.round == 1]
    assert [s.at for s in first_round if s.action is Action.CLOSE] == [closed_at]
    assert desk.ask_now(cases.count, CaseFilter(open_only=True)) == 1

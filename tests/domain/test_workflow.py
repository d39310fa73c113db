"""The life of a case: no path skips review, none ends outside the final states."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.domain.case import Case, Order
from app.domain.deadline import Day
from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.workflow import (
    FINAL,
    RULES,
    Action,
    Before,
    CaseStatus,
    allowed,
)
from tests.builders import NOON, case, somebody


def weekdays(day: date) -> Day:
    return Day(day.weekday() < 5, provisional=False)


def order_for(action: Action, at: datetime, due: datetime | None = None) -> Order:
    """Everything any rule may demand."""
    later = max(due or at, at) + timedelta(days=1)
    return Order("原因", "城管执法队", later, into=99, words={"address": f"天河路 {at}"})


def role_for(action: Action) -> Role:
    return next(r for one in RULES if one.action is action for r in sorted(one.roles, key=str))


class LifeOfACase(RuleBasedStateMachine):
    """Any role tries any action at any time; what is true of every history stays true."""

    def __init__(self) -> None:
        super().__init__()
        self.case: Case = case()
        self.now = NOON
        self.kept: list[tuple[object, ...]] = []

    @rule(action=st.sampled_from(Action), role=st.sampled_from(Role), hours=st.integers(0, 60))
    def anybody_tries_anything(self, action: Action, role: Role, hours: int) -> None:
        self.now += timedelta(hours=hours, minutes=1)
        before, steps = self.case.status, len(self.case.steps)
        order = order_for(action, self.now, self.case.due_at)
        if action in allowed(before, role):
            self.case.advance(action, somebody(role), self.now, order, weekdays)
            assert len(self.case.steps) == steps + 1
            assert self.case.steps[-1].action is action
        else:
            with pytest.raises(Refusal):
                self.case.advance(action, somebody(role), self.now, order, weekdays)
            assert (self.case.status, len(self.case.steps)) == (before, steps)

    @precondition(lambda self: self.case.status not in FINAL)
    @rule(data=st.data(), hours=st.integers(0, 30))
    def somebody_does_what_is_allowed(self, data: st.DataObject, hours: int) -> None:
        """Most random tries are refused; this one always goes on, so that lives become long."""
        self.now += timedelta(hours=hours, minutes=1)
        open_now = [one for one in RULES if self.case.status in one.sources]
        chosen = data.draw(st.sampled_from(open_now))
        order = order_for(chosen.action, self.now, self.case.due_at)
        by = somebody(sorted(chosen.roles, key=str)[0])
        self.case.advance(chosen.action, by, self.now, order, weekdays)

    @invariant()
    def a_closed_case_was_approved_in_its_round_after_it_was_verified(self) -> None:
        if self.case.status is not CaseStatus.CLOSED:
            return
        actions = [step.action for step in self.case.steps if step.round == self.case.round]
        last = {action: place for place, action in enumerate(actions)}
        assert last[Action.RESOLVE] < last[Action.VERIFY] < last[Action.APPROVE]
        assert last[Action.APPROVE] < last[Action.CLOSE]
        assert last.get(Action.REJECT, -1) < last[Action.APPROVE]

    @invariant()
    def history_is_only_added_to(self) -> None:
        told = [
            (id(step), step.action, step.status, step.at, step.person, step.note, step.round)
            for step in self.case.steps
        ]
        assert told[: len(self.kept)] == self.kept
        self.kept = told

    @invariant()
    def the_last_step_led_where_the_case_is(self) -> None:
        assert self.case.steps[-1].status is self.case.status

    @invariant()
    def a_case_with_a_department_has_a_limit(self) -> None:
        if self.case.status in (CaseStatus.DISPATCHED, CaseStatus.HANDLING):
            assert self.case.department
            assert self.case.due_at is not None

    @invariant()
    def the_due_time_is_what_the_history_comes_to(self) -> None:
        if self.case.due_at is None:
            return
        told = self.case.reasoning(weekdays)
        assert told is not None
        assert told.due.at == self.case.due_at


LifeOfACase.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLifeOfACase = LifeOfACase.TestCase


def reachable(start: CaseStatus, without: Action | None = None) -> set[CaseStatus]:
    found, edge = {start}, {start}
    while edge:
        status = edge.pop()
        for one in RULES:
            if status not in one.sources or one.action is without or one.target is None:
                continue
            targets = (
                set(one.sources) | {CaseStatus.DISPATCHED, CaseStatus.HANDLING}
                if isinstance(one.target, Before)
                else {one.target}
            )
            edge |= targets - found
            found |= targets
    return found


def test_that_no_path_reaches_the_end_without_review() -> None:
    assert CaseStatus.CLOSED in reachable(CaseStatus.REPORTED)
    assert CaseStatus.CLOSED not in reachable(CaseStatus.REPORTED, without=Action.APPROVE)


@pytest.mark.parametrize("status", CaseStatus)
def test_that_every_status_leads_to_a_final_one(status: CaseStatus) -> None:
    assert reachable(status) & FINAL


@pytest.mark.parametrize("status", sorted(FINAL, key=str))
def test_that_only_a_closed_case_can_be_taken_up_again(status: CaseStatus) -> None:
    actions = {one.action for one in RULES if status in one.sources}
    again = {
        CaseStatus.CLOSED: {Action.REOPEN, Action.SATISFIED, Action.DISSATISFIED},
        CaseStatus.MERGED: {Action.UNMERGE},
    }
    assert actions == again.get(status, set())


def test_that_every_action_but_registering_has_a_rule() -> None:
    assert {one.action for one in RULES} == set(Action) - {Action.REGISTER, Action.RECKON}


@pytest.mark.parametrize("role", [Role.PRESENTER, Role.CLIENT_MANAGER, Role.ADMINISTRATOR])
def test_that_who_only_looks_can_change_nothing(role: Role) -> None:
    assert not any(allowed(status, role) for status in CaseStatus)


def advance(one: Case, *actions: Action, at: datetime = NOON) -> datetime:
    for action in actions:
        at += timedelta(minutes=10)
        order = order_for(action, at, one.due_at)
        one.advance(action, somebody(role_for(action)), at, order, weekdays)
    return at


TO_HANDLING = (Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.ACKNOWLEDGE)


def test_that_a_reopened_case_keeps_the_times_of_its_first_round() -> None:
    one = case()
    to_end = (Action.RESOLVE, Action.VERIFY, Action.APPROVE, Action.CLOSE)
    at = advance(one, *TO_HANDLING, *to_end)
    closed = one.closed_at
    advance(one, Action.REOPEN, at=at)
    assert (one.round, one.status, one.closed_at) == (2, CaseStatus.FILED, None)
    ends = [step for step in one.steps if step.action is Action.CLOSE]
    assert [(step.round, step.at) for step in ends] == [(1, closed)]


def test_that_a_suspended_case_goes_on_where_it_was() -> None:
    one = case()
    at = advance(one, *TO_HANDLING, Action.SUSPEND)
    assert one.status is CaseStatus.SUSPENDED
    assert not one.is_overdue(at + timedelta(days=400))
    advance(one, Action.RESUME, at=at + timedelta(days=3))
    assert one.status is CaseStatus.HANDLING


def test_that_a_recalled_case_has_no_department_and_no_limit() -> None:
    one = case()
    advance(one, *TO_HANDLING[:3], Action.RECALL)
    assert (one.status, one.department, one.due_at) == (CaseStatus.FILED, "", None)


@pytest.mark.parametrize(
    ("action", "order", "word"),
    [
        (Action.SEND_BACK, Order(), "原因"),
        (Action.REASSIGN, Order("不归本单位"), "责任单位"),
        (Action.EXTEND, Order("下雨"), "期限"),
        (Action.EXTEND, Order("下雨", due_at=NOON), "期限"),
    ],
)
def test_that_an_order_without_what_it_needs_is_refused_with_the_reason(
    action: Action, order: Order, word: str
) -> None:
    one = case()
    at = advance(one, *TO_HANDLING)
    with pytest.raises(Refusal, match=word):
        one.advance(action, somebody(role_for(action)), at, order, weekdays)


@given(st.sampled_from(Role))
def test_that_registering_is_for_those_who_find_or_take_in(role: Role) -> None:
    from tests.builders import STALLS, draft

    finders = {Role.OPERATOR, Role.DISPATCHER, Role.INSPECTOR, Role.SHIFT_LEADER}
    if role in finders:
        made = Case.register(draft(), STALLS, "CG1", somebody(role), NOON)
        assert made.steps[0].action is Action.REGISTER
    else:
        with pytest.raises(Refusal):
            Case.register(draft(), STALLS, "CG1", somebody(role), NOON)

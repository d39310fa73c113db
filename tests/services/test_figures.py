"""Figures: held against each case's own steps, published months, and their own lists."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from app.demo import city
from app.domain.case import Case, Order
from app.domain.case_list import CaseFilter
from app.domain.errors import Refusal
from app.domain.figures import (
    BY_STEP,
    Count,
    Counted,
    Facet,
    Part,
    Span,
    earlier,
    month_of,
    percent,
    span_of,
)
from app.domain.handing import Handing
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cases, figures
from app.services.calendar import published
from db.unit_of_work import Work
from tests.builders import STALLS, draft, somebody
from tests.conftest import FakeClock, OpenDesk

MARCH = month_of(2026, 3)

OF_DUE = frozenset(
    {
        Count.RESOLVED,
        Count.RESOLVED_IN_TIME,
        Count.OVERDUE_OPEN,
        Count.CLOSED_DUE,
        Count.CLOSED_IN_TIME,
        Count.CLOSED_LATE,
    }
)


def oracle(case: Case, counted: Counted) -> bool:
    """Whether a case is counted, told from its steps alone."""
    what, (begins, ends) = counted

    def did(actions: Iterable[Action], since: datetime = begins) -> bool:
        return any(s.action in actions and since <= s.at < ends for s in case.steps)

    ever = datetime(1970, 1, 1, tzinfo=UTC)
    if what in BY_STEP:
        return did(BY_STEP[what])
    if what is Count.REGISTERED:
        return begins <= case.registered_at < ends
    if what is Count.FILED_KEPT:
        return did({Action.FILE}) and not did({Action.VOID}, ever)
    if what is Count.PASSED_ON:
        return did({Action.FILE}) and did({Action.DISPATCH}, ever)
    if what is Count.WELL_DISPATCHED:
        return did({Action.DISPATCH}) and not did({Action.SEND_BACK, Action.REASSIGN})
    due = case.due_at is not None and begins <= case.due_at < ends
    idle = case.status in (CaseStatus.SUSPENDED, CaseStatus.MERGED)
    if not due or idle or did({Action.VOID}, ever):
        return False
    done, closed = case.resolved_at, case.closed_at
    in_time = done is not None and case.due_at is not None and done <= case.due_at
    over = closed is not None and closed < ends
    return {
        Count.DUE: True,
        Count.RESOLVED: done is not None and done < ends,
        Count.RESOLVED_IN_TIME: in_time,
        Count.OVERDUE_OPEN: done is None or done >= ends,
        Count.CLOSED_DUE: over,
        Count.CLOSED_IN_TIME: over and in_time,
        Count.CLOSED_LATE: over and not in_time,
    }[what]


def a_city(work: Work) -> list[Case]:
    dice = random.Random(5)
    city.make_cameras(work)
    work.session.flush()
    city.make_cases(work, 400, 40, dice)
    ids = work.cases.page(CaseFilter(), "number", False, None, 1000).rows
    return [work.cases.get(row.id) for row in ids]


def test_that_every_count_is_what_the_steps_say_and_opens_its_own_list(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk = open_desk(Role.SHIFT_LEADER)
    every, _ = desk.do_now(a_city)
    span = Span(clock.now - timedelta(days=30), clock.now - timedelta(days=3))
    for what in Count:
        counted = Counted(what, span)
        wanted = {case.id for case in every if oracle(case, counted)}
        chosen = CaseFilter(counted=counted)
        listed = desk.ask_now(cases.page, chosen, "registered_at", True, None, 1000).rows
        assert {row.id for row in listed} == wanted, what
        assert desk.ask_now(cases.count, chosen) == len(wanted), what
        assert what not in OF_DUE or len(wanted) > 1, f"{what} is tested by nothing"
    for facet in Facet:
        counted = Counted(Count.REGISTERED, span)
        total, told = desk.ask_now(figures.grouped, Count.REGISTERED, span, [facet])
        assert sum(told.values()) == total
        (key,), number = max(told.items(), key=lambda item: item[1])
        chosen = CaseFilter(counted=counted, parts=(Part(facet, key),))
        assert desk.ask_now(cases.count, chosen) == number, facet


def test_that_a_report_adds_up_and_compares(open_desk: OpenDesk, clock: FakeClock) -> None:
    desk = open_desk(Role.CLIENT_MANAGER)
    desk.do_now(a_city)
    span = Span(clock.now - timedelta(days=15), clock.now + timedelta(days=5))
    told = desk.ask_now(figures.report, span, Facet.DISTRICT)
    assert told.span.ends == clock.now, "what is not over counts up to now"
    assert not told.wrong
    totals = {line.what: line for line in told.totals}
    assert sum(line.counts.get(Count.FILED, 0) for line in told.lines) == totals[Count.FILED].now
    assert totals[Count.REGISTERED].before > 0
    assert totals[Count.REGISTERED].year_ago == 0
    assert totals[Count.REGISTERED].since_year_ago is None
    for line in told.rates:
        assert (line.percent is None) == (line.below == 0)
    running = Span(clock.now - timedelta(hours=18), clock.now + timedelta(days=5))
    day = desk.ask_now(figures.report, running, Facet.DISTRICT)
    assert day.totals[0].before > 0, "held against as much of the span before"
    hot = desk.ask_now(figures.trouble, span, 2, 30)
    assert sum(hot.hours) == sum(hot.weekdays) == totals[Count.REGISTERED].now
    assert hot.subcategories == sorted(hot.subcategories, key=lambda one: -one[2])
    assert all(line.median <= line.p90 <= line.longest for line in hot.handling)
    with pytest.raises(Refusal, match="还没有开始"):
        desk.ask_now(figures.report, Span(clock.now, span.ends), Facet.DISTRICT)


# A published month: 天门, December 2016.

Life = list[tuple[Action, Role, Order, timedelta]]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ACCEPTED: Life = [(Action.ACCEPT, Role.DISPATCHER, Order(), MINUTE)]
FILED: Life = [*ACCEPTED, (Action.FILE, Role.DISPATCHER, Order(), MINUTE)]
GIVEN: Life = [
    *FILED,
    (Action.DISPATCH, Role.DISPATCHER, Order(department="执法队"), MINUTE),
    (Action.ACKNOWLEDGE, Role.DISPATCHER, Order(), MINUTE),
]


def closed(after: timedelta) -> Life:
    return [
        *GIVEN,
        (Action.RESOLVE, Role.DISPATCHER, Order("已清理"), after),
        (Action.VERIFY, Role.OPERATOR, Order(), MINUTE),
        (Action.APPROVE, Role.SHIFT_LEADER, Order(), MINUTE),
        (Action.CLOSE, Role.DISPATCHER, Order(), MINUTE),
    ]


TIANMEN = [
    (737, closed(MINUTE)),
    (911 - 737, closed(DAY)),
    (972 - 911, GIVEN),
    (996 - 972, FILED),
    (1054 - 996, ACCEPTED),
]


def live_through(work: Work, begun: datetime, lives: list[tuple[int, Life]]) -> None:
    rows, steps = [], []
    many = [life for count, life in lives for _ in range(count)]
    for number, (life, case_id) in enumerate(
        zip(many, work.cases.reserve_ids(len(many)), strict=True)
    ):
        case = Case.register(draft(), STALLS, f"N{number}", somebody(Role.OPERATOR), begun)
        at = begun
        for action, role, order, wait in life:
            at += wait
            case.advance(action, somebody(role), at, order, published)
        row = {name: getattr(case, name) for name in city.CASE_COLUMNS}
        rows.append({"id": case_id, "version": len(case.steps), **row})
        steps += [
            {"case_id": case_id, **{name: getattr(step, name) for name in city.STEP_COLUMNS}}
            for step in case.steps
        ]
    work.cases.insert_many(rows, steps)


def test_that_a_published_month_comes_to_its_published_rates(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk = open_desk(Role.SHIFT_LEADER)
    begun = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
    clock.now = datetime(2026, 4, 10, tzinfo=UTC)
    desk.do_now(live_through, begun, TIANMEN)
    told = desk.ask_now(figures.report, MARCH, Facet.CATEGORY)
    totals = {line.what: line.now for line in told.totals}
    assert [totals[what] for what in (Count.ACCEPTED, Count.FILED, Count.DUE)] == [1054, 996, 972]
    rates = {line.rate.key: line for line in told.rates}
    assert (rates["closing"].above, rates["closing"].percent) == (911, 93.72)
    assert (rates["closing_in_time"].above, rates["closing_in_time"].percent) == (737, 75.82)
    assert told.lines[0].name == "街面秩序"


def test_that_a_closed_month_stays_and_late_edits_are_corrections(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk = open_desk(Role.SHIFT_LEADER)
    clock.now = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
    desk.do_now(live_through, clock.now, [(3, GIVEN)])
    with pytest.raises(Refusal, match="还没有结束"):
        desk.do_now(figures.close_month, 2026, 3)
    clock.now = datetime(2026, 4, 10, tzinfo=UTC)
    with pytest.raises(Refusal, match="封账由"):
        open_desk(Role.OPERATOR).do_now(figures.close_month, 2026, 3)
    month, _ = desk.do_now(figures.close_month, 2026, 3)
    with pytest.raises(Refusal, match="已经封账"):
        desk.do_now(figures.close_month, 2026, 3)
    (kept,) = desk.ask_now(figures.closed_months)
    assert desk.ask_now(figures.corrected, month) == []
    number = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 1).rows[0].id
    desk.do_now(cases.advance, number, Action.VOID, Order("重复登记"))
    assert desk.ask_now(figures.corrected, month) == [], "voided in April: not March's business"
    assert desk.ask_now(figures.closed_months) == [kept], "not a byte of it has changed"
    # A due time that is moved takes its case out of the closed month.
    other = desk.ask_now(cases.page, CaseFilter(open_only=True), "number", False, None, 1).rows[0]
    later = clock.now + timedelta(days=9)
    desk.do_now(cases.advance, other.id, Action.EXTEND, Order("雨天", due_at=later))
    told = desk.ask_now(figures.corrected, month)
    first = next(one for one in told if one.what is Count.DUE)
    assert (first.facet, first.was, first.now) == (None, 3, 2)
    assert {one.facet for one in told} >= {None, Facet.DISTRICT, Facet.SOURCE}
    with pytest.raises(Refusal, match="还没有封账"):
        desk.ask_now(figures.corrected, "2026-02")


# Spans and numbers.


@pytest.mark.parametrize(
    ("span", "before", "year_ago"),
    [
        (month_of(2026, 3), month_of(2026, 2), month_of(2025, 3)),
        (month_of(2026, 1), month_of(2025, 12), month_of(2025, 1)),
        (month_of(2024, 2), month_of(2024, 1), month_of(2023, 2)),
        (
            Span(month_of(2026, 1).begins, month_of(2026, 3).ends),
            Span(month_of(2025, 10).begins, month_of(2025, 12).ends),
            Span(month_of(2025, 1).begins, month_of(2025, 3).ends),
        ),
    ],
)
def test_that_months_are_held_against_months(span: Span, before: Span, year_ago: Span) -> None:
    assert earlier(span) == (before, year_ago)


def test_that_days_are_held_against_as_many_days() -> None:
    day = datetime(2026, 3, 10, tzinfo=UTC).date()
    span = span_of(day, day + DAY * 6)
    before, _ = earlier(span)
    assert before.ends == span.begins
    assert before.ends - before.begins == timedelta(days=7)
    with pytest.raises(Refusal):
        span_of(day, day - DAY)


def test_that_a_rate_is_rounded_half_up_and_nothing_has_no_share() -> None:
    assert percent(911, 972) == 93.72
    assert percent(14_068, 14_090) == 99.84
    assert percent(89_995, 100_000) == 90.0
    assert percent(1, 8) == 12.5
    assert percent(0, 0) is None


def test_that_a_wrong_dispatch_is_the_one_who_sent_it_backs(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk = open_desk(Role.DISPATCHER)

    def live(*steps: tuple[Action, str]) -> int:
        case_id, _ = desk.do_now(cases.register, draft())
        for action, department in ((Action.ACCEPT, ""), (Action.FILE, ""), *steps):
            clock.go_on(minutes=5)
            desk.do_now(cases.advance, case_id, action, Order("写明原因", department))
        return case_id

    wrong = live((Action.DISPATCH, "甲队"), (Action.SEND_BACK, ""), (Action.DISPATCH, "乙队"))
    refused = live((Action.DISPATCH, "甲队"), (Action.SEND_BACK, ""), (Action.DISPATCH, "甲队"))
    clock.go_on(minutes=5)
    span = Span(clock.now - timedelta(days=1), clock.now)
    told = {line.department: line for line in desk.ask_now(figures.trouble, span).handed}
    assert told["甲队"].cases[Handing.WRONG] == [wrong], "though 乙队 has it now"
    assert told["甲队"].cases[Handing.REFUSED] == [refused]
    assert told["甲队"].number(Handing.GIVEN) == 3
    assert told["乙队"].number(Handing.WRONG) == 0
    elsewhere = [Part(Facet.DISTRICT, "440103")]
    assert desk.ask_now(figures.trouble, span, 3, 30, elsewhere).handed == []


def test_that_day_and_hour_are_the_citys(open_desk: OpenDesk, clock: FakeClock) -> None:
    desk = open_desk(Role.DISPATCHER)
    clock.now = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)  # half past midnight in the city
    desk.do_now(cases.register, draft())
    clock.go_on(minutes=1)
    span = Span(clock.now - timedelta(days=1), clock.now)
    ask = figures.grouped
    assert desk.ask_now(ask, Count.REGISTERED, span, [Facet.DAY, Facet.HOUR]) == (
        1, {("2026-03-05", "00"): 1},
    )  # fmt: skip

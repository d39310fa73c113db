"""Cases at the desk, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.case import Order
from app.domain.case_list import CaseFilter, Cursor
from app.domain.errors import Conflict, Refusal
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cases
from db.case_order import SORTS
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk, execute


def test_that_a_draft_sent_twice_becomes_one_case(open_desk: OpenDesk) -> None:
    desk, once = open_desk(Role.OPERATOR), draft()
    first, _ = desk.do_now(cases.register, once)
    again, _ = desk.do_now(cases.register, once)
    assert first == again
    assert desk.ask_now(cases.count, CaseFilter()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "13800000000"), ("district", "440104"), ("subcategory", "0402"), ("lon", 113.33)],
)
def test_that_a_correction_after_an_unanswered_save_is_not_dropped_in_silence(
    open_desk: OpenDesk, field: str, value: object
) -> None:
    desk = open_desk(Role.OPERATOR)
    sent = draft()
    case_id, _ = desk.do_now(cases.register, sent)
    with pytest.raises(Conflict, match="修改没有保存"):
        desk.do_now(cases.register, replace(sent, **{field: value}))
    assert desk.do_now(cases.register, sent)[0] == case_id


def test_that_a_step_back_names_the_department_it_came_from(open_desk: OpenDesk) -> None:
    desk = open_desk(Role.DISPATCHER)
    case_id, _ = desk.do_now(cases.register, draft())
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, case_id, action)
    desk.do_now(cases.advance, case_id, Action.DISPATCH, Order("", "城管执法队"))
    desk.do_now(cases.advance, case_id, Action.SEND_BACK, Order("不归我管"))
    told = desk.ask_now(cases.detail, case_id)
    assert (told.steps[-1].department, told.row.department) == ("城管执法队", "")


def test_that_numbers_run_on_within_the_citys_day(open_desk: OpenDesk, clock: FakeClock) -> None:
    desk = open_desk(Role.OPERATOR)

    def number() -> str:
        case_id, _ = desk.do_now(cases.register, draft())
        return desk.ask_now(cases.rows, [case_id])[0].number

    assert [number(), number()] == ["CG20260304-00001", "CG20260304-00002"]
    clock.go_on(hours=14, minutes=31)  # 00:01 in the city
    assert number() == "CG20260305-00001"


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"subcategory": "9999"}, "9999"), ({"description": ""}, "描述"), ({"address": " "}, "地点")],
)
def test_that_a_draft_with_a_problem_is_refused_and_leaves_nothing(
    open_desk: OpenDesk, changed: dict[str, str], word: str
) -> None:
    desk = open_desk(Role.OPERATOR)
    with pytest.raises(Refusal, match=word):
        desk.do_now(cases.register, draft(**changed))
    assert desk.ask_now(cases.count, CaseFilter()) == 0


LIFE = (
    (Role.DISPATCHER, Action.ACCEPT, Order()),
    (Role.DISPATCHER, Action.FILE, Order()),
    (Role.DISPATCHER, Action.DISPATCH, Order(department="城管执法队")),
    (Role.DISPATCHER, Action.ACKNOWLEDGE, Order()),
    (Role.DISPATCHER, Action.RESOLVE, Order("已清理")),
    (Role.OPERATOR, Action.VERIFY, Order()),
    (Role.SHIFT_LEADER, Action.APPROVE, Order()),
    (Role.DISPATCHER, Action.CLOSE, Order()),
)


def test_that_a_case_is_followed_to_its_end_and_tells_who_did_what_where(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desks = {role: open_desk(role, name=f"{role.value}席") for role in {r for r, _, _ in LIFE}}
    case_id, _ = desks[Role.OPERATOR].do_now(cases.register, draft())
    for role, action, order in LIFE:
        clock.go_on(minutes=10)
        desks[role].do_now(cases.advance, case_id, action, order)
    told = desks[Role.OPERATOR].ask_now(cases.detail, case_id)
    assert told.row.status is CaseStatus.CLOSED
    assert [step.action for step in told.steps] == [Action.REGISTER, *(a for _, a, _ in LIFE)]
    assert [step.desk for step in told.steps][1] == "dispatcher席"
    assert told.closed_at == clock.now
    assert told.row.due_at is not None
    times = [step.at for step in told.steps]
    assert times == sorted(times)


def test_that_the_slower_desk_is_told_and_nothing_is_overwritten(open_desk: OpenDesk) -> None:
    one, other = open_desk(Role.DISPATCHER, "甲席"), open_desk(Role.DISPATCHER, "乙席")
    case_id, _ = one.do_now(cases.register, draft())
    seen = one.ask_now(cases.rows, [case_id])[0].version
    one.do_now(cases.advance, case_id, Action.ACCEPT, Order(), seen)
    with pytest.raises(Conflict, match="另一席位"):
        other.do_now(cases.advance, case_id, Action.DECLINE, Order("不属城管"), seen)
    assert one.ask_now(cases.rows, [case_id])[0].status is CaseStatus.ACCEPTED


def test_that_of_two_desks_in_the_same_second_only_one_wins(open_desk: OpenDesk) -> None:
    """Both read the case before either writes: the version column decides."""
    desks = [open_desk(Role.DISPATCHER, f"{n}席") for n in range(4)]
    case_id, _ = desks[0].do_now(cases.register, draft())

    async def all_at_once() -> list[object]:
        tries = (desk.run(cases.advance, case_id, Action.ACCEPT) for desk in desks)
        return await asyncio.gather(*tries, return_exceptions=True)

    told = asyncio.run(all_at_once())
    assert sum(one is None for one in told) == 1
    assert all(isinstance(one, Refusal) for one in told if one is not None)
    steps = desks[0].ask_now(cases.detail, case_id).steps
    assert [step.action for step in steps] == [Action.REGISTER, Action.ACCEPT]


def test_that_no_program_can_rewrite_history(open_desk: OpenDesk, database: str) -> None:
    desk = open_desk(Role.OPERATOR)
    case_id, _ = desk.do_now(cases.register, draft())
    forgeries = ["update step set note = 'x'", "delete from step"]
    if database.startswith("sqlite"):
        columns = "id, case_id, action, status, round, person_id, person, at, note"
        forgeries.append(
            f"insert or replace into step ({columns}) "
            "values (1, 1, 'register', 'reported', 1, 1, 'x', '2026-01-01', 'x')"
        )
    for statement in forgeries:
        with pytest.raises(Exception, match="append-only"):
            execute(database, statement)
    assert len(desk.ask_now(cases.detail, case_id).steps) == 1


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_that_pages_hold_every_case_once_and_in_order(
    open_desk: OpenDesk, clock: FakeClock, sort: str, descending: bool
) -> None:
    desk = open_desk(Role.SHIFT_LEADER)
    for number in range(23):
        clock.go_on(minutes=number % 3)
        case_id, _ = desk.do_now(cases.register, draft(district=("440106", "440104")[number % 2]))
        if number % 4 == 0:
            for action in (Action.ACCEPT, Action.FILE):
                desk.do_now(cases.advance, case_id, action)
            desk.do_now(
                cases.advance, case_id, Action.DISPATCH, Order(department=f"单位{number % 3}")
            )
    everything = desk.ask_now(cases.page, CaseFilter(), sort, descending, None, 100)
    whole = [row.id for row in everything.rows]
    paged: list[int] = []
    after: Cursor | None = None
    while True:
        page = desk.ask_now(cases.page, CaseFilter(), sort, descending, after, 5)
        paged += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert paged == whole
    assert len(set(paged)) == 23
    opposite = desk.ask_now(cases.page, CaseFilter(), sort, not descending, None, 100)
    assert [row.id for row in opposite.rows] == whole[::-1]


def test_that_the_filter_counts_what_it_shows(open_desk: OpenDesk, clock: FakeClock) -> None:
    desk = open_desk(Role.DISPATCHER)
    one, _ = desk.do_now(cases.register, draft(address="天河区体育西路100%号"))
    two, _ = desk.do_now(cases.register, draft(district="440104", description="垃圾满溢一地"))
    for action, order in ((Action.ACCEPT, Order()), (Action.FILE, Order())):
        desk.do_now(cases.advance, two, action, order)
    desk.do_now(cases.advance, two, Action.DISPATCH, Order(department="环卫"))
    clock.go_on(days=9)
    for chosen, expected in (
        (CaseFilter(), {one, two}),
        (CaseFilter(text="100%"), {one}),
        (CaseFilter(text="垃圾 满溢"), {two}),
        (CaseFilter(text="没有"), set()),
        (CaseFilter(districts=frozenset({"440104"})), {two}),
        (CaseFilter(statuses=frozenset({CaseStatus.REPORTED})), {one}),
        (CaseFilter(overdue_at=clock.now), {two}),
        (CaseFilter(department="环卫"), {two}),
        (CaseFilter(registered_from=clock.now - timedelta(days=1)), set()),
        (CaseFilter(registered_to=clock.now), {one, two}),
        (CaseFilter(open_only=True), {one, two}),
    ):
        page = desk.ask_now(cases.page, chosen, "registered_at", True, None, 50)
        assert {row.id for row in page.rows} == expected, chosen
        assert desk.ask_now(cases.count, chosen) == len(expected)
        assert {row[0] for row in desk.ask_now(cases.points, chosen)} == expected
        ids = [row.id for row in desk.ask_now(cases.matching, [one, two], chosen)]
        assert set(ids) == expected
    assert desk.ask_now(cases.figures)[:3] == (0, 2, 1)

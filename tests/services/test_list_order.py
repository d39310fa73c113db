"""A list orders its rows as the database does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from app.domain.case import Order
from app.domain.case_list import PLAIN_SORTS, CaseFilter, Rank, sort_key
from app.domain.draft import Source
from app.domain.people import Role
from app.domain.workflow import Action
from app.services import cases
from db.case_order import SORTS
from tests.builders import draft
from tests.conftest import OpenDesk


def register(desk: Any, count: int) -> list[int]:
    sources = list(Source)
    drafts = [draft(address=f"某路 {n} 号", source=sources[n % 4]) for n in range(count)]
    return [desk.do_now(cases.register, one)[0] for one in drafts]


@pytest.mark.parametrize("sort", sorted(PLAIN_SORTS))
@pytest.mark.parametrize("descending", [True, False])
def test_that_the_list_ranks_rows_as_the_database_does(
    open_desk: OpenDesk, sort: str, descending: bool
) -> None:
    desk = open_desk(Role.DISPATCHER)
    ids = register(desk, 9)
    for place, case_id in enumerate(ids):
        for action in (Action.ACCEPT, Action.FILE)[: place % 3]:
            desk.do_now(cases.advance, case_id, action)
        if place == 0:
            order = Order("重复")
            open_desk(Role.SHIFT_LEADER).do_now(cases.advance, case_id, Action.VOID, order)
        if place % 3 == 2:
            desk.do_now(cases.advance, case_id, Action.DISPATCH, Order("", "城管执法队"))
    rows = desk.ask_now(cases.page, CaseFilter(), sort, descending, None, 50).rows
    assert sorted(rows, key=lambda row: Rank(sort_key(row, sort), descending)) == rows


@pytest.mark.parametrize("sort", sorted(SORTS))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_that_an_index_holds_each_order(open_desk: OpenDesk, sort: str) -> None:
    """Else a million cases are sorted for every page."""
    desk = open_desk(Role.DISPATCHER)
    asked: list[tuple[str, Any]] = []

    def hear(*told: Any) -> None:
        asked.append((told[2], told[3]))

    event.listen(desk.engine, "before_cursor_execute", hear)
    desk.ask_now(cases.page, CaseFilter(), sort, False, None, 50)
    event.remove(desk.engine, "before_cursor_execute", hear)
    statement, values = next(one for one in asked if "FROM cases" in one[0])
    with desk.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"explain query plan {statement}", values).all()
    assert "USING INDEX" in str(plan)
    assert "TEMP B-TREE" not in str(plan)

"""A list orders its rows as the database does."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.case import Order
from app.domain.case_list import CaseFilter, Rank, sort_key
from app.domain.people import Role
from app.domain.workflow import Action
from app.services import cases
from tests.builders import draft
from tests.conftest import OpenDesk


def register(desk: Any, count: int) -> list[int]:
    return [desk.do_now(cases.register, draft(address=f"某路 {n} 号"))[0] for n in range(count)]


@pytest.mark.parametrize("sort", ["registered_at", "number", "status", "district", "due_at"])
@pytest.mark.parametrize("descending", [True, False])
def test_that_the_list_ranks_rows_as_the_database_does(
    open_desk: OpenDesk, sort: str, descending: bool
) -> None:
    desk = open_desk(Role.DISPATCHER)
    ids = register(desk, 9)
    for place, case_id in enumerate(ids):
        for action in (Action.ACCEPT, Action.FILE)[: place % 3]:
            desk.do_now(cases.advance, case_id, action)
        if place % 3 == 2:
            desk.do_now(cases.advance, case_id, Action.DISPATCH, Order("", "城管执法队"))
    rows = desk.ask_now(cases.page, CaseFilter(), sort, descending, None, 50).rows
    assert sorted(rows, key=lambda row: Rank(sort_key(row, sort), descending)) == rows

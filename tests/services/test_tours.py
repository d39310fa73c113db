"""Tours kept for oneself and for all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.roster import Shift
from app.services import tours
from tests.conftest import OpenDesk


def test_that_ones_own_tours_are_ones_own_and_the_leaders_are_everybodys(
    open_desk: OpenDesk,
) -> None:
    operator, leader = open_desk(Role.OPERATOR), open_desk(Role.SHIFT_LEADER, "值席")
    own, _ = operator.do_now(tours.save, "夜巡", [3, 1, 3, 2], 20, 4)
    shared, changes = leader.do_now(tours.save, "创文", [1, 2], 30, 1, True, Shift.NIGHT)
    assert [change.kind for change in changes] == ["tour"]
    again, _ = operator.do_now(tours.save, "夜巡", [5, 6], 15, 1)
    assert again == own
    told = operator.ask_now(tours.mine)
    assert [(row.name, row.cameras, row.dwell_s, row.shift) for row in told] == [
        ("创文", (1, 2), 30, Shift.NIGHT),
        ("夜巡", (5, 6), 15, None),
    ]
    assert [row.name for row in leader.ask_now(tours.mine)] == ["创文"]
    with pytest.raises(Refusal, match="值班长"):
        operator.do_now(tours.drop, shared)
    with pytest.raises(Refusal, match="别人"):
        leader.do_now(tours.drop, own)
    with pytest.raises(Refusal, match="值班长"):
        operator.do_now(tours.save, "x", [1, 2], 20, 1, True)
    operator.sign(replace(operator.signed, role=Role.PRESENTER))
    with pytest.raises(Refusal, match="岗位"):
        operator.do_now(tours.save, "x", [1, 2], 20, 1)
    leader.do_now(tours.drop, shared)
    assert leader.ask_now(tours.mine) == []
    with pytest.raises(Refusal, match="没有这条"):
        leader.do_now(tours.drop, shared)

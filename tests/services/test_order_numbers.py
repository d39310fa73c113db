"""Orders of the hotline typed in by hand: one is a case once, whichever way it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.case import Order
from app.domain.case_list import CaseFilter
from app.domain.draft import Source
from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.workflow import Action
from app.services import cases, order_numbers
from tests.builders import draft
from tests.conftest import OpenDesk
from tests.services.test_intake import GOOD_ORDER, bring, row, workbook

NUMBER = GOOD_ORDER["工单编号"]


def test_that_an_order_typed_twice_is_one_case_and_a_void_one_none(open_desk: OpenDesk) -> None:
    desk, leader = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER, "值席")
    typed = draft(source=Source.HOTLINE, order_number=f" {NUMBER} ")
    case_id, _ = desk.do_now(cases.register, typed)
    told = desk.ask_now(cases.detail, case_id)
    assert told.order_number == NUMBER
    again = draft(source=Source.HOTLINE, order_number=NUMBER, description="另一个人写的同一件事")
    with pytest.raises(Refusal, match=told.row.number):
        leader.do_now(cases.register, again)
    known = desk.ask_now(order_numbers.known, NUMBER)
    assert known is not None
    assert known.id == case_id
    leader.do_now(cases.advance, case_id, Action.VOID, Order("登记错了"))
    assert desk.ask_now(order_numbers.known, NUMBER) is None
    second, _ = leader.do_now(cases.register, again)
    assert second != case_id


def test_that_a_list_brings_what_was_typed_wrongly_and_voided_but_nothing_voided_of_its_own(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk, leader = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER, "值席")
    typed, _ = desk.do_now(cases.register, draft(source=Source.HOTLINE, order_number=NUMBER))
    leader.do_now(cases.advance, typed, Action.VOID, Order("登记错了"))
    file = workbook(tmp_path / "12345.xlsx", [row()])
    assert bring(desk, file)[1].added == 1, "no order is lost in a void case"
    listed = desk.ask_now(order_numbers.known, NUMBER)
    assert listed is not None
    leader.do_now(cases.advance, listed.id, Action.VOID, Order("不是本市的"))
    assert bring(desk, file)[1].added == 0, "the same list again changes nothing"


def test_that_an_order_whose_source_was_corrected_is_still_known(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.DISPATCHER)
    bring(desk, workbook(tmp_path / "12345.xlsx", [row()]))
    case = desk.ask_now(order_numbers.known, NUMBER)
    assert case is not None
    desk.do_now(
        cases.advance, case.id, Action.CORRECT, Order("来源错了", words={"source": Source.PUBLIC})
    )
    with pytest.raises(Refusal, match=case.number):
        desk.do_now(cases.register, draft(source=Source.HOTLINE, order_number=NUMBER))


def test_that_a_list_of_the_hotline_knows_what_came_in_another_list(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.DISPATCHER)
    bring(desk, workbook(tmp_path / "区里转来.xlsx", [row(诉求内容="区里另写的话")]), name="区里")
    found = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 2).rows
    assert [one.source for one in found] == [Source.IMPORT]
    order = Order("其实是热线的", words={"source": Source.HOTLINE})
    desk.do_now(cases.advance, found[0].id, Action.CORRECT, order)
    assert bring(desk, workbook(tmp_path / "12345.xlsx", [row()]))[1].added == 0
    other, _ = desk.do_now(cases.register, draft(source=Source.PUBLIC, order_number=NUMBER))
    with pytest.raises(Refusal, match=found[0].number):
        desk.do_now(cases.advance, other, Action.CORRECT, order)


def test_that_numbers_of_other_sources_may_come_again(open_desk: OpenDesk) -> None:
    desk = open_desk(Role.DISPATCHER)
    for _ in range(2):  # an instruction of the bureau's head may be about several places
        desk.do_now(cases.register, draft(source=Source.LEADER, order_number="批示 12 号"))


def test_that_what_was_typed_is_not_imported_again_nor_the_other_way_round(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.DISPATCHER)
    desk.do_now(cases.register, draft(source=Source.HOTLINE, order_number=NUMBER))
    other = "440100202603040002"
    file = workbook(tmp_path / "12345.xlsx", [row(), row(工单编号=other)])
    for name, added in (("广州12345热线", 1), ("12345", 0)):
        _, outcome = bring(desk, file, name=name)
        assert (outcome.added, outcome.same) == (added, 2 - added), "whatever the sender is called"
    with pytest.raises(Refusal, match="已登记为"):
        desk.do_now(cases.register, draft(source=Source.HOTLINE, order_number=other))
    case = desk.ask_now(order_numbers.known, other)
    assert case is not None
    order = Order("抄错了", words={"order_number": "440100202603040003"})
    with pytest.raises(Refusal, match="批量导入"):
        desk.do_now(cases.advance, case.id, Action.CORRECT, order)


def test_that_a_number_that_was_corrected_counts_and_the_old_one_no_more(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(Role.DISPATCHER)
    wrong, right = "440100202603049999", "440100202603040005"
    case_id, _ = desk.do_now(cases.register, draft(source=Source.HOTLINE, order_number=wrong))
    desk.do_now(
        cases.advance, case_id, Action.CORRECT, Order("抄错了", words={"order_number": right})
    )
    with pytest.raises(Refusal, match="已登记为"):
        desk.do_now(cases.register, draft(source=Source.HOTLINE, order_number=right))
    desk.do_now(cases.register, draft(source=Source.HOTLINE, order_number=wrong))
    order = Order("又抄错了", words={"order_number": wrong})
    with pytest.raises(Refusal, match="已登记为"):
        desk.do_now(cases.advance, case_id, Action.CORRECT, order)

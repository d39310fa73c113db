"""A case's own words, corrected: refused where work hangs on them, found by the new ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from app.desk import Desk
from app.domain.case import Case, Order
from app.domain.case_list import CaseFilter
from app.domain.correction import SPOKEN, differing
from app.domain.draft import Source, Urgency
from app.domain.errors import Conflict, Refusal
from app.domain.people import Role
from app.domain.search import phrase_of
from app.domain.workflow import Action, CaseStatus
from app.services import cases, corrections
from db import case_text
from db.unit_of_work import Work
from tests.builders import draft
from tests.conftest import OpenDesk
from ui.labels import label


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk(Role.DISPATCHER)


def correct(desk: Desk, case_id: int, why: str = "来电人补充", **words: Any) -> None:
    desk.do_now(cases.advance, case_id, Action.CORRECT, Order(why, words=words))


def found(desk: Desk, typed: str) -> list[int]:
    page = desk.ask_now(cases.page, CaseFilter(text=typed), "registered_at", True, None, 10)
    return [row.id for row in page.rows]


def indexed(desk: Desk, typed: str) -> list[int]:
    """What the index itself answers: the list looks at the cases as well."""
    (phrase,) = [phrase_of(typed)]
    assert phrase is not None

    def ask(work: Work) -> list[int]:
        connection = work.session.connection()
        return sorted(connection.scalars(case_text.ids(connection, [phrase], callers=True)))

    return desk.ask_now(ask)


def test_that_the_case_says_the_new_words_and_its_history_the_old_ones(
    desk: Desk, open_desk: OpenDesk
) -> None:
    typed = draft(caller="陈先生", phone="13800138000", subdistrict="440106006", lon=113.32)
    case_id, _ = desk.do_now(cases.register, typed)
    correct(
        desk, case_id, address=" 天河区天河路 8 号 ", district="440104", subdistrict="",
        caller="陈女士", phone="13900139000", lon=113.27, lat=23.12, urgency=Urgency.URGENT,
    )  # fmt: skip
    told = desk.ask_now(cases.detail, case_id)
    assert (told.row.address, told.row.district, told.row.subdistrict) == (
        "天河区天河路 8 号",
        "440104",
        "",
    )
    assert (told.caller, told.phone, told.row.urgency) == ("陈女士", "13900139000", Urgency.URGENT)
    assert (told.row.lon, told.row.lat) == (113.27, 23.12)
    assert told.row.status is CaseStatus.REPORTED, "where it stands it stays"
    step = told.steps[-1]
    assert step.action is Action.CORRECT
    assert step.note == "来电人补充"
    assert step.was == (
        "紧急程度原为“一般”；地点原为“天河区体育西路 1 号”；区原为“天河区”；街道原为“石牌街道”；"
        "坐标原为“113.320000, 23.130000”；反映人原为“陈先生”；电话原为“13800138000”"
    )
    presented = open_desk(Role.PRESENTER).ask_now(cases.detail, case_id).steps[-1]
    assert (presented.note, presented.was) == (step.note, ""), "who called is none of its business"


def test_that_it_is_found_by_its_new_words_and_by_the_old_ones_no_more(desk: Desk) -> None:
    case_id, _ = desk.do_now(cases.register, draft(description="人行道上有人摆卖水果"))
    other, _ = desk.do_now(cases.register, draft(description="绿化带里有人摆卖水果"))
    correct(desk, case_id, description="机动车道上有人洗车")
    assert found(desk, "洗车") == indexed(desk, "洗车") == [case_id]
    assert found(desk, "摆卖水果") == indexed(desk, "摆卖水果") == [other]
    correct(desk, case_id, description="机动车道上有人修车")
    assert indexed(desk, "洗车") == []
    assert found(desk, "修车") == indexed(desk, "修车") == [case_id]


def test_that_another_category_brings_its_own_limit_before_dispatch_and_not_after(
    desk: Desk,
) -> None:
    case_id, _ = desk.do_now(cases.register, draft())
    entries = desk.ask_now(cases.catalogue)
    before = desk.ask_now(cases.detail, case_id)
    other = next(e for e in entries if str(e.limit) != before.limit and e.kind.value == "event")
    correct(desk, case_id, "看错了类别", subcategory=other.full_code, condition=0)
    told = desk.ask_now(cases.detail, case_id)
    assert (told.subcategory_code, told.limit) == (other.full_code, str(other.limit))
    assert f"类别原为“{before.subcategory_code} {before.row.subcategory}”" in told.steps[-1].was
    assert f"立案条件原为“{before.condition}”" in told.steps[-1].was
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, case_id, action)
    desk.do_now(cases.advance, case_id, Action.DISPATCH, Order(department="城管执法队"))
    due = desk.ask_now(cases.detail, case_id).row.due_at
    for words in ({"subcategory": "0401"}, {"source": Source.PUBLIC}):
        with pytest.raises(Refusal, match="已分派"):
            correct(desk, case_id, **words)
    correct(desk, case_id, address="天河路 9 号")
    told = desk.ask_now(cases.detail, case_id)
    assert (told.row.address, told.row.due_at) == ("天河路 9 号", due)


def test_that_nothing_is_corrected_without_a_reason_a_change_or_the_right(
    desk: Desk, open_desk: OpenDesk
) -> None:
    case_id, _ = desk.do_now(cases.register, draft())
    with pytest.raises(Refusal, match="原因"):
        correct(desk, case_id, " ", address="别处")
    with pytest.raises(Refusal, match="没有改动"):
        correct(desk, case_id)
    with pytest.raises(Refusal, match="至少 4 个字"):
        correct(desk, case_id, description="短")
    with pytest.raises(Refusal, match="不在立案标准里"):
        correct(desk, case_id, subcategory="9999")
    with pytest.raises(Refusal, match="岗位"):
        correct(open_desk(Role.OPERATOR), case_id, address="别处")
    seen = desk.ask_now(cases.detail, case_id).row.version
    correct(desk, case_id, address="天河路 8 号")
    order = Order("也想改", words={"address": "天河路 10 号"})
    with pytest.raises(Conflict):
        desk.do_now(cases.advance, case_id, Action.CORRECT, order, seen)
    desk_of_leader = open_desk(Role.SHIFT_LEADER)
    desk_of_leader.do_now(cases.advance, case_id, Action.VOID, Order("重复"))
    with pytest.raises(Refusal, match="VOID"):
        correct(desk, case_id, address="别处")


def test_that_blanks_at_the_ends_are_no_change() -> None:
    before = draft(address="天河路")
    assert differing(before, draft(uid=before.uid, address=" 天河路 ")) == {}
    moved = draft(uid=before.uid, address="天河路", lon=113.3, kind="component")
    assert differing(before, moved) == {"lon": 113.3, "kind": "component", "condition": 0}


def test_that_another_categorys_condition_is_told_though_its_number_is_the_same() -> None:
    before = draft(subcategory="0401", condition=2)
    after = draft(uid=before.uid, subcategory="0402", condition=2)
    assert differing(before, after) == {"subcategory": "0402", "condition": 2}


def test_that_the_slower_of_two_desks_is_told_of_the_other(
    desk: Desk, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the case before either has written."""
    if desk.engine.dialect.name == "sqlite":
        pytest.skip("an embedded database has one writer at a time: nobody comes between")
    case_id, _ = desk.do_now(cases.register, draft())
    beside, really = open_desk(Role.SHIFT_LEADER, "值席"), corrections.prepared
    quicker = iter([True])

    def prepared(work: Work, case: Case, order: Order) -> Order:
        if next(quicker, False):
            correct(beside, case_id, "先一步", address="先写下的地点")
        return really(work, case, order)

    monkeypatch.setattr(corrections, "prepared", prepared)
    asked: list[str] = []
    hear = partial(_hear, asked)
    event.listen(desk.engine, "before_cursor_execute", hear)
    with pytest.raises(Conflict):
        correct(desk, case_id, address="后写下的地点")
    event.remove(desk.engine, "before_cursor_execute", hear)
    assert not any("case_text" in one for one in asked), "told by the case, before the index is"
    assert desk.ask_now(cases.rows, [case_id])[0].address == "先写下的地点"


def _hear(asked: list[str], *told: Any) -> None:
    asked.append(told[2])


def test_that_history_calls_sources_as_the_screen_does() -> None:
    assert {one: label(one) for one in SPOKEN} == SPOKEN
    assert set(SPOKEN) == {*Source, *Urgency}

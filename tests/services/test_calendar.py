"""The calendar of the city as the administrator keeps it, and what it does to due times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.case import Order
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.stages import Stage
from app.domain.workflow import Action
from app.services import calendar, cases
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk

NEW_YEARS_EVE = datetime(2026, 12, 31, 16, tzinfo=CITY)
NOTICE = "日期,类型,名称\n2027/1/1,休,元旦\n2027-01-02,休,元旦\n2027-01-03,班,调休上班\n"


def dispatched(open_desk: OpenDesk, subcategory: str = "0102") -> int:
    """A case (limit: one working day) that a department has."""
    desk = open_desk(Role.DISPATCHER)
    case_id, _ = desk.do_now(cases.register, draft(subcategory=subcategory))
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, case_id, action)
    desk.do_now(cases.advance, case_id, Action.DISPATCH, Order(department="环卫保洁所"))
    return case_id


def test_that_a_due_time_over_new_year_is_settled_when_the_notice_comes(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path
) -> None:
    clock.now = NEW_YEARS_EVE.astimezone(UTC)
    case_id, admin = dispatched(open_desk), open_desk(Role.ADMINISTRATOR)
    before = admin.ask_now(cases.detail, case_id)
    assert before.row.due_provisional
    # Two hours on Thursday; by weekday alone the Friday after is worked.
    assert before.row.due_at == datetime(2027, 1, 1, 16, tzinfo=CITY)
    assert "尚未公布" in str(before.reasoning[-1])
    seen = admin.ask_now(calendar.year_view, 2027)
    assert (seen.settled, seen.provisional_cases) == (False, 1)

    notice = tmp_path / "2027.csv"
    notice.write_text(NOTICE, encoding="utf-8")
    assert admin.do_now(calendar.enter_all, calendar.read_notice(notice))[0] == 3
    assert not admin.ask_now(calendar.year_view, 2027).settled, "New Year's Day alone is no notice"
    admin.do_now(calendar.announce, 2027)
    told, changes = admin.do_now(calendar.reckon_again)
    assert len(told) == 1
    assert ("case", case_id) in [(one.kind, one.id) for one in changes]
    after = admin.ask_now(cases.detail, case_id)
    assert after.row.due_at == datetime(2027, 1, 3, 16, tzinfo=CITY), "the Sunday is made up"
    assert not after.row.due_provisional
    assert after.reckoned_due == after.row.due_at
    assert after.steps[-1].action is Action.RECKON
    assert "2027-01-01 16:00 改为 2027-01-03 16:00" in after.steps[-1].note
    seen = admin.ask_now(calendar.year_view, 2027)
    assert (seen.settled, seen.provisional_cases) == (True, 0)
    assert [day.day for day, _, own in seen.days if own] == [1, 2, 3]
    assert admin.do_now(calendar.reckon_again)[0] == []


def test_that_a_day_is_taken_back(open_desk: OpenDesk) -> None:
    admin, day = open_desk(Role.ADMINISTRATOR), date(2026, 3, 11)
    admin.do_now(calendar.enter, day, False, "台风停工")
    assert not admin.ask_now(calendar.in_force)(day).working
    admin.do_now(calendar.remove, day)
    assert admin.ask_now(calendar.in_force)(day).working


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("日期,类型,名称\n2027-13-01,休,元旦\n", "第 2 行的日期"),
        ("日期,类型,名称\n2027-01-01,也许,元旦\n", "应为 休 或 班"),
        ("甲,乙\n1,2\n", "类型"),
    ],
)
def test_that_a_notice_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "n.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=why):
        calendar.read_notice(file)


def test_that_only_the_administrator_keeps_the_calendar(open_desk: OpenDesk) -> None:
    leader = open_desk(Role.SHIFT_LEADER)
    with pytest.raises(Refusal, match="管理员"):
        leader.do_now(calendar.enter, date(2026, 3, 11), False, "放假")
    with pytest.raises(Refusal, match="管理员"):
        leader.do_now(calendar.reckon_again)


def test_that_each_stage_of_the_desk_has_its_own_limit(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    admin, desk = open_desk(Role.ADMINISTRATOR), open_desk(Role.DISPATCHER)
    admin.do_now(calendar.put_stage_limit, Stage.ACCEPTANCE, "15紧急工作时")
    case_id, _ = desk.do_now(cases.register, draft())
    row = desk.ask_now(cases.detail, case_id).row
    assert row.owed == (clock.now + timedelta(hours=15), None)
    clock.go_on(hours=1)
    desk.do_now(cases.advance, case_id, Action.ACCEPT)
    desk.do_now(cases.advance, case_id, Action.FILE)
    row = desk.ask_now(cases.detail, case_id).row
    assert row.stage_due_at == clock.now + timedelta(minutes=30)
    desk.do_now(cases.advance, case_id, Action.DISPATCH, Order(department="城管执法队"))
    row = desk.ask_now(cases.detail, case_id).row
    assert row.stage_due_at is None, "the department's own limit runs now"
    assert row.owed == (row.due_at, None)
    desk.do_now(cases.advance, case_id, Action.ACKNOWLEDGE)
    desk.do_now(cases.advance, case_id, Action.RESOLVE, Order("已清走"))
    row = desk.ask_now(cases.detail, case_id).row
    assert row.owed == (row.stage_due_at, None), "verification is owed now"
    assert row.stage_due_at == datetime(2026, 3, 5, 10, 30, tzinfo=CITY)
    with pytest.raises(Refusal, match="看不懂时限"):
        admin.do_now(calendar.put_stage_limit, Stage.REVIEW, "快点")

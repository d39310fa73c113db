"""Accounts, roster, logbook and handover, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.camera import Camera, StreamState
from app.domain.errors import Refusal
from app.domain.handover import LogKind
from app.domain.people import Role, Signed
from app.domain.roster import RequestStatus, Shift
from app.services import accounts, cameras, cases, faults, handover, roster
from db.unit_of_work import Work
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk

PASSWORD = "Kapok-2026"
TODAY = date(2026, 3, 4)


def open_account(open_desk: OpenDesk, login: str, role: Role = Role.SHIFT_LEADER) -> int:
    admin = open_desk(Role.ADMINISTRATOR)
    made, _ = admin.do_now(accounts.open_account, login, f"A-{login}", login, PASSWORD, role)
    return made


def sign_in(open_desk: OpenDesk, login: str, password: str) -> Signed | Refusal:
    return open_desk(Role.PRESENTER).do_now(accounts.sign_in, login, password, "甲席")[0]


def test_that_the_right_password_opens_and_five_wrong_ones_lock(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    open_account(open_desk, "lin")
    assert isinstance(sign_in(open_desk, " lin ", PASSWORD), Signed)
    for _ in range(5):
        assert "账号或密码" in str(sign_in(open_desk, "lin", "wrong"))
    assert "锁定" in str(sign_in(open_desk, "lin", PASSWORD))
    clock.go_on(minutes=10)
    assert isinstance(sign_in(open_desk, "lin", PASSWORD), Signed)


def test_that_an_administrator_opens_a_locked_account_with_a_new_password(
    open_desk: OpenDesk,
) -> None:
    open_account(open_desk, "lin")
    for _ in range(5):
        sign_in(open_desk, "lin", "wrong")
    admin = open_desk(Role.ADMINISTRATOR)
    for login, password in (("lin", "short"), ("nobody", PASSWORD)):
        with pytest.raises(Refusal):
            admin.do_now(accounts.reset_password, login, password)
    with pytest.raises(Refusal, match="管理员"):
        open_desk(Role.OPERATOR).do_now(accounts.reset_password, "lin", PASSWORD)
    admin.do_now(accounts.reset_password, "lin", "Kapok-2027")
    assert isinstance(sign_in(open_desk, "lin", "Kapok-2027"), Signed)


def test_that_an_unknown_account_is_told_no_more_than_a_wrong_password(
    open_desk: OpenDesk,
) -> None:
    assert str(sign_in(open_desk, "nobody", "x")) == str(accounts.WRONG)


def test_that_only_an_administrator_opens_accounts_and_never_two_of_one_name(
    open_desk: OpenDesk,
) -> None:
    open_account(open_desk, "lin")
    with pytest.raises(Refusal, match="已存在"):
        open_account(open_desk, "lin")
    operator = open_desk(Role.OPERATOR)
    with pytest.raises(Refusal, match="管理员"):
        operator.do_now(accounts.open_account, "x", "X1", "x", PASSWORD, Role.OPERATOR)


def two_on_roster(open_desk: OpenDesk, first: Shift, second: Shift) -> tuple[int, int]:
    one, two = open_account(open_desk, "lin"), open_account(open_desk, "mei")

    def plan(work: Work) -> None:
        work.duties.put(one, TODAY, first)
        work.duties.put(two, TODAY, second)

    open_desk(Role.ADMINISTRATOR).do_now(plan)
    return one, two


def shifts(open_desk: OpenDesk, *people: int) -> list[Shift | None]:
    month = open_desk(Role.OPERATOR).ask_now(roster.month, TODAY.replace(day=1))
    return [month.cells.get((person, TODAY)) for person in people]


def test_that_an_approved_swap_changes_both_cells(open_desk: OpenDesk) -> None:
    one, two = two_on_roster(open_desk, Shift.EARLY, Shift.LATE)
    asked, _ = open_desk(Role.OPERATOR).do_now(roster.ask_swap, one, two, TODAY, "看病")
    assert shifts(open_desk, one, two) == [Shift.EARLY, Shift.LATE]
    leader = open_desk(Role.SHIFT_LEADER)
    leader.do_now(roster.decide, asked, True)
    assert shifts(open_desk, one, two) == [Shift.LATE, Shift.EARLY]
    told = leader.ask_now(roster.requests, TODAY, TODAY)
    assert [(line.status, line.person, line.other) for line in told] == [
        (RequestStatus.APPROVED, "lin", "mei")
    ]


def test_that_a_rejected_leave_changes_nothing_and_an_approved_one_does(
    open_desk: OpenDesk,
) -> None:
    one, _ = two_on_roster(open_desk, Shift.EARLY, Shift.LATE)
    leader = open_desk(Role.SHIFT_LEADER)
    for approve, note, expected in ((False, "人手不够", Shift.EARLY), (True, "", Shift.LEAVE)):
        asked, _ = leader.do_now(roster.ask_leave, one, TODAY, "家事")
        leader.do_now(roster.decide, asked, approve, note)
        assert shifts(open_desk, one) == [expected]
    with pytest.raises(Refusal, match="没有排班"):
        leader.do_now(roster.ask_leave, one, TODAY, "再请一次")


def test_that_a_shift_leader_plans_many_cells_at_once_or_none(open_desk: OpenDesk) -> None:
    leader = open_desk(Role.SHIFT_LEADER)
    ids = [row.id for row in leader.ask_now(accounts.people)][:2]
    cells = [(person, TODAY + timedelta(days=day)) for person in ids for day in (0, 1)]
    assert leader.do_now(roster.plan, cells, Shift.LATE)[0] == 4
    assert leader.do_now(roster.plan, cells[:2], Shift.LATE)[0] == 0
    with pytest.raises(Refusal, match="夜班"):
        leader.do_now(roster.plan, [(ids[0], TODAY + timedelta(days=2))], Shift.NIGHT)
    month = leader.ask_now(roster.month, TODAY.replace(day=1))
    assert sorted(month.cells.values(), key=lambda s: s.value) == [Shift.LATE] * 4
    with pytest.raises(Refusal, match="值班长"):
        open_desk(Role.OPERATOR).do_now(roster.plan, cells, Shift.OFF)


def test_that_a_swap_into_a_night_without_rest_is_refused(open_desk: OpenDesk) -> None:
    one, two = two_on_roster(open_desk, Shift.EARLY, Shift.NIGHT)

    def late_before(work: Work) -> None:
        work.duties.put(one, date(2026, 3, 3), Shift.LATE)

    open_desk(Role.ADMINISTRATOR).do_now(late_before)
    with pytest.raises(Refusal, match="夜班"):
        open_desk(Role.OPERATOR).do_now(roster.ask_swap, one, two, TODAY, "换")


def test_that_who_is_on_duty_now_follows_the_clock(open_desk: OpenDesk, clock: FakeClock) -> None:
    two_on_roster(open_desk, Shift.EARLY, Shift.LATE)
    desk = open_desk(Role.OPERATOR)
    day, shift, people = desk.ask_now(roster.now_on_duty)
    assert (day, shift, [p.name for p in people]) == (TODAY, Shift.EARLY, ["lin"])
    clock.go_on(hours=7)
    assert [p.name for p in desk.ask_now(roster.now_on_duty)[2]] == ["mei"]


def test_that_a_handover_lists_open_cases_dead_cameras_and_instructions_and_then_stands(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    admin, leader = open_desk(Role.ADMINISTRATOR), open_desk(Role.SHIFT_LEADER)
    url = "rtsp://127.0.0.1/x"
    camera_id, _ = admin.do_now(
        cameras.add, Camera("C1", "坏点位", "440106", "", "", 113.3, 23.1, url, url)
    )
    leader.do_now(faults.observe, camera_id, StreamState.LIVE)
    leader.do_now(faults.observe, camera_id, StreamState.UNREACHABLE)
    case_id, _ = leader.do_now(cases.register, draft())
    entry, _ = leader.do_now(handover.write_log, LogKind.INSTRUCTION, "重点巡看北京路")
    leader.do_now(handover.write_log, LogKind.NOTE, "一切正常")
    sheet = leader.ask_now(handover.sheet, TODAY, Shift.EARLY)
    assert [(i.section, i.reference) for i in sheet.items] == [
        ("case", case_id),
        ("camera", camera_id),
        ("instruction", entry),
    ]
    with pytest.raises(Refusal, match="交班方"):
        leader.do_now(handover.take, TODAY, Shift.EARLY, "lin", PASSWORD)
    with pytest.raises(Refusal, match="15:00"):  # what comes until then would be missing
        leader.do_now(handover.give, TODAY, Shift.EARLY, "")
    clock.go_on(hours=6)
    with pytest.raises(Refusal, match="本班在岗"):
        open_desk(Role.DISPATCHER).do_now(handover.give, TODAY, Shift.EARLY, "")
    leader.do_now(handover.give, TODAY, Shift.EARLY, "注意积水")
    leader.do_now(cases.register, draft())
    assert leader.ask_now(handover.sheet, TODAY, Shift.EARLY).items == sheet.items
    open_account(open_desk, "lin")
    told, _ = leader.do_now(handover.take, TODAY, Shift.EARLY, "lin", "wrong")
    assert isinstance(told, Refusal)
    told, _ = leader.do_now(handover.take, TODAY, Shift.EARLY, "lin", PASSWORD)
    assert told is None
    done = leader.ask_now(handover.sheet, TODAY, Shift.EARLY)
    assert (done.given_by, done.taken_by, done.remarks) == (leader.signed.name, "lin", "注意积水")


def test_that_a_cleared_instruction_is_no_longer_handed_over(open_desk: OpenDesk) -> None:
    leader = open_desk(Role.SHIFT_LEADER)
    entry, _ = leader.do_now(handover.write_log, LogKind.FAULT, "断电")
    leader.do_now(handover.clear_log, entry)
    assert not leader.ask_now(handover.sheet, TODAY, Shift.EARLY).items
    assert [line.cleared_by for line in leader.ask_now(handover.log, TODAY, Shift.EARLY)] == [
        leader.signed.name
    ]
    with pytest.raises(Refusal, match="内容"):
        leader.do_now(handover.write_log, LogKind.NOTE, " ")

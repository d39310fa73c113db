"""Cases of one problem: found, merged without losing a caller or a picture, and taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.camera import Camera
from app.domain.case import Order
from app.domain.case_list import CaseFilter
from app.domain.errors import Conflict, Refusal
from app.domain.evidence import EvidenceKind
from app.domain.figures import Count, Counted, Span
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cameras, cases, evidence
from app.services.evidence import Taken, sha256
from db.unit_of_work import Work
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk

URL = "rtsp://10.0.0.1/x"


def test_that_a_draft_hears_of_cases_that_may_be_the_same(open_desk: OpenDesk) -> None:
    desk = open_desk(Role.DISPATCHER)
    same, _ = desk.do_now(cases.register, draft(caller="陈某", phone="13800138000"))
    desk.do_now(cases.register, draft(lon=113.40, address="黄埔区丰乐路 8 号"))
    found = desk.ask_now(cases.alike, draft(description="有摊贩在人行道摆卖水果"))
    assert [one.row.id for one in found] == [same]
    assert found[0].score > 80
    assert found[0].metres == pytest.approx(0, abs=1)
    unplaced = draft(lon=None, lat=None, description="有摊贩在人行道摆卖水果")
    assert [one.row.id for one in desk.ask_now(cases.alike, unplaced)] == [same]
    assert desk.ask_now(cases.alike_to, same) == []


def test_that_an_open_case_of_the_same_kind_at_hand_is_told_however_old_it_is(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk = open_desk(Role.DISPATCHER)
    old, _ = desk.do_now(cases.register, draft(description="占道经营"))
    gone, _ = desk.do_now(cases.register, draft(description="占道经营"))
    leader = open_desk(Role.SHIFT_LEADER, name="班长席")
    leader.do_now(cases.advance, gone, Action.VOID, Order(note="重复录入"))
    desk.do_now(cases.register, draft(description="占道经营", lon=113.3225))  # a hundred metres off
    clock.go_on(days=120)
    words = draft(description="水果摊挡住盲道", address="另一种写法")
    assert [one.row.id for one in desk.ask_now(cases.alike, words)] == [old]


def everything(work: Work, case_id: int) -> dict[str, object]:
    """Every field of a case but those that count its changes."""
    case = work.cases.get(case_id)
    told = {name: value for name, value in vars(case).items() if not name.startswith("_")}
    for name in ("version", "updated_at", "steps"):
        told.pop(name, None)
    return told


def test_that_a_merged_case_keeps_everything_and_is_restored_whole(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path
) -> None:
    desk, admin = open_desk(Role.DISPATCHER), open_desk(Role.ADMINISTRATOR)
    camera, _ = admin.do_now(
        cameras.add, Camera("C1", "路口", "440106", "", "", 113.32, 23.13, URL, URL)
    )
    main, _ = desk.do_now(cases.register, draft())
    twin, _ = desk.do_now(
        cases.register,
        draft(caller="陈某", phone="13800138000", captures=("u1",), camera_id=camera),
    )
    file = tmp_path / "a.jpg"
    file.write_bytes(b"picture")
    taken = Taken(EvidenceKind.STILL, "a.jpg", sha256(file), 7, 1.0, 1.0, age=0.1)
    desk.do_now(evidence.keep, "u1", camera, "sub", desk.clock(), taken, desk.signed)
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, twin, action)
    desk.do_now(cases.advance, twin, Action.DISPATCH, Order(department="城管执法队"))
    before = desk.ask_now(everything, twin)
    clock.go_on(hours=1)
    _, changes = desk.do_now(cases.advance, twin, Action.MERGE, Order(into=main))
    assert {change.id for change in changes if change.kind == "case"} == {main, twin}

    told = desk.ask_now(cases.detail, main)
    ((line),) = told.merged
    assert (line.caller, line.phone) == ("陈某", "13800138000")
    assert [piece.path for piece in told.evidence] == ["a.jpg"]
    merged = desk.ask_now(cases.detail, twin)
    assert (merged.row.status, merged.main) == (CaseStatus.MERGED, told.row.number)
    open_ones = desk.ask_now(cases.page, CaseFilter(open_only=True), "number", False, None, 9).rows
    assert [row.id for row in open_ones] == [main]
    assert desk.ask_now(cases.alike_to, main) == []

    clock.go_on(days=3)
    desk.do_now(cases.advance, twin, Action.UNMERGE, Order("两处摊贩"))
    assert desk.ask_now(everything, twin) == before, "every field as it was"
    assert desk.ask_now(cases.detail, main).merged == ()


def test_that_a_merge_makes_no_chain_and_no_ring(open_desk: OpenDesk) -> None:
    desk = open_desk(Role.DISPATCHER)
    one, two, three = (desk.do_now(cases.register, draft())[0] for _ in range(3))
    with pytest.raises(Refusal, match="自己"):
        desk.do_now(cases.advance, one, Action.MERGE, Order(into=one))
    with pytest.raises(Refusal, match="并入哪个"):
        desk.do_now(cases.advance, one, Action.MERGE, Order())
    desk.do_now(cases.advance, one, Action.MERGE, Order(into=two))
    with pytest.raises(Refusal, match="不能作为主案"):
        desk.do_now(cases.advance, three, Action.MERGE, Order(into=one))
    with pytest.raises(Refusal, match="作为主案"):
        desk.do_now(cases.advance, two, Action.MERGE, Order(into=three))
    with pytest.raises(Refusal, match="岗位"):
        open_desk(Role.OPERATOR).do_now(cases.advance, three, Action.MERGE, Order(into=two))
    with pytest.raises(Conflict):
        desk.do_now(cases.advance, three, Action.MERGE, Order(into=two), 99)


def test_that_a_case_that_goes_on_for_others_is_not_ended_under_them(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk, leader = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER)
    main, twin = (desk.do_now(cases.register, draft())[0] for _ in range(2))
    seen = desk.ask_now(cases.rows, [main])[0].version
    clock.go_on(seconds=1)
    desk.do_now(cases.advance, twin, Action.MERGE, Order(into=main))
    with pytest.raises(Conflict):
        leader.do_now(cases.advance, main, Action.VOID, Order("误报"), seen)
    for action, by in ((Action.VOID, leader), (Action.DECLINE, desk)):
        with pytest.raises(Refusal, match="请先拆分"):
            by.do_now(cases.advance, main, action, Order("误报"))
    desk.do_now(cases.advance, twin, Action.UNMERGE, Order("两处"))
    leader.do_now(cases.advance, main, Action.VOID, Order("误报"))


def test_that_of_merged_cases_the_one_that_goes_on_is_due(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk = open_desk(Role.DISPATCHER)
    begun = clock.now
    ids = [desk.do_now(cases.register, draft())[0] for _ in range(2)]
    for case_id in ids:
        for action in (Action.ACCEPT, Action.FILE):
            desk.do_now(cases.advance, case_id, action)
        desk.do_now(cases.advance, case_id, Action.DISPATCH, Order(department="城管执法队"))
    desk.do_now(cases.advance, ids[1], Action.MERGE, Order(into=ids[0]))
    clock.go_on(days=2)
    span = Span(begun, clock.now)
    due = CaseFilter(counted=Counted(Count.DUE, span))
    assert [r.id for r in desk.ask_now(cases.page, due, "number", False, None, 9).rows] == ids[:1]
    assert desk.ask_now(cases.count, CaseFilter(counted=Counted(Count.REGISTERED, span))) == 2

"""Faults on record: opened once by many desks, followed to their end; availability by any cut."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.access import Right
from app.domain.camera import Camera, StreamState
from app.domain.errors import Refusal
from app.domain.fault import MOST_PICTURE_BYTES, FaultPicture
from app.domain.inspection import Verdict
from app.domain.people import Role
from app.services import cameras, directory, faults, inspections, upkeep
from app.services.cameras import StateNote
from app.services.faults import Cut
from tests.conftest import FakeClock, OpenDesk

S = StreamState
TODAY = date(2026, 3, 4)


def two_cameras(open_desk: OpenDesk) -> list[int]:
    admin = open_desk(Role.ADMINISTRATOR)
    url = "rtsp://10.0.0.1/x"
    made = [
        Camera(f"C{n}", f"点位{n}", district, "", "", 113.3, 23.1, url, url)
        for n, district in ((1, "440106"), (2, "440104"))
    ]
    return [admin.do_now(cameras.add, one)[0] for one in made]


def test_that_a_fault_is_opened_once_and_followed_to_its_end(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    one, _ = two_cameras(open_desk)
    desk, leader = open_desk(Role.OPERATOR), open_desk(Role.SHIFT_LEADER, "值席")
    opened, changes = desk.do_now(faults.observe, one, S.BLACK)
    assert [change.kind for change in changes] == ["fault"]
    assert leader.do_now(faults.observe, one, S.BLACK) == (None, [])
    assert opened is not None
    clock.go_on(minutes=10)
    leader.do_now(faults.assess, [opened], True, "已报运维公司")
    clock.go_on(minutes=20)
    desk.do_now(faults.observe, one, S.LIVE)
    clock.go_on(minutes=5)
    desk.do_now(faults.observe, one, S.FROZEN)
    line = leader.ask_now(faults.listed)[0]
    assert (line.state, line.recovered_at, line.urgent) == (S.FROZEN, None, True)
    leader.do_now(faults.solve, [opened], "更换电源")
    with pytest.raises(Refusal):
        leader.do_now(faults.solve, [opened], "again")
    clock.go_on(days=6)
    assert [one.solution for one in leader.ask_now(faults.listed)] == ["更换电源"]
    clock.go_on(days=2)
    assert leader.ask_now(faults.listed) == []
    assert desk.do_now(faults.observe, one, S.BLACK)[0] != opened


def test_that_what_a_fault_looked_like_is_kept_once_for_each_state(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    one, two = two_cameras(open_desk)
    desk, leader = open_desk(Role.OPERATOR), open_desk(Role.SHIFT_LEADER, "值席")
    dark = FaultPicture(S.BLACK, clock(), b"dark")
    assert not desk.do_now(faults.put_picture, one, dark)[0], "it has no fault"
    opened, _ = desk.do_now(faults.observe, one, S.BLACK)
    assert opened is not None
    assert leader.ask_now(faults.wants_picture, one, S.BLACK)
    kept, changes = desk.do_now(faults.put_picture, one, dark)
    assert (kept, [change.kind for change in changes]) == (True, ["fault"])
    assert not leader.ask_now(faults.wants_picture, one, S.BLACK)
    assert not leader.do_now(faults.put_picture, one, dark._replace(jpeg=b"another desk's"))[0]
    clock.go_on(minutes=1)
    covered = FaultPicture(S.COVERED, clock(), b"covered")
    assert not desk.do_now(faults.put_picture, one, covered)[0], "nobody calls it covered"
    desk.do_now(faults.observe, one, S.COVERED, True)
    assert desk.do_now(faults.put_picture, one, covered)[0]
    seen = leader.ask_now(faults.sight, opened)
    assert seen == ([covered, dark], None, True), "the newest first"
    desk.do_now(faults.put_reference, one, b"as it should be", True)
    assert leader.ask_now(faults.sight, opened).reference == b"as it should be"
    other, _ = desk.do_now(faults.observe, two, S.BLACK)
    assert other is not None
    assert leader.ask_now(faults.sight, other) == ([], None, True)
    too_large = FaultPicture(S.BLACK, clock(), b"x" * (MOST_PICTURE_BYTES + 1))
    assert not desk.do_now(faults.put_picture, two, too_large)[0]

    leader.do_now(faults.solve, [opened], "更换电源")
    clock.go_on(days=89)
    leader.do_now(upkeep.carry_out)
    assert len(leader.ask_now(faults.sight, opened).pictures) == 2
    clock.go_on(days=2)
    leader.do_now(upkeep.carry_out)
    assert leader.ask_now(faults.sight, opened).pictures == []


def test_that_a_picture_is_for_those_who_may_watch_and_none_is_shown_of_the_polices(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    admin = open_desk(Role.ADMINISTRATOR)
    url = "rtsp://10.0.0.1/x"
    polices = Camera("44010600001310000045", "公安", "440106", "", "", 113.3, 23.1, url, url)
    theirs, _ = admin.do_now(cameras.add, polices)
    ours, _ = two_cameras(open_desk)
    desk, manager = open_desk(Role.OPERATOR), open_desk(Role.CLIENT_MANAGER, "甲方")
    dark = FaultPicture(S.BLACK, clock(), b"dark")
    for camera in (ours, theirs):
        desk.do_now(faults.observe, camera, S.BLACK)
        desk.do_now(faults.put_reference, camera, b"as it should be", False)
    assert not desk.do_now(faults.put_picture, theirs, dark)[0]
    assert desk.do_now(faults.put_picture, ours, dark)[0]
    opened = {line.camera_id: line.id for line in desk.ask_now(faults.listed)}
    assert desk.ask_now(faults.sight, opened[theirs]) == ([], None, False), "it wants a reason"
    admin.do_now(directory.put_grants, Role.CLIENT_MANAGER, Right.WATCH, ["440104"])
    assert manager.ask_now(faults.sight, opened[ours]) == ([], None, False)
    assert desk.ask_now(faults.sight, opened[ours]) == ([dark], b"as it should be", True)


def test_that_many_faults_are_answered_together_or_not_at_all(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    one, two = two_cameras(open_desk)
    desk, leader = open_desk(Role.OPERATOR), open_desk(Role.SHIFT_LEADER, "值席")
    ids = [desk.do_now(faults.observe, camera, S.UNREACHABLE)[0] for camera in (one, two)]
    leader.do_now(faults.assess, ids, False, "交换机断电，已报运维")
    assert {line.assessment for line in leader.ask_now(faults.listed)} == {"交换机断电，已报运维"}
    leader.do_now(faults.solve, ids[:1], "换电源")
    with pytest.raises(Refusal):
        leader.do_now(faults.solve, ids[::-1], "换电源")  # the second is solved already
    still = [line.id for line in leader.ask_now(faults.listed) if line.solved_at is None]
    assert still == ids[1:]
    assert leader.ask_now(faults.open_states) == {two: S.UNREACHABLE}
    desk.do_now(faults.observe, two, S.LIVE)
    assert leader.ask_now(faults.open_states) == {}, "well again, and waiting to be solved"


def test_that_what_a_person_saw_no_program_ends(open_desk: OpenDesk, clock: FakeClock) -> None:
    one, two = two_cameras(open_desk)
    desk, leader = open_desk(Role.OPERATOR), open_desk(Role.SHIFT_LEADER, "值席")
    desk.do_now(inspections.answer, one, Verdict.FAULT, 5.0, None, S.BLURRED, True)
    desk.do_now(inspections.answer, two, Verdict.FAULT, 5.0, None, S.BLURRED, False)
    clock.go_on(minutes=1)
    for camera in (one, two):
        leader.do_now(faults.observe, camera, S.LIVE)
    told = {line.camera_id: line for line in leader.ask_now(faults.listed)}
    assert told[one].recovered_at is None, "only a person says when it is over"
    assert told[two].recovered_at == clock.now
    # A person's word counts against what the program had said before.
    desk.do_now(inspections.answer, two, Verdict.FAULT, 5.0, None, S.COVERED, True)
    leader.do_now(faults.observe, two, S.LIVE)
    told = {line.camera_id: line for line in leader.ask_now(faults.listed)}
    assert (told[two].state, told[two].recovered_at) == (S.COVERED, None)
    assert leader.ask_now(faults.standing).open == {one, two}
    leader.do_now(faults.solve, [told[two].id], "擦拭镜头")
    assert leader.ask_now(faults.standing).open == {one}


def test_that_a_camera_that_turns_has_no_reference(open_desk: OpenDesk) -> None:
    one, _ = two_cameras(open_desk)
    desk = open_desk(Role.OPERATOR)
    desk.do_now(faults.put_reference, one, b"look", True)
    desk.do_now(lambda work: setattr(work.cameras.get(one), "ptz", True))
    assert desk.ask_now(faults.reference, one) is None
    assert desk.do_now(faults.put_reference, one, b"other", False)[0] is False
    with pytest.raises(Refusal, match="云台"):
        desk.do_now(faults.put_reference, one, b"other", True)


def test_that_a_reference_that_offers_itself_never_replaces_one_that_was_chosen(
    open_desk: OpenDesk,
) -> None:
    one, two = two_cameras(open_desk)
    desk = open_desk(Role.OPERATOR)
    assert desk.ask_now(faults.reference, one) is None
    assert desk.do_now(faults.put_reference, one, b"by hand", True)[0]
    assert not desk.do_now(faults.put_reference, one, b"by itself", False)[0]
    assert desk.ask_now(faults.reference, one) == b"by hand"
    kept, changes = desk.do_now(faults.put_reference, two, b"by itself", False)
    assert (kept, [(c.kind, c.id) for c in changes]) == (True, [("reference", two)])
    with pytest.raises(Refusal):
        open_desk(Role.PRESENTER).do_now(faults.put_reference, one, b"x", True)


def test_that_availability_is_told_by_camera_district_and_day(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    one, two = two_cameras(open_desk)
    desk = open_desk(Role.OPERATOR)  # it is 9:30 in the city
    begun = clock()
    notes = [
        StateNote(camera, "sub", state, begun + timedelta(minutes=after))
        for after, states in ((0, (S.LIVE, S.UNREACHABLE)), (5, (S.BLACK, S.UNREACHABLE)))
        for camera, state in zip((one, two), states, strict=True)
    ]
    clock.go_on(minutes=10)
    desk.do_now(cameras.note_states, notes)  # the database was away: each keeps its own time
    gone = [StateNote(camera, "sub", S.IDLE, clock()) for camera in (one, two)]
    desk.do_now(cameras.note_states, gone)
    clock.go_on(days=1)
    by_camera = desk.ask_now(faults.availability, TODAY, TODAY, Cut.CAMERA)
    told = [(line.key, line.share.online_rate, line.share.intact_rate) for line in by_camera]
    assert told == [("点位1", 1.0, 0.5), ("点位2", 0.0, 0.0)]
    by_district = desk.ask_now(faults.availability, TODAY, TODAY, Cut.DISTRICT)
    assert [(line.key, line.share.watched) for line in by_district] == [
        ("440104", 600),
        ("440106", 600),
    ]
    by_day = desk.ask_now(faults.availability, TODAY, date(2026, 3, 6), Cut.DAY)
    assert [(line.key, line.cameras, line.share.online_rate) for line in by_day] == [
        ("2026-03-04", 2, 0.5)
    ]
    by_month = desk.ask_now(faults.availability, TODAY, date(2026, 3, 6), Cut.MONTH)
    assert [(line.key, line.share.watched, line.share.intact_rate) for line in by_month] == [
        ("2026-03", 1200, 0.25)
    ]

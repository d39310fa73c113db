"""Who has a camera in hand, as the audit knows it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.domain.audit import Act
from app.domain.camera import Camera
from app.domain.errors import Refusal
from app.domain.ledger import Visit
from app.domain.people import Role
from app.domain.roster import shift_at
from app.services import audit, cameras, ledger
from app.services.audit import IN_HAND
from tests.conftest import FakeClock, OpenDesk

SECOND = timedelta(seconds=1)


URL = "rtsp://127.0.0.1/x"


def camera(open_desk: OpenDesk) -> int:
    admin = open_desk(Role.ADMINISTRATOR)
    made = Camera("C1", "路口", "440106", "", "", 113.3, 23.1, URL, URL)
    return admin.do_now(cameras.add, made)[0]


def test_that_a_desk_hears_who_else_moves_its_camera(open_desk: OpenDesk, clock: FakeClock) -> None:
    camera_id = camera(open_desk)
    one, two = open_desk(Role.OPERATOR, "甲席"), open_desk(Role.OPERATOR, "乙席")
    assert one.do_now(audit.take_in_hand, camera_id, "→")[0] is None
    clock.now += SECOND
    assert one.ask_now(audit.in_hand_elsewhere, camera_id) is None, "its own hand is no other's"
    told, _ = two.do_now(audit.take_in_hand, camera_id, "→")
    assert told is not None
    assert told.desk == "甲席"
    clock.now += IN_HAND + SECOND
    assert two.ask_now(audit.in_hand_elsewhere, camera_id) is None, "long let go of"


def test_that_a_preset_is_no_hand(open_desk: OpenDesk, clock: FakeClock) -> None:
    camera_id = camera(open_desk)
    open_desk(Role.OPERATOR, "甲席").do_now(audit.note, Act.CONTROL, camera_id, "调用预置位 1")
    clock.now += SECOND
    assert open_desk(Role.OPERATOR, "乙席").ask_now(audit.in_hand_elsewhere, camera_id) is None


def part_of(visit: Visit, begins: datetime, seconds: float) -> Visit:
    """Another part of the same visit."""
    who = (visit.person_id, visit.person, visit.desk)
    return Visit(visit.camera_id, *who, visit.day, visit.shift, begins, seconds, goes_on=True)


def test_that_it_is_told_who_did_what_and_who_watched_a_camera(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    camera_id = camera(open_desk)
    operator, leader = open_desk(Role.OPERATOR, "甲席"), open_desk(Role.SHIFT_LEADER, "值席")
    operator.do_now(audit.note, Act.CONTROL, camera_id, "调用预置位 1")
    operator.do_now(audit.note, Act.MARK, None, "别处 100%")
    begins, ends = clock.now - SECOND, clock.now + SECOND
    name = operator.signed.name

    def lines(text: str) -> list[str]:
        found = leader.ask_now(audit.found, begins, ends, None, None, text)
        return [line.target for line in found]

    assert lines("路口") == ["调用预置位 1"]
    assert lines(name) == ["别处 100%", "调用预置位 1"]
    assert lines("%") == [], "a sign that the database knows is a sign like any other"
    day, shift = shift_at(clock.now)
    seen = Visit(camera_id, operator.signed.person_id, name, "甲席", day, shift, clock.now, 12.5)
    operator.do_now(ledger.put, [seen])
    (line,) = leader.ask_now(audit.watched, begins, ends, "C1")
    assert line == (clock.now, name, "甲席", "路口", 12.5, shift)
    later = clock.now + SECOND / 2
    operator.do_now(ledger.put, [part_of(seen, later, 7.5)])
    (line,) = leader.ask_now(audit.watched, begins, ends, "路")
    assert (line.begins, line.seconds) == (clock.now, 20.0), "of one shift and desk, whole"
    operator.do_now(ledger.put, [part_of(seen, later, -20.0)])
    assert leader.ask_now(audit.watched, begins, ends, "路") == [], "an empty chair saw nothing"
    assert leader.ask_now(audit.watched, begins, ends, "  ") == []
    assert leader.ask_now(audit.watched, ends, ends + SECOND, "路口") == []
    with pytest.raises(Refusal):
        operator.ask_now(audit.watched, begins, ends, "路口")

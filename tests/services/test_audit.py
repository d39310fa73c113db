"""Who has a camera in hand, as the audit knows it."""

from __future__ import annotations

from datetime import timedelta

from app.domain.audit import Act
from app.domain.camera import Camera
from app.domain.people import Role
from app.services import audit, cameras
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

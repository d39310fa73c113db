"""The ledger of a shift: planned by tours, watched by people, the rest handed over."""

from __future__ import annotations

from datetime import date

from app.domain.camera import Camera
from app.domain.ledger import Visit
from app.domain.people import Role
from app.domain.roster import Shift
from app.services import cameras, handover, ledger, tours
from tests.conftest import FakeClock, OpenDesk

TODAY = date(2026, 3, 4)


def test_that_what_was_planned_and_not_seen_is_handed_over(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    admin, leader = open_desk(Role.ADMINISTRATOR), open_desk(Role.SHIFT_LEADER, "值席")
    url = "rtsp://10.0.0.1/x"
    ids = [
        admin.do_now(
            cameras.add, Camera(f"C{n}", f"点位{n}", "440106", "", "", 113.3, 23.1, url, url)
        )[0]
        for n in (1, 2, 3)
    ]
    leader.do_now(tours.save, "早巡", ids[:2], 20, 1, True, Shift.EARLY)
    leader.do_now(tours.save, "夜巡", ids[1:], 20, 1, True, Shift.NIGHT)
    seen = [
        Visit(camera, 1, "林", "甲席", TODAY, Shift.EARLY, clock.now, seconds)
        for camera, seconds in ((ids[0], 40.0), (ids[1], 3.5), (ids[2], 9.0))
    ]
    leader.do_now(ledger.put, seen)
    told = leader.ask_now(ledger.told, TODAY, Shift.EARLY)
    assert [(line.camera_id, line.is_missed) for line in told.lines] == [
        (ids[1], True),
        (ids[2], False),
        (ids[0], False),
    ]
    assert told.coverage == 0.5
    items = leader.ask_now(handover.sheet, TODAY, Shift.EARLY).items
    assert [(i.section, i.title, i.detail) for i in items if i.section == "missed"] == [
        ("missed", "点位2", "4|")
    ]
    assert leader.ask_now(ledger.told, TODAY, Shift.LATE).coverage is None

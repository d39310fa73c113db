"""The ledger of a shift: planned by tours, watched by people, the rest handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.desk import Desk
from app.domain.camera import Camera
from app.domain.ledger import Visit
from app.domain.people import Role
from app.domain.roster import Shift, shift_at
from app.services import cameras, handover, ledger, tours
from tests.conftest import FakeClock, OpenDesk

TODAY = date(2026, 3, 4)


def three_cameras(admin: Desk) -> list[int]:
    url = "rtsp://10.0.0.1/x"
    made = [Camera(f"C{n}", f"点位{n}", "440106", "", "", 113.3, 23.1, url, url) for n in (1, 2, 3)]
    return [admin.do_now(cameras.add, one)[0] for one in made]


def test_that_what_was_planned_and_not_seen_is_handed_over(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    admin, leader = open_desk(Role.ADMINISTRATOR), open_desk(Role.SHIFT_LEADER, "值席")
    ids = three_cameras(admin)
    leader.do_now(tours.save, "早巡", ids[:2], 20, 1, True, Shift.EARLY)
    leader.do_now(tours.save, "夜巡", ids[1:], 20, 1, True, Shift.NIGHT)
    seen = [
        Visit(camera, 1, "林", "甲席", TODAY, Shift.EARLY, clock.now, seconds)
        for camera, seconds in ((ids[0], 40.0), (ids[1], 3.5), (ids[2], 9.0))
    ]
    leader.do_now(ledger.put, seen)
    leader.do_now(ledger.put, [replace(visit) for visit in seen])  # its desk had heard no answer
    told = leader.ask_now(ledger.told, TODAY, Shift.EARLY)
    assert sum(line.seconds for line in told.lines) == 52.5
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


def test_that_a_tour_changed_today_changes_nothing_of_what_was_owed_yesterday(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    admin, leader = open_desk(Role.ADMINISTRATOR), open_desk(Role.SHIFT_LEADER, "值席")
    ids = three_cameras(admin)
    tour, _ = leader.do_now(tours.save, "早巡", ids[:2], 20, 1, True, Shift.EARLY)
    day, shift = shift_at(clock.now)
    assert shift is Shift.EARLY

    def see(camera: int) -> None:
        leader.do_now(ledger.put, [Visit(camera, 1, "林", "甲席", day, shift, clock.now, 40.0)])

    see(ids[0])
    leader.do_now(tours.save, "早巡", ids, 20, 1, True, Shift.EARLY)
    see(ids[1])  # while the shift runs its plan may grow
    clock.go_on(days=1)
    leader.do_now(tours.drop, tour)
    told = leader.ask_now(ledger.told, day, shift)
    assert {line.camera_id for line in told.lines if line.planned} == set(ids)
    assert told.coverage == pytest.approx(2 / 3)
    assert leader.ask_now(ledger.told, *shift_at(clock.now)).coverage is None

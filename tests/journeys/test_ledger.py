"""What an operator saw stands in the ledger, and what a locked desk showed does not."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from app.domain.camera import StreamState
from app.domain.people import Role
from app.domain.roster import shift_at
from app.services import ledger, tours
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from ui.actions import Command

pytestmark = [pytest.mark.video, ON_SQLITE]


def test_that_seconds_seen_are_on_record_and_a_locked_desk_sees_nothing(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(
        tmp_path / "甲席",
        database,
        ("甲路口", cameras.url("sub"), "", ""),
        ("别处", cameras.nowhere, "", ""),
    )
    seat = open_seat("甲席", Role.SHIFT_LEADER)
    window, view = seat.window, seat.window.duty.ledger

    async def story() -> None:
        await until(lambda: len(window.cameras) == 2)
        good = next(camera for camera in window.cameras if camera.name == "甲路口")
        bad = next(camera for camera in window.cameras if camera.name == "别处")
        _, shift = shift_at(seat.desk.clock())
        await seat.desk.run(tours.save, "本班", [good.id, bad.id], 20, 1, True, shift)
        window.eyes.wall.fill([])
        tile = window.eyes.wall.tiles[0]
        window.eyes.wall.show_in(tile, good.id)
        await until(lambda: tile.truth.state is StreamState.LIVE, what="live")
        began = time.monotonic()
        await asyncio.sleep(6)
        seen = time.monotonic() - began
        window.lock()
        await asyncio.sleep(4.5)  # the wall goes on; nobody is there to see it
        window.unlock.signed_in.emit(seat.desk.signed)
        window.eyes.wall.fill([])
        window.eyes.ledger.flush()
        day, shift = shift_at(seat.desk.clock())

        async def told() -> ledger.Ledger:
            return await seat.desk.ask(ledger.told, day, shift)

        async with asyncio.timeout(5):
            while not any(line.seconds for line in (await told()).lines):
                await asyncio.sleep(0.05)
        kept = await told()
        by_camera = {line.camera_id: line for line in kept.lines}
        assert abs(by_camera[good.id].seconds - seen) <= 1.0
        assert by_camera[bad.id].is_missed
        assert kept.coverage == 0.5
        window.show_page(Command.DUTY)
        window.duty.tabs.setCurrentWidget(view)
        await until(lambda: "覆盖率 50.0%" in view.told.text(), what="the view")
        view.more.click()
        await until(lambda: window.eyes.runner.runs, what="what was missed is watched after all")
        assert window.eyes.runner.course is not None
        assert window.eyes.runner.course.now() == [bad.id]

    tell(loop, story())

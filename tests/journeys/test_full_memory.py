"""A machine without memory for another picture: a sentence, and the picture as soon as there is."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path
from typing import Any

import pytest

from app.domain.camera import StreamState
from app.domain.people import Role
from app.video.supervisor import Engines
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from ui.video import tile

pytestmark = [pytest.mark.video, ON_SQLITE]


def test_that_a_tile_without_memory_says_so_and_tries_again(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_cameras(tmp_path / "甲席", database, ("路口", cameras.url("sub"), "", ""))
    full, really, asked = [True], Engines.view, [0]

    def view(self: Engines, *told: Any) -> Any:
        asked[0] += 1
        if full[0]:
            raise OSError(errno.ENOSPC, "full")
        return really(self, *told)

    monkeypatch.setattr(Engines, "view", view)
    monkeypatch.setattr(tile, "AGAIN_AFTER_S", 1.5)
    seat = open_seat("甲席", Role.OPERATOR)
    wall = seat.window.eyes.wall

    async def story() -> None:
        await until(lambda: "内存已满" in seat.window.notices.text(), what="told")
        wall.arrange("1")
        shown = wall.tiles[0]
        assert shown.truth.state is StreamState.IDLE, "its password is not to blame"
        before = asked[0]
        await asyncio.sleep(1.0)  # two looks of the wall at its tiles
        assert asked[0] - before <= 1
        full[0] = False
        await until(lambda: shown.truth.state is StreamState.LIVE, what="its picture")

    tell(loop, story())

"""The large tile of a layout shows the main stream, without a gap; a small one the sub stream."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.domain.camera import Stream, StreamState
from app.domain.people import Role
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell

pytestmark = [pytest.mark.video, ON_SQLITE]


def test_that_only_the_tile_that_can_show_it_gets_the_main_stream(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.video.wall.is_busy", lambda: False)
    put_cameras(tmp_path / "甲席", database, ("体育西路口", cameras.url("main"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window
    window.resize(1920, 1200)

    async def story() -> None:
        wall = window.eyes.wall
        await until(lambda: wall.tiles[0].truth.state is StreamState.LIVE, what="live")
        wall.arrange("1+5")
        large = wall.tiles[0]
        assert large.stream is Stream.SUB
        gaps: list[bool] = []
        while large.stream is Stream.SUB:
            await asyncio.sleep(0.02)
            gaps.append(large.truth.age < 0)
            assert len(gaps) < 500, "the main stream never came"
        assert not any(gaps)  # the old picture stayed until the new one was there
        await until(lambda: large.painted and large.painted.width > 800, 3, "painted large")
        wall.arrange("16")
        await until(lambda: wall.tiles[0].stream is Stream.SUB, 10, "small again")

    tell(loop, story())

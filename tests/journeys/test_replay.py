"""The last half minute again, while live goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.camera import StreamState
from app.domain.people import Role
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from ui.actions import Command

pytestmark = [pytest.mark.video, ON_SQLITE]


def test_that_the_last_seconds_of_a_tile_are_played_beside_the_live_picture(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    home = tmp_path / "甲席"
    put_cameras(home, database, ("体育西路口", cameras.url("sub"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        tile = window.eyes.wall.tiles[0]
        await until(lambda: tile.truth.state is StreamState.LIVE, what="live")
        await until(lambda: tile.shown > 100, what="four seconds of it")
        window.eyes.wall.choose(tile)
        window.commands[Command.REPLAY].trigger()
        await until(lambda: window.eyes.replays.window is not None, what="on record, then shown")
        shown = window.eyes.replays.window
        assert shown is not None
        await until(lambda: shown.clip.player and shown.clip.player.position > 0.3, what="plays")
        assert "不是实时" in shown.told.text()
        assert shown.clip.player is not None
        assert shown.clip.player.length > 2.5
        before = tile.shown
        await until(lambda: tile.shown > before + 10, 3, "live goes on beside it")
        assert len(list((home / "replay").glob("*.mp4"))) == 1
        QTest.keyClick(shown, Qt.Key.Key_Escape)
        assert window.eyes.replays.window is None
        await until(lambda: not (home / "replay").exists(), 3, "nothing of it is kept")
        seat.sit(Role.PRESENTER)
        await until(lambda: window.eyes.access and tile.camera)
        window.eyes.wall.choose(tile)
        window.eyes.show_replay()
        assert window.eyes.replays.window is None
        assert "不能回放" in window.notices.text()

    tell(loop, story())

"""The last half minute again, while live goes on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.camera import StreamState
from app.domain.people import Role
from app.services import cases
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, Seat, put_cameras, tell
from tests.journeys.test_from_picture_to_closed_case import type_and_send
from ui.actions import Command
from ui.cases.export import Wanted, draw_mark
from ui.labels import full_clock
from ui.video.replay import ReplayWindow

pytestmark = [pytest.mark.video, ON_SQLITE]


async def replay(seat: Seat, after: int) -> ReplayWindow:
    """F7 on the first tile, when it has shown so many pictures."""
    eyes = seat.window.eyes
    tile = eyes.wall.tiles[0]
    await until(lambda: tile.truth.state is StreamState.LIVE, what="live")
    await until(lambda: tile.shown > after, what="some seconds of it")
    eyes.wall.choose(tile)
    seat.window.commands[Command.REPLAY].trigger()
    await until(lambda: eyes.replays.window is not None, what="on record, then shown")
    assert eyes.replays.window is not None
    return eyes.replays.window


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
        shown = await replay(seat, after=100)
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


def test_that_what_a_replay_shows_is_registered_as_seen_then(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "甲席"
    put_cameras(home, database, ("体育西路口", cameras.url("sub"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        shown = await replay(seat, after=150)
        await until(lambda: shown.clip.player and shown.clip.player.position > 1.0, what="plays")
        shown.clip.play.click()  # stands still, as somebody would look at it
        QTest.keyClick(shown, Qt.Key.Key_F9)
        QTest.keyClick(shown, Qt.Key.Key_Escape)  # closed before anything of it was written
        await until(lambda: window.form.isVisible(), what="the form")
        await until(lambda: not window.form.picture.isHidden(), what="its picture")
        await until(lambda: "录像片段已保存" in window.form.clip.text(), what="its clip")
        assert window.form.stale.isHidden(), "chosen because it is over, and no stale picture"
        seen_at = window.form.draft().seen_at
        case_id = await type_and_send(seat)
        detail = await seat.desk.ask(cases.detail, case_id)
        still, clip = sorted(detail.evidence, key=lambda line: line.kind, reverse=True)
        assert (still.kind, clip.kind) == ("still", "clip")
        assert still.replayed
        assert not still.is_stale
        assert still.age > 2
        assert seen_at is not None
        assert abs((still.taken_at - seen_at).total_seconds()) < 1.5
        assert clip.taken_at < still.taken_at
        assert clip.seconds > 4
        told = json.loads((home / "evidence" / f"{still.path}.json").read_text("utf-8"))
        assert told["replayed"] is True
        await until(lambda: not window.casework.key.pending, what="nothing is left to do")
        assert not list((home / "evidence" / "taking").glob("*"))
        burnt: list[str] = []

        def draw(wide: int, high: int, words: list[str]) -> NDArray[np.uint8]:
            burnt.append(words[0])
            return draw_mark(wide, high, words)

        monkeypatch.setattr("ui.cases.export.draw_mark", draw)
        source, target = home / "evidence" / still.path, tmp_path / "out.jpg"
        seat.sit(Role.SHIFT_LEADER)  # who may take copies out
        assert window.panel.evidence.exports is not None
        window.panel.evidence.exports.write(Wanted(still, source), target, "交区城管局复核")
        await until(lambda: target.with_name("out.jpg.json").exists(), what="a copy")
        assert burnt == [f"【回放】体育西路口　{full_clock(still.taken_at)}"]

    tell(loop, story())


def test_that_who_may_not_register_takes_no_evidence(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    home = tmp_path / "甲席"
    put_cameras(home, database, ("体育西路口", cameras.url("sub"), "", ""))
    seat = open_seat("甲席", Role.PRESENTER)
    window = seat.window

    async def story() -> None:
        tile = window.eyes.wall.tiles[0]
        await until(lambda: tile.truth.state is StreamState.LIVE, what="live")
        window.eyes.wall.choose(tile)
        other = window.eyes.walls.open_other()
        window.eyes.walls.capture.emit()  # F9 on another screen
        assert "不能取证" in window.notices.text()
        assert not window.form.isVisible()
        assert not window.casework.key.pending
        other.close()

    tell(loop, story())

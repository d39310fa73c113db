"""A tour over real streams: kept from the tree, run, paused, taken out of turn."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from app.domain.camera import Stream, StreamState
from app.domain.people import Role
from app.video.messages import StreamKey
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from ui.actions import Command

pytestmark = [pytest.mark.video, ON_SQLITE]


def test_that_a_tour_shows_its_spots_in_turn_with_the_next_ones_opened_beforehand(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    names = ("sub", "two", "h265")
    spots = [(f"点位{n}", cameras.url(name), "", "") for n, name in enumerate(names, 1)]
    put_cameras(tmp_path / "甲席", database, *spots, ("别处", cameras.nowhere, "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window
    bar, runner, wall = window.video.tours, window.eyes.runner, window.eyes.wall

    def shown() -> list[str]:
        return [tile.camera.name for tile in wall.tiles if tile.camera]

    async def story() -> None:
        await until(lambda: len(window.eyes.tree.shown()) == 4)
        QTest.keyClicks(window.eyes.tree.search, "dianwei")
        await until(lambda: len(window.eyes.tree.shown()) == 3, what="searched")
        bar.edit.click()
        bar.name.setText("夜巡")
        bar.dwell.setValue(5)
        bar.tiles.setCurrentIndex(0)
        assert "3" in bar.keep.text()
        bar.keep.click()
        await until(lambda: bar.tours.count() == 1, what="kept")
        wall.fill([])
        window.commands[Command.TOUR].trigger()
        assert runner.runs
        first = shown()
        await until(lambda: wall.tiles[0].truth.state is StreamState.LIVE, what="live")
        second = runner.course.next() if runner.course else []
        key = StreamKey(second[0], Stream.SUB)
        await until(lambda: window.stage.state(key) is StreamState.LIVE, 5, "opened beforehand")
        await until(lambda: shown() != first, 7, "the next one's turn")
        tile = wall.tiles[0]
        await until(lambda: tile.shown and tile.truth.state is StreamState.LIVE, 1.5, "its picture")
        window.commands[Command.TOUR_PAUSE].trigger()
        still = shown()
        await asyncio.sleep(6)
        assert shown() == still
        assert runner.paused
        window.commands[Command.TOUR_PAUSE].trigger()
        wall.choose(tile)
        bar.out.click()
        assert shown() != still
        assert runner.course is not None
        assert runner.course.steps == 2
        window.commands[Command.TOUR].trigger()
        assert not runner.runs
        assert not runner._opened

    tell(loop, story())

"""A wall full of cameras that lie: each tile says what is wrong, and the window lives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.camera import StreamState
from app.domain.people import Role
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from tests.video.liar import BROKEN, Liar
from ui.video.tile_words import advice

S = StreamState
WRONG = frozenset(
    {S.BROKEN, S.NO_VIDEO, S.UNREACHABLE, S.STALLED, S.NOT_FOUND, S.LIMIT, S.LATE, S.DAMAGED}
)
pytestmark = [pytest.mark.video, ON_SQLITE]


@pytest.fixture
def liar(loops: dict[str, Path]) -> Iterator[Liar]:
    with Liar(loops) as server:
        yield server


def test_that_every_tile_says_what_is_wrong_and_the_window_lives(
    open_seat: OpenSeat,
    liar: Liar,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    kinds = ("honest", *BROKEN)
    spots = [(kind, liar.url(kind, n, fps=8), "", "") for n, kind in enumerate(kinds)]
    put_cameras(tmp_path / "甲席", database, *spots)
    seat = open_seat("甲席", Role.OPERATOR)
    wall = seat.window.eyes.wall

    async def story() -> None:
        await until(lambda: len(seat.window.cameras) == len(kinds))
        wall.arrange("25")
        wall.fill([camera.id for camera in seat.window.cameras])
        by_kind = {tile.camera.name: tile for tile in wall.tiles if tile.camera is not None}
        waiting, said = set(BROKEN) - {"bad_base64"}, {}  # what that one sends says it all again
        until_then = loop.time() + 60
        while waiting and loop.time() < until_then:
            for kind in list(waiting):
                if (state := by_kind[kind].truth.state) in WRONG:
                    said[kind] = state
                    waiting.discard(kind)
            await asyncio.sleep(0.05)
        assert not waiting, {kind: by_kind[kind].truth for kind in waiting}
        assert said["audio_only"] is S.NO_VIDEO
        assert all(advice(state) for state in said.values())
        honest = by_kind["honest"]
        await until(lambda: honest.truth.state is S.LIVE, what="the honest one is live")
        shown = honest.shown
        await until(lambda: honest.shown > shown + 8, what="and goes on through it all")
        assert len(seat.window.stage.engines.pids()) >= 1

    tell(loop, story())

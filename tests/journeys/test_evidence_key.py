"""The evidence key where it is hard: just after enlarging, and before the console was killed."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.camera import Stream
from app.domain.people import Role, Signed
from app.pending import Pending, Press
from app.video import facts
from app.video.evidence import sha256
from app.video.messages import ClipTaken, StillTaken
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell

pytestmark = [pytest.mark.video, ON_SQLITE]


def test_that_what_happened_before_a_tile_was_enlarged_is_in_the_clip(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(tmp_path / "甲席", database, ("路口", cameras.url("main"), cameras.url("sub"), ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window, wall = seat.window, seat.window.eyes.wall
    kept: dict[str, float] = {}
    window.casework.key.clip_kept.connect(lambda uid, path, seconds: kept.update({uid: seconds}))

    async def story() -> None:
        tile = wall.tiles[0]
        await until(lambda: tile.shown > 275, 30, "eleven seconds of it")
        wall.toggle_enlarged(tile)
        await until(lambda: tile.stream is Stream.MAIN and tile.is_live, what="the main stream")
        assert tile.camera is not None
        assert tile.key is not None
        uid = window.casework.key.press(tile.camera, tile.key)
        await until(lambda: uid in kept, 15, "the clip")
        assert kept[uid] > 14, "ten seconds before the key, though the main stream was just opened"
        told = await seat.desk.ask(lambda work: work.evidence.by_uid(uid))
        assert {item.kind.value for item in told.items} == {"still", "clip"}

    tell(loop, story())


def test_that_what_a_killed_console_had_taken_is_put_on_record_by_the_next(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.video.capture.RETRY_MS", 200)
    home = tmp_path / "甲席"
    put_cameras(home, database, ("路口", cameras.url("sub"), "", ""))
    at = datetime.now(UTC) - timedelta(minutes=1)
    press = Press("lost", 1, at, Signed(1, "林某", Role.OPERATOR, "甲席"), "路口", stream="sub")
    still = home / "evidence" / "taking" / "lost.jpg"
    still.parent.mkdir(parents=True)
    still.write_bytes(b"a picture")
    facts.write(StillTaken("lost", still, sha256(still), 9, 704, 576, time.time() - 60, 1.0, 0.2))
    Pending(home / "pending").begin(press)
    clip = home / "evidence" / "taking" / "lost.mp4"
    clip.write_bytes(b"a film")
    facts.write(ClipTaken("lost", clip, sha256(clip), 6, time.time() - 70, 0.0, 10.0, 5.0))
    named = facts.name_of(home / "evidence", clip, sha256(clip))
    named.parent.mkdir(parents=True)
    clip.rename(named)  # it died just after naming this one
    seat = open_seat("甲席", Role.OPERATOR)
    assert seat.window.casework.key._waiting.begun() == [press]

    async def story() -> None:
        await until(lambda: not seat.window.casework.key._waiting.begun(), what="adopted")
        told = await seat.desk.ask(lambda work: work.evidence.by_uid("lost"))
        items = {item.kind.value: item for item in told.items}
        assert (items["still"].age, told.person) == (0.2, "林某")
        assert (home / "evidence" / items["still"].path).read_bytes() == b"a picture"
        assert (home / "evidence" / items["clip"].path).read_bytes() == b"a film"
        await until(
            lambda: not seat.window.casework.key._waiting.begun(), what="nothing waits any more"
        )
        assert not list(still.parent.iterdir())

    tell(loop, story())

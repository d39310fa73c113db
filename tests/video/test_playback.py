"""Recorded pictures through libVLC."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.resources import resource
from app.video.playback import ClipPlayer, PlayState

FILM = resource("video/street-bikes.mp4")


@pytest.fixture
def player() -> Iterator[ClipPlayer]:
    made = ClipPlayer()
    yield made
    made.close()


def wait(true: Callable[[], object], within: float = 10.0) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within
        time.sleep(0.02)


def test_that_a_film_plays_pauses_steps_seeks_and_ends(player: ClipPlayer) -> None:
    player.open(FILM)
    wait(lambda: (shown := player.picture()) and shown.number > 3)
    shown = player.picture()
    assert shown is not None
    assert (shown.width, shown.height, len(shown.pixels)) == (640, 272, 640 * 272 * 4)
    assert player.length == pytest.approx(10, abs=0.2)
    player.toggle()
    wait(lambda: player.state is PlayState.PAUSED)
    player.step()
    player.seek(9.0)
    player.set_rate(4.0)
    player.toggle()
    wait(lambda: player.state is PlayState.ENDED)
    player.toggle()
    wait(lambda: player.state is PlayState.PLAYING and player.position < 5)


@pytest.mark.parametrize("content", [b"", b"not a film" * 200])
def test_that_a_broken_file_is_told_and_a_good_one_plays_after_it(
    player: ClipPlayer, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    player.open(path)
    wait(lambda: player.state is PlayState.FAILED)
    assert "录像" in str(player.failure)
    player.open(FILM)
    wait(lambda: player.picture() is not None)

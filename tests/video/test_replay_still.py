"""Of a replay the picture on the screen becomes the still, wherever the player says it stands."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.domain.camera import Stream
from app.video.engine import Engine
from app.video.evidence import picture_at, thumbnail, write_clip
from app.video.messages import (
    Capture,
    CaptureFailed,
    ClipTaken,
    FromEngine,
    Replayed,
    StillTaken,
    StreamKey,
)
from app.video.ring import Coding, RingPacket
from tests.video.test_pictures import FPS, coded

KEY = StreamKey(1, Stream.SUB)
SECONDS = 8


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "r.mp4"
    packets = [
        RingPacket(bytes(one), one.pts or 0, one.is_keyframe, n / FPS, n / FPS)
        for n, one in enumerate(coded(SECONDS * FPS))
    ]
    write_clip(Coding("h264", Fraction(1, FPS), b""), packets, path)
    return path


def small(clip: Path, at: float) -> bytes:
    """As the window would have it of the picture of this time, with a little noise of its own."""
    shaped, found = picture_at(clip, at, bytes(18 * 32))
    assert found == pytest.approx(at, abs=1.1)
    noise = np.random.default_rng(3).integers(-2, 3, (18, 32))
    return bytes(np.clip(thumbnail(shaped.frame) + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("wanted", [0.0, 3.0, 7.96])
@pytest.mark.parametrize("error", [-0.7, -0.25, 0.0, 0.3])
def test_that_the_picture_that_was_seen_is_found(clip: Path, wanted: float, error: float) -> None:
    exact, at = picture_at(clip, wanted, bytes(18 * 32))
    like = bytes(thumbnail(exact.frame).astype(np.uint8))
    found, there = picture_at(clip, max(0.0, at + error), like)
    assert there == pytest.approx(at, abs=0.001)
    assert np.array_equal(found.frame.to_ndarray(), exact.frame.to_ndarray())


def test_that_of_pictures_that_look_alike_the_nearest_is_taken(clip: Path) -> None:
    like = small(clip, 4.0)
    _, exact = picture_at(clip, 4.0, like)
    assert exact == pytest.approx(4.0, abs=1.0)


def test_that_a_replay_becomes_evidence_of_the_time_it_shows(clip: Path, tmp_path: Path) -> None:
    said: list[FromEngine] = []
    engine = Engine(said.append)
    mine = tmp_path / "a.mp4"
    mine.write_bytes(clip.read_bytes())
    exact, at = picture_at(clip, 2.0, bytes(18 * 32))
    like = bytes(thumbnail(exact.frame).astype(np.uint8))
    replayed = Replayed(1_000.0, 50.0, SECONDS - 1 / FPS, 1_030.0, at + 0.2, like)
    engine.handle(Capture("uid", KEY, tmp_path / "a.jpg", mine, 0.0, 0.0, replayed))
    engine.taking.settle(20)
    still, kept = said
    assert isinstance(still, StillTaken)
    assert still.wall == pytest.approx(1_000.0 + at)
    assert still.stream_clock == pytest.approx(50.0 + at)
    assert still.age == pytest.approx(30.0 - at)
    assert isinstance(kept, ClipTaken)
    assert (kept.wall, kept.before) == (1_000.0, 30.0)
    assert kept.before + kept.after == pytest.approx(SECONDS - 1 / FPS)


def test_that_a_replay_that_is_no_clip_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    said: list[FromEngine] = []
    engine = Engine(said.append)
    broken = tmp_path / "a.mp4"
    broken.write_bytes(b"no clip")
    replayed = Replayed(1_000.0, 50.0, 8.0, 1_030.0, 2.0, bytes(18 * 32))
    engine.handle(Capture("uid", KEY, tmp_path / "a.jpg", broken, 0.0, 0.0, replayed))
    engine.taking.settle(20)
    assert isinstance(said[0], CaptureFailed)
    assert not (tmp_path / "a.jpg").exists()

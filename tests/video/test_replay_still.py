"""Of a replay the picture on the screen becomes the still, wherever the player says it stands."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.domain.camera import Stream
from app.video.engine import Engine
from app.video.evidence import LIKE_HIGH, LIKE_WIDE, NoPicture, picture_at, write_clip
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
from tests.video.test_pictures import FPS, GROUP, HIGH, WIDE
from ui.widgets.clip_view import in_small

KEY = StreamKey(1, Stream.SUB)
SECONDS = 8


def street() -> list[av.Packet]:
    """A street that stands still but for somebody who walks through it once."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDE, HIGH, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.gop_size = GROUP
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "sc_threshold": "0"}
    blocks = np.random.default_rng(5).integers(0, 255, (HIGH // 8, WIDE // 8, 3), np.uint8)
    houses = blocks.repeat(8, 0).repeat(8, 1)
    found = []
    for n in range(SECONDS * FPS):
        picture = houses.copy()
        at = 10 + n * (WIDE - 40) // (SECONDS * FPS)
        picture[HIGH // 3 : HIGH // 3 + 50, at : at + 20] = (250, 220, 30)
        frame = av.VideoFrame.from_ndarray(picture, "rgb24")
        frame.pts = n
        found += encoder.encode(frame)
    return [*found, *encoder.encode(None)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "r.mp4"
    packets = [
        RingPacket(bytes(one), one.pts or 0, one.is_keyframe, n / FPS, n / FPS)
        for n, one in enumerate(street())
    ]
    write_clip(Coding("h264", Fraction(1, FPS), b""), packets, path)
    return path


def seen(clip: Path, number: int) -> bytes:
    """The so many-th picture as a window has it: converted by another program, and made small."""
    with av.open(str(clip)) as opened:
        frame = next(islice(opened.decode(video=0), number, None))
    shades = frame.to_ndarray(format="rgb24")
    high, wide = shades.shape[:2]
    image = QImage(shades.tobytes(), wide, high, wide * 3, QImage.Format.Format_RGB888)
    return in_small(image.convertToFormat(QImage.Format.Format_RGB32))


@pytest.mark.parametrize("number", [0, 75, SECONDS * FPS - 1])
@pytest.mark.parametrize("error", [-3.0, -0.7, -0.25, 0.0, 0.3, 4.0])
def test_that_the_picture_that_was_seen_is_found(clip: Path, number: int, error: float) -> None:
    position = max(0.0, number / FPS + error)
    found, at = picture_at(clip, position, seen(clip, number))
    assert at == pytest.approx(number / FPS, abs=0.001)
    assert (found.frame.width, found.frame.height) == (WIDE, HIGH)


def test_that_a_picture_that_is_not_in_the_clip_is_not_made_up(clip: Path) -> None:
    other = np.random.default_rng(9).integers(0, 255, LIKE_WIDE * LIKE_HIGH, np.uint8).tobytes()
    with pytest.raises(NoPicture):
        picture_at(clip, 3.0, other)


@pytest.mark.parametrize(("frozen", "age"), [(None, 28.0), (400.0, 630.0), (1_005.0, 28.0)])
def test_that_a_replay_becomes_evidence_of_the_time_it_shows(
    clip: Path, tmp_path: Path, frozen: float | None, age: float
) -> None:
    said: list[FromEngine] = []
    engine = Engine(said.append)
    mine = tmp_path / "a.mp4"
    mine.write_bytes(clip.read_bytes())
    at = 50 / FPS
    lasts = SECONDS - 1 / FPS
    replayed = Replayed(1_000.0, 50.0, lasts, 1_030.0, at + 0.2, seen(clip, 50), frozen)
    engine.handle(Capture("uid", KEY, tmp_path / "a.jpg", mine, 0.0, 0.0, replayed))
    engine.taking.settle(20)
    still, kept = said
    assert isinstance(still, StillTaken)
    assert still.wall == pytest.approx(1_000.0 + at)
    assert still.stream_clock == pytest.approx(50.0 + at)
    assert still.age == pytest.approx(age)
    assert isinstance(kept, ClipTaken)
    assert (kept.wall, kept.before) == (1_000.0, 30.0)
    assert kept.before + kept.after == pytest.approx(lasts)


def test_that_a_replay_that_is_no_clip_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    said: list[FromEngine] = []
    engine = Engine(said.append)
    broken = tmp_path / "a.mp4"
    broken.write_bytes(b"no clip")
    replayed = Replayed(1_000.0, 50.0, 8.0, 1_030.0, 2.0, bytes(LIKE_WIDE * LIKE_HIGH))
    engine.handle(Capture("uid", KEY, tmp_path / "a.jpg", broken, 0.0, 0.0, replayed))
    engine.taking.settle(20)
    assert isinstance(said[0], CaptureFailed)
    assert not (tmp_path / "a.jpg").exists()

"""Cameras that are odd and honest: Motion JPEG, B-frames in H.265, UDP and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from app.demo.loops import SUB as SUB_SHAPE
from app.demo.loops import LoopWriter, Shape
from app.demo.rtsp import RtspServer, Served
from app.domain.camera import StreamState
from app.video.clips import inspect_clip
from app.video.messages import Capture, ClipTaken, Decode, StillTaken
from app.video.supervisor import Engines
from app.video.watermark import burn
from tests.video.ear import SUB, Ear, pictures

pytestmark = pytest.mark.video

SHAPES = {
    "mjpeg": replace(SUB_SHAPE, codec="mjpeg", kbit=4000),
    "b-h265": replace(SUB_SHAPE, codec="h265", b_frames=2),
}


@pytest.fixture(scope="module")
def odd(loops: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    folder = tmp_path_factory.mktemp("odd")
    streams = [Served("/udp", str(loops["sub"]), udp=True)]
    for name, shape in SHAPES.items():
        recode(loops["sub"], folder / name, shape)
        streams.append(Served(f"/{name}", str(folder / name)))
    with RtspServer(streams) as server:
        yield server


def recode(source: Path, target: Path, shape: Shape) -> None:
    """The same street as another kind of camera would send it."""
    writer = LoopWriter(target, shape)
    with av.open(str(source)) as raw:
        for frame in raw.decode(video=0):
            writer.write(frame)
    writer.close()


@pytest.fixture
def engines(ear: Ear) -> Iterator[Engines]:
    made = Engines(ear, count=1)
    yield made
    made.stop()


@pytest.mark.parametrize("name", ["udp", *SHAPES])
def test_that_it_is_shown_and_its_evidence_can_be_played(
    name: str, odd: RtspServer, engines: Engines, ear: Ear, tmp_path: Path
) -> None:
    engines.open(SUB, odd.url(Served(f"/{name}", "")))
    view = engines.view(SUB, 480, 270, Decode.FULL)
    pictures(view, 50, within=20)
    assert ear.state(SUB) is StreamState.LIVE
    engines.resize(view, 480, 270, Decode.KEYFRAMES)
    pictures(view, 2)
    still, clip = tmp_path / "a.jpg", tmp_path / "a.mp4"
    engines.capture(Capture("c", SUB, still, clip, 2, 1))
    ear.wait_for(lambda: ear.of(StillTaken) and ear.of(ClipTaken))
    assert inspect_clip(clip).seconds > 1.5
    shown = times(clip)
    steps = [round((later - at) * 25) for at, later in itertools.pairwise(shown)]
    assert set(steps) == {1}, "every picture in its turn, a twenty-fifth of a second each"
    copy = tmp_path / "copy.mp4"
    burn(clip, copy, lambda wide, high, into: np.zeros((high, wide, 4), np.uint8))
    assert len(times(copy)) == len(shown)


def times(clip: Path) -> list[float]:
    """When each picture of a clip is shown, in seconds."""
    with av.open(str(clip)) as opened:
        return [frame.time or 0.0 for frame in opened.decode(video=0)]

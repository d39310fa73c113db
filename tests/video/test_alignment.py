"""A picture of before laid on the picture of now, and copies that say who took them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from app.video.alignment import SURE, align, grey_of
from app.video.clips import inspect_clip
from app.video.watermark import Cancelled, burn
from tests.video.labelled import film
from tests.video.test_health import WALKERS


def footage() -> list[NDArray[np.uint8]]:
    """A fixed camera over a campus, at moments some seconds apart: people walk, light stays."""
    if not WALKERS.exists():
        pytest.skip("street-walkers.mp4 is not beside the project")
    return film(WALKERS, 120)


def moved(picture: NDArray[np.uint8], scale: float, right: float, down: float) -> NDArray[np.uint8]:
    """The picture scaled about its middle and shifted, by FFmpeg and not by what is tested."""
    rows, columns = picture.shape[:2]
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[..., :3]), format="bgr24")
    big = frame.reformat(round(columns * scale / 2) * 2, round(rows * scale / 2) * 2, "bgr24")
    large = big.to_ndarray()
    canvas = np.full_like(picture[..., :3], 96)
    top = round((rows - large.shape[0]) / 2 + down * rows)
    left = round((columns - large.shape[1]) / 2 + right * columns)
    y0, y1 = max(0, top), min(rows, top + large.shape[0])
    x0, x1 = max(0, left), min(columns, left + large.shape[1])
    canvas[y0:y1, x0:x1] = large[y0 - top : y1 - top, x0 - left : x1 - left]
    return canvas


@pytest.mark.parametrize("scale", [0.8, 0.93, 1.0, 1.1, 1.25])
@pytest.mark.parametrize(("right", "down"), [(0.0, 0.0), (0.08, -0.05), (-0.12, 0.1)])
def test_that_scale_and_shift_are_found_under_other_light(
    scale: float, right: float, down: float
) -> None:
    pictures = footage()
    for before, now in pairwise(pictures[:4]):
        darker = (moved(now, scale, right, down) * 0.6 + 12).astype(np.uint8)
        found = align(grey_of(before), grey_of(darker))
        assert found.is_sure, found
        assert found.scale == pytest.approx(scale, rel=0.03)
        assert found.right == pytest.approx(right, abs=0.012)
        assert found.down == pytest.approx(down, abs=0.015)


def test_that_another_place_is_not_taken_for_this_one(loops: dict[str, Path]) -> None:
    here = footage()
    drawn = [film(loops[name], 50)[0] for name in ("sub", "main", "h265")]
    away = [*drawn, *(picture[:, ::-1] for picture in here), *(picture[::-1] for picture in here)]
    peaks = [align(grey_of(one), grey_of(other)).peak for one in here for other in away]
    assert max(peaks) < SURE


def mark(width: int, height: int, _seconds: float) -> NDArray[np.uint8]:
    drawn = np.zeros((height, width, 4), np.uint8)
    drawn[height // 2 :, :, :] = (255, 0, 0, 255)
    return drawn


def test_that_a_copy_carries_the_mark_on_every_picture(
    loops: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "clip.mp4"
    with av.open(str(loops["sub"])) as raw, av.open(str(source), "w") as clip:
        stream = clip.add_stream_from_template(raw.streams.video[0])
        for number, packet in enumerate(raw.demux(video=0)):
            if packet.size:
                packet.stream = stream
                packet.pts = packet.dts = number * 3600
                packet.time_base = Fraction(1, 90_000)
                clip.mux(packet)
    told: list[float] = []
    target = tmp_path / "copy.mp4"
    drawn: list[float] = []

    def mark_of(width: int, height: int, seconds: float) -> NDArray[np.uint8]:
        drawn.append(seconds)
        return mark(width, height, seconds)

    burn(source, target, mark_of, lambda part: told.append(part) is None, begins=0.5)
    before, after = inspect_clip(source), inspect_clip(target)
    # Begun at half a second past: the clock in the mark turns at 0.5 s, 1.5 s ... into the clip.
    assert len(drawn) == int(before.seconds + 0.5) + 1
    assert all(0.0 <= (at + 0.5) % 1.0 < 0.05 for at in drawn[1:])
    assert (after.codec, after.width, after.height) == ("h264", before.width, before.height)
    assert after.pictures == before.pictures
    assert after.seconds == pytest.approx(before.seconds, abs=0.1)
    with av.open(str(target)) as copy:
        for frame in copy.decode(video=0):
            picture = frame.to_ndarray(format="rgb24")
            low = picture[picture.shape[0] * 3 // 4].reshape(-1, 3).mean(axis=0)
            assert low[0] > 200 > 60 > low[1]
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_that_a_copy_called_off_leaves_nothing(loops: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "copy.mp4"
    with pytest.raises(Cancelled):
        burn(loops["sub"], target, mark, lambda part: False)
    assert list(tmp_path.iterdir()) == []

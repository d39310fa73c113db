"""Copies that carry, burnt into every picture, who took them out, when and why."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from app.durable import whole_file
from app.video import jpeg

Mark = Callable[[int, int, float], NDArray[np.uint8]]
"""Draws the mark for a picture of this width and height, so many seconds into the clip: rows x
columns x RGBA."""

Told = Callable[[float], bool]
"""Told which part is done, 0 to 1; answers whether to go on."""


class Unreadable(Exception):
    """The evidence file cannot be read as what it should be."""


class Cancelled(Exception):
    """Somebody has called it off; nothing is left behind."""


def burn(
    source: Path,
    target: Path,
    mark: Mark,
    told: Told = lambda part: True,
    begins: float = 0.0,
) -> None:
    """Write a copy of a still (JPEG) or clip (MP4) with the mark on every picture.

    `begins` is the part of a second at which the clip begins: the mark is drawn anew whenever the
    clock in it shows another second. The clip is encoded anew as H.264 without B-frames. The copy
    appears under its name when it is whole. Raises `Unreadable`, OSError, or `Cancelled`.
    """
    try:
        with whole_file(target) as part:
            if source.suffix == ".jpg":
                _burn_still(source, part, mark)
            else:
                _burn_clip(source, part, mark, told, begins)
    except av.error.FFmpegError as error:
        raise Unreadable(type(error).__name__) from error


def _burn_still(source: Path, part: Path, mark: Mark) -> None:
    with av.open(str(source)) as opened:
        frame = next(opened.decode(opened.streams.video[0]))
        shape = opened.streams.video[0].sample_aspect_ratio or Fraction(1)
    marked = _marked(frame, _Blend(mark(frame.width, frame.height, 0.0)))
    part.write_bytes(jpeg.coded(marked, shape))


def _burn_clip(source: Path, part: Path, mark: Mark, told: Told, begins: float) -> None:
    with (
        av.open(str(source)) as opened,
        av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as copy,
    ):
        seen = opened.streams.video[0]
        assert seen.time_base is not None
        length = float(seen.duration * seen.time_base) if seen.duration else 0.0
        written: VideoStream | None = None
        blend: _Blend | None = None
        second = last = -1
        for frame in opened.decode(seen):
            into = max(0.0, frame.time or 0.0)
            if blend is None or int(begins + into) != second:
                second = int(begins + into)
                blend = _Blend(mark(frame.width, frame.height, into))
            if written is None:
                written = copy.add_stream("libx264", rate=25)
                written.width, written.height = frame.width // 2 * 2, frame.height // 2 * 2
                written.pix_fmt = "yuv420p"
                written.time_base = seen.time_base
                written.codec_context.time_base = seen.time_base
                written.options = {"preset": "veryfast", "crf": "20", "bf": "0"}
                shape = seen.sample_aspect_ratio or Fraction(1)
                written.codec_context.sample_aspect_ratio = shape
            marked = _marked(frame, blend).reformat(
                width=written.width, height=written.height, format="yuv420p"
            )
            last = max(last + 1, frame.pts or 0)
            marked.pts, marked.time_base = last, seen.time_base
            for packet in written.encode(marked):
                copy.mux(packet)
            if not told(min(1.0, (frame.time or 0.0) / length) if length else 0.0):
                raise Cancelled
        if written is not None:
            for packet in written.encode(None):
                copy.mux(packet)
    told(1.0)


class _Blend:
    """A mark ready to be laid over many pictures of its size: only where it is not transparent."""

    def __init__(self, mark: NDArray[np.uint8]) -> None:
        self.places = mark[..., 3] > 0
        shown = mark[self.places].astype(np.uint16)
        self.cover = 255 - shown[:, 3:]
        self.colour = shown[:, :3] * shown[:, 3:]

    def over(self, picture: NDArray[np.uint8]) -> None:
        under = picture[self.places].astype(np.uint16)
        picture[self.places] = ((under * self.cover + self.colour) // 255).astype(np.uint8)


def _marked(frame: VideoFrame, blend: _Blend) -> VideoFrame:
    picture: NDArray[Any] = frame.to_ndarray(format="rgb24")
    blend.over(picture)
    return VideoFrame.from_ndarray(picture, format="rgb24")

"""Encodes loops of pictures once, in the form `rtsp_server.py` serves: Annex B and an index.

Encoded as cameras do: no B-frames, a key frame each GOP with its parameter sets, constant frames.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from PySide6.QtGui import QImage

from app.demo.streets import Street, burn_in, burn_in_clock

FPS = 25


@dataclass(frozen=True)
class Shape:
    """How one stream of a camera is encoded."""

    width: int
    height: int
    kbit: int
    gop: int
    codec: str = "h264"
    sar: Fraction = Fraction(1)
    b_frames: int = 0  # pictures that are told later than those they are drawn from


MAIN = Shape(1280, 720, 2500, 50)
SUB = Shape(704, 576, 900, 25, sar=Fraction(16, 11))
"""D1 as cameras send it: 16:9 squeezed into 704x576, the pixel shape told in the stream."""


class LoopWriter:
    """Writes one loop; the files appear under their names only when they are whole."""

    def __init__(self, path: Path, shape: Shape, fps: int = FPS) -> None:
        self.path, self._shape, self._fps = path, shape, fps
        encoder = {"h264": "libx264", "h265": "libx265", "mjpeg": "mjpeg"}[shape.codec]
        self._part = path.with_suffix(path.suffix + ".part")
        # mypy: PyAV's stubs know the encoder's class only from a literal name.
        self._box = av.open(os.devnull, "w", format="null")
        self._stream = cast(VideoStream, self._box.add_stream(encoder, rate=fps))
        stream = self._stream
        self._pixels = "yuvj420p" if shape.codec == "mjpeg" else "yuv420p"
        stream.width, stream.height, stream.pix_fmt = shape.width, shape.height, self._pixels
        stream.bit_rate = shape.kbit * 1000
        stream.codec_context.sample_aspect_ratio = shape.sar
        stream.codec_context.gop_size = shape.gop
        stream.codec_context.options = self._options(shape)
        self._fit = VideoReformatter()
        self._file = self._part.open("wb")
        self._frames: list[tuple[int, int, bool]] = []
        self._later: list[int] = []
        self._at = self._taken = 0

    @staticmethod
    def _options(shape: Shape) -> dict[str, str]:
        told = f"keyint={shape.gop}:min-keyint={shape.gop}:scenecut=0:bframes={shape.b_frames}"
        usual = {"preset": "ultrafast"}
        if not shape.b_frames:
            usual["tune"] = "zerolatency"
        match shape.codec:
            case "h265":
                told += ":b-adapt=0:repeat-headers=1:log-level=error:pools=1:frame-threads=1"
                return usual | {"x265-params": told}
            case "h264":
                told += ":b-adapt=0:repeat-headers=1:annexb=1:threads=1:sliced-threads=0"
                return usual | {"x264-params": told}
        return {}

    def write(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Add one picture of any size and pixel format; the picture as it was encoded."""
        fitted = self._fit.reformat(
            frame,
            self._shape.width,
            self._shape.height,
            self._pixels,
            interpolation="FAST_BILINEAR",
        )
        fitted.pts, fitted.time_base = self._taken, Fraction(1, self._fps)
        self._taken += 1
        self._take(self._stream.encode(fitted))
        return fitted

    def close(self) -> None:
        """Finish and put the loop in place; the index last, since it says that all is there."""
        self._take(self._stream.encode(None))
        self._file.close()
        self._box.close()
        self._part.replace(self.path)
        index = {
            "codec": self._shape.codec,
            "width": self._shape.width,
            "height": self._shape.height,
            "fps": self._fps,
            "frames": self._frames,
            "later": [one - min(self._later) for one in self._later],
        }
        part = self._part.with_suffix(".json.part")
        part.write_text(json.dumps(index))
        part.replace(str(self.path) + ".json")

    def _take(self, packets: Iterable[av.Packet[VideoStream]]) -> None:
        for packet in packets:
            coded = bytes(packet)
            self._file.write(coded)
            self._frames.append((self._at, len(coded), packet.is_keyframe))
            self._at += len(coded)
            if packet.pts is not None and packet.time_base is not None:
                shown = round(packet.pts * packet.time_base * self._fps)
                self._later.append(shown - len(self._later))


def is_there(path: Path) -> bool:
    """Whether this loop was encoded to its end."""
    return path.exists() and Path(str(path) + ".json").exists()


def street_pictures(seed: int, name: str, seconds: int, clock: bool) -> Iterator[av.VideoFrame]:
    """One loop of a street scene, `seconds` long at 25 pictures a second."""
    street, total = Street(seed), seconds * FPS
    for number in range(total):
        picture = street.paint(number / total)
        burn_in(picture, name, number / FPS)
        if clock:
            burn_in_clock(picture, number)
        yield _frame(picture)


def film_pictures(path: Path, seconds: int) -> Iterator[av.VideoFrame]:
    """A film resampled to 25 pictures a second, begun again at its end until `seconds` are full."""
    made, before = 0, Fraction(0)
    while made < seconds * FPS:
        with av.open(str(path)) as film:
            step = 1 / (film.streams.video[0].average_rate or Fraction(FPS))
            for frame in film.decode(video=0):
                before += step
                while made < seconds * FPS and Fraction(made, FPS) < before:
                    yield frame
                    made += 1


def _frame(picture: QImage) -> av.VideoFrame:
    frame = av.VideoFrame(picture.width(), picture.height(), "bgra")
    frame.planes[0].update(bytes(picture.constBits()))
    return frame


def encode(
    pictures: Iterable[av.VideoFrame],
    targets: list[tuple[Path, Shape]],
    told: Callable[[], None] = lambda: None,
) -> None:
    """Encode the same pictures into every target, the largest first.

    Each target is scaled from the one before: half the work of scaling the painted picture again.
    `told` is called after each picture.
    """
    writers = [LoopWriter(path, shape) for path, shape in targets]
    for picture in pictures:
        fitted = picture
        for writer in writers:
            fitted = writer.write(fitted)
        told()
    for writer in writers:
        writer.close()

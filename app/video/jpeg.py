"""Pictures as JPEG."""

from __future__ import annotations

from fractions import Fraction

import av
from av.video.frame import VideoFrame

BEST, SMALL = 2, 5
"""Qualities as FFmpeg counts them: 2 is the best, 31 the least."""

SMALL_WIDE, SMALL_HIGH = 640, 480


def coded(frame: VideoFrame, pixel: Fraction, quality: int = BEST) -> bytes:
    """A picture at its own resolution. `pixel` is how much wider than high one of its pixels is,
    and is kept in the file's head: D1 is 16:9 squeezed.
    """
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt = "yuvj420p"
    encoder.sample_aspect_ratio = pixel
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"q:v": f"{quality}", "qmin": f"{quality}", "qmax": f"{quality}"}
    still = frame.reformat(format="yuvj420p")
    still.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(still), *encoder.encode(None)])


def small(frame: VideoFrame, pixel: Fraction) -> bytes:
    """A picture to be looked at and no more: within `SMALL_WIDE` x `SMALL_HIGH`, its pixels square.
    Cameras over a corridor stand on end.
    """
    wide = frame.width * pixel
    scale = min(Fraction(1), SMALL_WIDE / wide, Fraction(SMALL_HIGH, frame.height))
    size = round(wide * scale / 2) * 2, round(frame.height * scale / 2) * 2
    return coded(frame.reformat(*size), Fraction(1), SMALL)

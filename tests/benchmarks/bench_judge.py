"""`./zhishou bench judge`: what it costs to judge a camera's pictures, beside decoding them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import av
from av.video.frame import VideoFrame

from app.domain.health import Judge
from app.video.measures import Measurer
from app.video.pictures import MEASURE_EACH_S
from tests.benchmarks.stage import clocked_loops

TIMES = 200
ALLOWED = 0.3
"""Percent of a core for each camera, as the contract has it."""


def measure() -> dict[str, Any]:
    """Milliseconds of processor time for a key frame's decoding and for its judgement, with and
    without a reference picture; and both together as a part of a core, as often as it is done.
    """
    frames = key_frames()
    decoding = _each(lambda n: key_frame(frames[n % len(frames)][0]))
    plain, held = Measurer(), Measurer()
    held.measure(frames[0][1])
    held.reference = held.last
    judges = Judge(), Judge()
    alone = _each(lambda n: judges[0].hear(plain.measure(frames[n % len(frames)][1]), float(n)))
    beside = _each(lambda n: judges[1].hear(held.measure(frames[n % len(frames)][1]), float(n)))
    percent = (decoding + beside) / 1000 / MEASURE_EACH_S * 100
    return {
        "decoding_ms": round(decoding, 2),
        "judging_ms": round(alone, 2),
        "judging_with_reference_ms": round(beside, 2),
        "core_percent_per_camera": round(percent, 3),
        "allowed_percent": ALLOWED,
        "ratio": round(percent / ALLOWED, 2),
    }


def key_frames() -> list[tuple[av.Packet[Any], VideoFrame]]:
    """The key frames of a sub stream, coded and decoded."""
    with av.open(str(clocked_loops()[0])) as raw:
        keys = [packet for packet in raw.demux(video=0) if packet.is_keyframe and packet.size]
    return [(packet, key_frame(packet)) for packet in keys]


def key_frame(packet: av.Packet[Any]) -> VideoFrame:
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames: list[VideoFrame] = [*decoder.decode(packet), *decoder.decode(None)]
    return frames[-1]


def _each(do: Callable[[int], object]) -> float:
    began = time.thread_time()
    for number in range(TIMES):
        do(number)
    return (time.thread_time() - began) / TIMES * 1000

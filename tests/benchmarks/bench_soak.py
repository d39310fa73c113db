"""`./zhishou bench soak`: what a long watch does to memory and to the window's loop, and what it
costs beside bare ffmpeg and a player.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.demo.rtsp import RtspServer
from app.main import Console
from app.video.messages import Decode
from tests.benchmarks.peers import bare, played
from tests.benchmarks.stage import LoopGaps, bench_home, in_console, memory_mb, served
from tests.benchmarks.watching import Watching, ahead_of, empty, fill

SAMPLE_S, PEERS_S = 15.0, 30.0
PARTS = ("window", "engines", "pictures")
POINTS = 16

Sample = tuple[float, float, float, float]
"""Hours since the wall was full; MB of each part."""


def measure(cameras: int = 16, minutes: float = 60.0, warm_up: float = 30.0) -> dict[str, Any]:
    """What so many minutes after the warm-up do.

    The slopes of memory (MB an hour, a line through all samples) with their standard errors, whole
    and by whose it is, and the curves with their warm-up (minute: MB); threads, descriptors and
    Python's own blocks gained. In the first half processor, pictures a second and their delay; in
    the second the gaps of the event loop, whose ticker takes processor time itself. At the end
    what the peers take for the same streams.
    """
    streams = served(cameras)
    with bench_home() as settings, RtspServer(streams) as server:
        urls, ahead = [server.url(stream) for stream in streams], ahead_of(server, streams)
        told: dict[str, Any] = in_console(
            settings, urls, lambda console: _story(console, urls, ahead, (warm_up, minutes))
        )
    return told


async def _story(
    console: Console, urls: Sequence[str], ahead: Mapping[str, float], stretch: tuple[float, float]
) -> dict[str, Any]:
    told, tile = await _watch(console, len(urls), ahead, stretch)
    await empty(console)
    peers = await asyncio.to_thread(bare, urls, tile, PEERS_S)
    player = await asyncio.to_thread(played, urls, tile, PEERS_S)
    return told | {
        "ffmpeg_cpu_percent": peers.cpu_percent,
        "ffmpeg_fps_min": peers.fps_min,
        "cpu_ratio": peers.held_against(told["cpu_percent"]),
        "player": player.name,
        "player_cpu_percent": player.cpu_percent,
        "player_ratio": player.held_against(told["cpu_percent"]),
    }


async def _watch(
    console: Console, cameras: int, ahead: Mapping[str, float], stretch: tuple[float, float]
) -> tuple[dict[str, Any], tuple[int, int]]:
    warm_up, minutes = stretch
    console.window.eyes.wall.mode = Decode.FULL  # as the peers
    await fill(console, cameras)
    pids, began = Watching(console, ahead).pids, time.monotonic()
    warm = await _sampled(pids, began, warm_up * 60)
    first, blocks = _counts(pids), sys.getallocatedblocks()
    watching = Watching(console, ahead)
    samples = await _sampled(pids, began, (warm_up + minutes / 2) * 60, watching)
    seen, gaps = watching.told(), LoopGaps(console)
    gaps.start()
    samples += await _sampled(pids, began, (warm_up + minutes) * 60)
    hours, *parts = np.array(samples).T
    slopes, errors = zip(*(_slope(hours, part) for part in parts), strict=True)
    threads, files = _counts(pids)
    told = {
        "cameras": cameras,
        "minutes": minutes,
        "warm_up": warm_up,
        **seen,
        "memory_mb": memory_mb(pids),
        "own_memory_mb": dict(zip(PARTS, samples[-1][1:], strict=True)),
        "memory_slope_mb_per_hour": round(sum(slopes), 2),
        "slopes": {name: round(one, 2) for name, one in zip(PARTS, slopes, strict=True)},
        "slope_errors": {name: round(one, 2) for name, one in zip(PARTS, errors, strict=True)},
        "window_mb_by_minute": _curve(warm + samples, 1),
        "engines_mb_by_minute": _curve(warm + samples, 2),
        "threads_gained": threads - first[0],
        "descriptors_gained": files - first[1],
        "python_blocks_gained": sys.getallocatedblocks() - blocks,
        "loop_gap_ms": gaps.stop(),
        "same_engines": console.window.stage.engines.pids() == pids[1:],
    }
    return told, watching.tile


async def _sampled(
    pids: list[int], began: float, until: float, watching: Watching | None = None
) -> list[Sample]:
    """Hours since it began, and the memory of each part, until so many seconds have passed."""
    samples: list[Sample] = []
    while (passed := time.monotonic() - began) < until:
        samples.append((passed / 3600, *_memory(pids)))
        if watching is not None:
            watching.sample()
        await asyncio.sleep(SAMPLE_S)
    return samples


def _curve(samples: list[Sample], part: int) -> dict[float, float]:
    step = max(1, len(samples) // POINTS)
    return {round(one[0] * 60, 1): one[part] for one in samples[::step]}


def _slope(hours: NDArray[np.float64], megabytes: NDArray[np.float64]) -> tuple[float, float]:
    """MB an hour, and the standard error of that: what the rings hold sways by some megabytes."""
    line, spread = np.polyfit(hours, megabytes, 1, cov=True)
    return float(line[0]), float(np.sqrt(spread[0, 0]))


def _memory(pids: list[int]) -> tuple[float, float, float]:
    """Of the window, of the engines, and the pictures that they share."""
    window, *engines = pids
    shared = memory_mb(pids, "Pss_Shmem:")
    return memory_mb([window], "Pss_Anon:"), memory_mb(engines, "Pss_Anon:"), shared


def _counts(pids: list[int]) -> tuple[int, int]:
    proc = [Path(f"/proc/{pid}") for pid in pids]
    threads = sum(len(list((one / "task").iterdir())) for one in proc)
    return threads, sum(len(list((one / "fd").iterdir())) for one in proc)

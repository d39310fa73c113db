"""`./zhishou bench soak`: what a long watch does to memory and to the window's loop, and what it
costs beside bare ffmpeg and a player.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.demo.rtsp import RtspServer
from app.main import Console
from app.video.messages import Decode
from tests.benchmarks.peers import bare, played
from tests.benchmarks.stage import LoopGaps, bench_home, in_console, memory_mb, served
from tests.benchmarks.watching import Watching, ahead_of, empty, fill

WARM_UP_PART = 0.25
SAMPLE_S, PEERS_S = 5.0, 30.0
PARTS = ("window", "engines", "pictures")


def measure(cameras: int = 16, minutes: float = 60.0) -> dict[str, Any]:
    """The slopes of memory (MB an hour, a line through all samples after the first quarter), whole
    and by whose it is; threads and descriptors gained since then; processor, pictures a
    second, their delay and the gaps of the event loop; at the end what the peers take for the same
    streams.
    """
    streams = served(cameras)
    with bench_home() as settings, RtspServer(streams) as server:
        urls, ahead = [server.url(stream) for stream in streams], ahead_of(server, streams)
        told: dict[str, Any] = in_console(
            settings, urls, lambda console: _story(console, urls, ahead, minutes)
        )
    return told


async def _story(
    console: Console, urls: Sequence[str], ahead: Mapping[str, float], minutes: float
) -> dict[str, Any]:
    told, tile = await _watch(console, len(urls), ahead, minutes)
    await empty(console)
    peers = await asyncio.to_thread(bare, urls, tile, PEERS_S)
    player = await asyncio.to_thread(played, urls, tile, PEERS_S)
    return told | {
        "ffmpeg_cpu_percent": peers.cpu_percent,
        "ffmpeg_fps_min": peers.fps_min,
        "cpu_ratio": round(told["cpu_percent"] / (peers.cpu_percent or 1.0), 2),
        "player": player.name,
        "player_cpu_percent": player.cpu_percent,
    }


async def _watch(
    console: Console, cameras: int, ahead: Mapping[str, float], minutes: float
) -> tuple[dict[str, Any], tuple[int, int]]:
    console.window.eyes.wall.mode = Decode.FULL  # as the peers
    await fill(console, cameras)
    began, samples, gaps = time.monotonic(), [], LoopGaps(console)
    await asyncio.sleep(minutes * 60 * WARM_UP_PART)
    watching = Watching(console, ahead)
    pids = watching.pids
    first = _counts(pids)
    gaps.start()
    while (passed := time.monotonic() - began) < minutes * 60:
        samples.append((passed / 3600, *_memory(pids)))
        watching.sample()
        await asyncio.sleep(SAMPLE_S)
    hours, *parts = np.array(samples).T
    slopes = [float(np.polyfit(hours, part, 1)[0]) for part in parts]
    threads, files = _counts(pids)
    told = {
        "cameras": cameras,
        "minutes": minutes,
        **watching.told(),
        "memory_mb": memory_mb(pids),
        "own_memory_mb": dict(zip(PARTS, samples[-1][1:], strict=True)),
        "memory_slope_mb_per_hour": round(sum(slopes), 2),
        "slopes": {name: round(one, 2) for name, one in zip(PARTS, slopes, strict=True)},
        "threads_gained": threads - first[0],
        "descriptors_gained": files - first[1],
        "loop_gap_ms": gaps.stop(),
        "same_engines": console.window.stage.engines.pids() == pids[1:],
    }
    return told, watching.tile


def _memory(pids: list[int]) -> tuple[float, float, float]:
    """Of the window, of the engines, and the pictures that they share."""
    window, *engines = pids
    shared = memory_mb(pids, "Pss_Shmem:")
    return memory_mb([window], "Pss_Anon:"), memory_mb(engines, "Pss_Anon:"), shared


def _counts(pids: list[int]) -> tuple[int, int]:
    proc = [Path(f"/proc/{pid}") for pid in pids]
    threads = sum(len(list((one / "task").iterdir())) for one in proc)
    return threads, sum(len(list((one / "fd").iterdir())) for one in proc)

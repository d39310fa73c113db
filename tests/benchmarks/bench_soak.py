"""`./zhishou bench soak`: what a long watch does to memory and to the window's loop."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from app.demo.rtsp import RtspServer
from app.main import Console
from tests.benchmarks.stage import (
    LoopGaps,
    all_live,
    bench_home,
    in_console,
    memory_mb,
    served,
)

WARM_UP_PART = 0.25
SAMPLE_S = 5.0
PARTS = ("window", "engines", "pictures")


def measure(cameras: int = 16, minutes: float = 60.0) -> dict[str, Any]:
    """The slopes of memory (MB an hour, a line through all samples after the first quarter), whole
    and by whose it is; threads and descriptors gained since then; and the gaps of the event loop.
    """
    streams = served(cameras)
    with bench_home() as settings, RtspServer(dict.fromkeys(streams)) as server:
        urls = [server.url(stream) for stream in streams]
        told: dict[str, Any] = in_console(
            settings, urls, lambda console: _watch(console, cameras, minutes)
        )
    return told


async def _watch(console: Console, cameras: int, minutes: float) -> dict[str, Any]:
    window = console.window
    while not window.cameras:
        await asyncio.sleep(0.05)
    window.eyes.wall.arrange(str(cameras))
    window.eyes.wall.fill([camera.id for camera in window.cameras[:cameras]])
    await all_live(console, cameras, within=30 + cameras)
    pids = [os.getpid(), *window.stage.engines.pids()]
    began, samples, gaps = time.monotonic(), [], LoopGaps(console)
    first: tuple[int, int] | None = None
    while (passed := time.monotonic() - began) < minutes * 60:
        if passed >= minutes * 60 * WARM_UP_PART:
            if first is None:
                first = _counts(pids)
                gaps.start()
            samples.append((passed / 3600, *_memory(pids)))
        await asyncio.sleep(SAMPLE_S)
    hours, *parts = np.array(samples).T
    slopes = [float(np.polyfit(hours, part, 1)[0]) for part in parts]
    threads, files = _counts(pids)
    assert first is not None
    return {
        "cameras": cameras,
        "minutes": minutes,
        "memory_mb": memory_mb(pids),
        "own_memory_mb": dict(zip(PARTS, samples[-1][1:], strict=True)),
        "memory_slope_mb_per_hour": round(sum(slopes), 2),
        "slopes": {name: round(one, 2) for name, one in zip(PARTS, slopes, strict=True)},
        "threads_gained": threads - first[0],
        "descriptors_gained": files - first[1],
        "loop_gap_ms": gaps.stop(),
        "same_engines": window.stage.engines.pids() == pids[1:],
    }


def _memory(pids: list[int]) -> tuple[float, float, float]:
    """Of the window, of the engines, and the pictures that they share."""
    window, *engines = pids
    shared = memory_mb(pids, "Pss_Shmem:")
    return memory_mb([window], "Pss_Anon:"), memory_mb(engines, "Pss_Anon:"), shared


def _counts(pids: list[int]) -> tuple[int, int]:
    proc = [Path(f"/proc/{pid}") for pid in pids]
    threads = sum(len(list((one / "task").iterdir())) for one in proc)
    return threads, sum(len(list((one / "fd").iterdir())) for one in proc)

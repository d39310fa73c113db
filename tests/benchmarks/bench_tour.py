"""`./zhishou bench tour`: how soon the next step of a tour shows its pictures."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from app.demo.rtsp import RtspServer
from app.domain.tour import SHORTEST_S, TourRow
from app.main import Console
from tests.benchmarks.stage import bench_home, in_console, percentiles, served

DWELL_S = SHORTEST_S + 2


def measure(steps: int = 8, tiles: int = 4) -> dict[str, Any]:
    """Milliseconds from a switch until each tile has painted a picture of its new camera, over so
    many steps; the first step, which nothing was opened for, is told apart.
    """
    streams = served(tiles * (steps + 1))
    with bench_home() as settings, RtspServer(streams) as server:
        urls = [server.url(stream) for stream in streams]
        told: dict[str, Any] = in_console(
            settings, urls, lambda console: _watch(console, steps, tiles)
        )
    return told


async def _watch(console: Console, steps: int, tiles: int) -> dict[str, Any]:
    window = console.window
    while not window.cameras:
        await asyncio.sleep(0.05)
    eyes = window.eyes
    eyes.rounds.stop()
    eyes.wall.fill([])
    ids = tuple(camera.id for camera in window.cameras)
    eyes.runner.start(TourRow(0, 0, "tour", ids, DWELL_S, tiles, None, None))
    first = await _painted(console, time.monotonic())
    taken: list[float] = []
    step = 0
    while step < steps:
        course = eyes.runner.course
        assert course is not None
        if course.step != step:
            step = course.step
            taken += await _painted(console, time.monotonic())
        await asyncio.sleep(0.002)
    eyes.runner.stop()
    return {
        "steps": steps,
        "tiles": tiles,
        "first_step_ms": percentiles(first),
        "next_step_ms": {**percentiles(taken), "max": round(max(taken), 1)},
    }


async def _painted(console: Console, since: float) -> list[float]:
    """Milliseconds until each tile has painted a picture since then."""
    waiting = list(console.window.eyes.wall.tiles)
    taken = []
    async with asyncio.timeout(30):
        while waiting:
            for tile in list(waiting):
                if tile.painted_at is not None and tile.painted_at > since:
                    taken.append((tile.painted_at - since) * 1000)
                    waiting.remove(tile)
            await asyncio.sleep(0.002)
    return taken

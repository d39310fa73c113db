"""What the wall does while a bench looks at it: processor time, pictures a second, their delay."""

from __future__ import annotations

import asyncio
import os
import time
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from app.demo.rtsp import RtspServer, Served
from app.main import Console
from app.video.supervisor import LINGER_S
from tests.benchmarks.stage import all_live, cpu_seconds, delay_ms, percentiles, read_clock

SAMPLE_S = 0.25


def ahead_of(server: RtspServer, streams: Sequence[Served]) -> Mapping[str, float]:
    """By address, how many seconds each stream runs before the clock."""
    return {server.url(stream): stream.ahead for stream in streams}


async def fill(console: Console, cameras: int) -> None:
    """Show the first cameras on a wall of just so many tiles, until all of them are live."""
    window = console.window
    while not window.cameras:
        await asyncio.sleep(0.05)
    if window.eyes.wall.layout_name != str(cameras):
        window.eyes.wall.arrange(str(cameras))
    window.eyes.wall.fill([camera.id for camera in window.cameras[:cameras]])
    await all_live(console, cameras, within=30 + cameras)


async def empty(console: Console) -> None:
    """Show nothing, until every stream has been let go."""
    console.window.eyes.wall.fill([])
    await asyncio.sleep(LINGER_S + 2)


class Watching:
    """Begins when made; `told` ends it. The engines that run then are those it counts."""

    def __init__(self, console: Console, ahead: Mapping[str, float]) -> None:
        self._wall, self._ahead = console.window.eyes.wall, ahead
        self.pids = [os.getpid(), *console.window.stage.engines.pids()]
        self._shift = time.time() - time.monotonic()
        self._seen = [tile.shown for tile in self._wall.tiles]
        self._last = [0] * len(self._wall.tiles)
        self._delays = array("f")  # four bytes each: an hour of floats would look like a leak
        self._began, self._used = time.monotonic(), cpu_seconds(self.pids)

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def sample(self) -> None:
        """Read from each tile's picture when it was made, and note how long ago that is."""
        for place, tile in enumerate(self._wall.tiles):
            picture, view = tile.painted, tile._view
            if picture is None or view is None or picture.number == self._last[place]:
                continue
            self._last[place] = picture.number
            if view.slot.number - picture.number > 1:
                continue  # its memory may be another picture's by now
            number = read_clock(picture, view.slot.pixels(picture))
            if number is not None and tile.painted_at is not None and tile.camera is not None:
                ahead = self._ahead[tile.camera.sub_url]
                self._delays.append(delay_ms(number, ahead, tile.painted_at + self._shift))

    async def watch(self, seconds: float) -> None:
        """Sample for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(SAMPLE_S)
            self.sample()

    def told(self) -> dict[str, Any]:
        """Percent of one core, pictures a second of the slowest and the middle tile, delays."""
        took = self.passed
        percent = (cpu_seconds(self.pids) - self._used) / took * 100
        tiles = zip(self._wall.tiles, self._seen, strict=True)
        rates = sorted((tile.shown - before) / took for tile, before in tiles)
        return {
            "cpu_percent": round(percent, 1),
            "fps_min": round(rates[0], 2),
            "fps_median": round(rates[len(rates) // 2], 2),
            "delay_ms": percentiles(self._delays),
        }

    @property
    def tile(self) -> tuple[int, int]:
        """Width and height of what the first tile paints, in pixels."""
        first = self._wall.tiles[0].painted
        assert first is not None
        return first.width, first.height

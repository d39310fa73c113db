"""`./zhishou bench wall`: the wall against bare ffmpeg and against a player, in the same run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from app.demo.rtsp import RtspServer
from app.domain.errors import Refusal
from app.main import Console
from app.video.messages import Decode
from tests.benchmarks.peers import WARM_UP_S, bare, played
from tests.benchmarks.stage import (
    LoopGaps,
    bench_home,
    cpu_seconds,
    in_console,
    memory_mb,
    served,
)
from tests.benchmarks.watching import Watching, ahead_of, empty, fill

LAYOUTS = (1, 4, 9, 16, 25, 36, 64, 256)
MODES = {"adaptive": None, "full": Decode.FULL, "keyframes": Decode.KEYFRAMES}


@dataclass(frozen=True)
class Course:
    """What one bench does, and on which streams."""

    urls: Sequence[str]
    ahead: Mapping[str, float]  # of a stream before the clock, in seconds
    mode: str
    seconds: float
    rounds: int
    server_pid: int


def measure(
    cameras: int = 16, seconds: float = 30.0, mode: str = "full", rounds: int = 3
) -> dict[str, Any]:
    """`mode` full: every picture of every tile; keyframes: key frames only; adaptive: by the rules
    of app/video/quality.py. The peers always decode all pictures, but for mode keyframes.

    Percent is of one core. What a picture costs on a machine sways by a quarter from minute to
    minute, so the wall and ffmpeg take turns, `seconds` each; the median of the rounds' ratios is
    told, and each of them. Of everything else the worst round is told.
    """
    if cameras not in LAYOUTS or mode not in MODES or rounds < 1:
        told = "、".join(str(one) for one in LAYOUTS)
        raise Refusal("路数应为 {n} 之一，方式应为 adaptive、full 或 keyframes", n=told)
    streams = served(cameras)
    with bench_home() as settings, RtspServer(streams) as server:
        urls, ahead = [server.url(stream) for stream in streams], ahead_of(server, streams)
        course = Course(urls, ahead, mode, seconds, rounds, server.pid)
        measured: dict[str, Any] = in_console(
            settings, urls, lambda console: _story(console, course)
        )
    return measured


async def _story(console: Console, course: Course) -> dict[str, Any]:
    window = console.window
    window.eyes.rounds.stop()
    window.eyes.wall.mode = MODES[course.mode]
    seen, peers = [], []
    tile = (0, 0)
    for _ in range(course.rounds):
        told, tile = await _watched(console, course)
        seen.append(told)
        keys_only = course.mode == "keyframes"
        peers.append(await asyncio.to_thread(bare, course.urls, tile, course.seconds, keys_only))
    player = await asyncio.to_thread(played, course.urls, tile, course.seconds)
    ours = [told["cpu_percent"] for told in seen]
    theirs = [peer.cpu_percent or 0.0 for peer in peers]
    ratios = [mine / peer for mine, peer in zip(ours, theirs, strict=True)]
    return _worst(seen) | {
        "mode": course.mode,
        "cpu_percent": ours,
        "ffmpeg_cpu_percent": theirs,
        "ffmpeg_fps_min": min(peer.fps_min or 0.0 for peer in peers),
        "cpu_ratios": [round(one, 2) for one in ratios],
        "cpu_ratio": round(median(ratios), 2),
        "player": player.name,
        "player_cpu_percent": player.cpu_percent,
        "player_ratio": player.held_against(median(ours)),
        "player_fps_min": player.fps_min,
    }


def _worst(seen: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of each figure the worst: the lowest rate, and the highest of all else."""
    worst: dict[str, Any] = {}
    for name, first in seen[0].items():
        values = [told[name] for told in seen]
        if isinstance(first, dict):
            worst[name] = {part: max(value[part] for value in values) for part in first}
        else:
            worst[name] = min(values) if name.startswith("fps") else max(values)
    return worst


async def _watched(console: Console, course: Course) -> tuple[dict[str, Any], tuple[int, int]]:
    """Fill the wall, watch it for so long, and empty it again; what was seen, and a tile's size."""
    wall = console.window.eyes.wall
    await fill(console, len(course.urls))
    await asyncio.sleep(WARM_UP_S)
    watching, served_s = Watching(console, course.ahead), cpu_seconds([course.server_pid])
    await watching.watch(course.seconds)
    told = watching.told()
    serving = (cpu_seconds([course.server_pid]) - served_s) / watching.passed * 100
    gaps = LoopGaps(console)
    gaps.start()  # apart from the figures above: the measuring itself takes time
    await asyncio.sleep(min(10.0, course.seconds))
    told |= {
        "cameras": len(course.urls),
        "full_rate_tiles": sum(tile.is_full for tile in wall.tiles),
        "server_cpu_percent": round(serving, 1),
        "loop_gap_ms": gaps.stop(),
        "memory_mb": memory_mb(watching.pids),
    }
    size = watching.tile
    await empty(console)
    return told, size

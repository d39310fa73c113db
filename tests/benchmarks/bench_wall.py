"""`./zhishou bench wall`: the wall against bare ffmpeg and against a player, in the same run."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from app.demo.rtsp import RtspServer
from app.domain.errors import Refusal
from app.main import Console
from app.video.messages import Decode
from app.video.supervisor import LINGER_S
from tests.benchmarks.peers import WARM_UP_S, Drawn, drawn, ffmpegs, players
from tests.benchmarks.stage import (
    LoopGaps,
    all_live,
    bench_home,
    cpu_seconds,
    delay_ms,
    in_console,
    memory_mb,
    percentiles,
    read_clock,
    served,
)

MOST_PLAYERS = 16
"""More player windows than this hold each other up and measure nothing."""

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
    minute, so the wall and ffmpeg take turns, `seconds` each, and the median of the rounds' ratios
    is told beside each of them.
    """
    if cameras not in LAYOUTS or mode not in MODES or rounds < 1:
        told = "、".join(str(one) for one in LAYOUTS)
        raise Refusal("路数应为 {n} 之一，方式应为 adaptive、full 或 keyframes", n=told)
    streams = served(cameras)
    with bench_home() as settings, RtspServer(dict.fromkeys(streams)) as server:
        urls = [server.url(stream) for stream in streams]
        ahead = {server.url(stream): stream.ahead for stream in streams}
        course = Course(urls, ahead, mode, seconds, rounds, server.pid)
        measured: dict[str, Any] = in_console(
            settings, urls, lambda console: _story(console, course)
        )
    return measured


async def _story(console: Console, course: Course) -> dict[str, Any]:
    window = console.window
    while not window.cameras:
        await asyncio.sleep(0.05)
    window.eyes.rounds.stop()
    window.eyes.wall.mode = MODES[course.mode]
    window.eyes.wall.arrange(str(len(course.urls)))
    ours, bare, told = [], [], {}
    for _ in range(course.rounds):
        told = await _watched(console, course)
        ours.append(told["cpu_percent"])
        bare.append(await asyncio.to_thread(_bare, course, told["tile"]))
    name, played = await asyncio.to_thread(_played, course, told.pop("tile"))
    ratios = [mine / peer.cpu_percent for mine, peer in zip(ours, bare, strict=True)]
    return told | {
        "mode": course.mode,
        "cpu_percent": ours,
        "ffmpeg_cpu_percent": [peer.cpu_percent for peer in bare],
        "ffmpeg_fps_min": min(peer.fps_min for peer in bare),
        "cpu_ratios": [round(one, 2) for one in ratios],
        "cpu_ratio": round(median(ratios), 2),
        "player": name,
        "player_cpu_percent": played.cpu_percent if played else None,
        "player_fps_min": played.fps_min if played else None,
    }


async def _watched(console: Console, course: Course) -> dict[str, Any]:
    """Fill the wall, watch it for so long, and empty it again until every stream has gone."""
    window = console.window
    wall, cameras = window.eyes.wall, len(course.urls)
    wall.fill([camera.id for camera in window.cameras[:cameras]])
    await all_live(console, cameras, within=30 + cameras)
    await asyncio.sleep(WARM_UP_S)
    pids = [*window.stage.engines.pids(), os.getpid()]
    delays: list[float] = []
    shift = time.time() - time.monotonic()
    seen = [tile.shown for tile in wall.tiles]
    last = [0] * cameras
    began, used, served_s = time.monotonic(), cpu_seconds(pids), cpu_seconds([course.server_pid])
    while time.monotonic() - began < course.seconds:
        await asyncio.sleep(0.25)
        for place, tile in enumerate(wall.tiles):
            picture, view = tile.painted, tile._view
            if picture is None or view is None or picture.number == last[place]:
                continue
            last[place] = picture.number
            if view.slot.number - picture.number > 1:
                continue  # its memory may be another picture's by now
            number = read_clock(picture, view.slot.pixels(picture))
            if number is not None and tile.painted_at is not None and tile.camera is not None:
                ahead = course.ahead[tile.camera.sub_url]
                delays.append(delay_ms(number, ahead, tile.painted_at + shift))
    took = time.monotonic() - began
    percent = (cpu_seconds(pids) - used) / took * 100
    serving = (cpu_seconds([course.server_pid]) - served_s) / took * 100
    rates = sorted((t.shown - before) / took for t, before in zip(wall.tiles, seen, strict=True))
    first = wall.tiles[0].painted
    assert first is not None
    gaps = LoopGaps(console)
    gaps.start()  # apart from the figures above: the measuring itself takes time
    await asyncio.sleep(min(10.0, course.seconds))
    told = {
        "cameras": cameras,
        "full_rate_tiles": sum(tile.is_full for tile in wall.tiles),
        "fps_min": round(rates[0], 2),
        "fps_median": round(rates[len(rates) // 2], 2),
        "cpu_percent": round(percent, 1),
        "server_cpu_percent": round(serving, 1),
        "delay_ms": percentiles(delays),
        "loop_gap_ms": gaps.stop(),
        "memory_mb": memory_mb(pids),
        "tile": (first.width, first.height),
    }
    wall.fill([])
    await asyncio.sleep(LINGER_S + 2)
    return told


def _bare(course: Course, tile: tuple[int, int]) -> Drawn:
    with ffmpegs(course.urls, *tile, keys_only=course.mode == "keyframes") as peers:
        return drawn(peers, course.seconds)


def _played(course: Course, tile: tuple[int, int]) -> tuple[str, Drawn | None]:
    if len(course.urls) > MOST_PLAYERS:
        return "none", None
    with players(course.urls, *tile) as (name, peers):
        return name, drawn(peers, course.seconds) if peers else None

"""`./zhishou bench wall`: the wall against bare ffmpeg and against a player, in the same run."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from app.demo.rtsp import RtspServer
from app.domain.errors import Refusal
from app.main import Console
from app.video.messages import Decode
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

WARM_UP_S = 6.0
MOST_PLAYERS = 16
"""More player windows than this hold each other up and measure nothing."""

LAYOUTS = (1, 4, 9, 16, 25, 36, 64, 256)
MODES = {"adaptive": None, "full": Decode.FULL, "keyframes": Decode.KEYFRAMES}


def measure(cameras: int = 16, seconds: float = 30.0, mode: str = "full") -> dict[str, Any]:
    """`mode` full: every picture of every tile; keyframes: key frames only; adaptive: by the rules
    of app/video/quality.py. The peers always decode all pictures, but for mode keyframes.

    Percent is of one core. `ffmpeg_cpu_percent` is one ffmpeg a stream, as the players are one
    window a stream: a single ffmpeg with 16 live inputs reads them in turn and falls behind.
    """
    if cameras not in LAYOUTS or mode not in MODES:
        told = "、".join(str(one) for one in LAYOUTS)
        raise Refusal("路数应为 {n} 之一，方式应为 adaptive、full 或 keyframes", n=told)
    streams = served(cameras)
    with bench_home() as settings, RtspServer(streams) as server:
        urls = [server.url(stream) for stream in streams]
        told: dict[str, Any] = in_console(
            settings, urls, lambda console: _watch(console, cameras, seconds, mode)
        )
        width, height = told.pop("tile")
        skip = ["-skip_frame", "nokey"] if mode == "keyframes" else []
        bare = _peer([_ffmpeg([url], width, height, skip) for url in urls], seconds)
        player, command = _player(urls, width, height) if cameras <= MOST_PLAYERS else ("none", [])
        played = _peer(command, seconds) if command else None
    told |= {
        "ffmpeg_cpu_percent": bare,
        "cpu_ratio": round(told["cpu_percent"] / bare, 2),
        "player": player,
        "player_cpu_percent": played,
    }
    return told


async def _watch(console: Console, cameras: int, seconds: float, mode: str) -> dict[str, Any]:
    import os

    window = console.window
    while not window.cameras:
        await asyncio.sleep(0.05)
    window.eyes.rounds.stop()
    window.eyes.wall.mode = MODES[mode]
    window.eyes.wall.arrange(str(cameras))
    window.eyes.wall.fill([camera.id for camera in window.cameras[:cameras]])
    await all_live(console, cameras, within=30 + cameras)
    await asyncio.sleep(WARM_UP_S)
    pids = [*window.stage.engines.pids(), os.getpid()]
    gaps, delays = LoopGaps(console), []
    tiles = window.eyes.wall.tiles
    seen = [tile.shown for tile in tiles]
    began, used = time.monotonic(), cpu_seconds(pids)
    shift = time.time() - time.monotonic()
    last = [0] * cameras
    while time.monotonic() - began < seconds:
        await asyncio.sleep(0.25)
        for place, tile in enumerate(tiles):
            picture, view = tile.painted, tile._view
            if picture is None or view is None or picture.number == last[place]:
                continue
            last[place] = picture.number
            if view.slot.number - picture.number > 1:
                continue  # its memory may be another picture's by now
            number = read_clock(picture, view.slot.pixels(picture))
            if number is not None and tile.painted_at is not None:
                delays.append(delay_ms(number, tile.painted_at + shift))
    took = time.monotonic() - began
    rates = sorted((tile.shown - before) / took for tile, before in zip(tiles, seen, strict=True))
    percent = (cpu_seconds(pids) - used) / took * 100
    gaps.start()  # apart from the figures above: the measuring itself takes time
    await asyncio.sleep(min(10.0, seconds))
    return {
        "cameras": cameras,
        "mode": mode,
        "full_rate_tiles": sum(tile.is_full for tile in tiles),
        "fps_min": round(rates[0], 2),
        "fps_median": round(rates[len(rates) // 2], 2),
        "cpu_percent": round(percent, 1),
        "delay_ms": percentiles(delays),
        "loop_gap_ms": gaps.stop(),
        "memory_mb": memory_mb(pids),
        "tile": (tiles[0].painted.width, tiles[0].painted.height),
    }


def _ffmpeg(urls: Sequence[str], width: int, height: int, skip: list[str]) -> list[str]:
    """One ffmpeg that decodes and scales these streams, and throws the pictures away."""
    command = ["ffmpeg", "-nostdin", "-loglevel", "error"]
    for url in urls:
        command += ["-rtsp_transport", "tcp", "-threads", "1", *skip, "-i", url]
    for number in range(len(urls)):
        scale = f"scale={width}:{height}:flags=bilinear"
        command += ["-map", f"{number}:v", "-vf", scale, "-pix_fmt", "bgra", "-f", "null", "-"]
    return command


def _player(urls: Sequence[str], width: int, height: int) -> tuple[str, list[list[str]]]:
    """One player window for each stream."""
    if shutil.which("mpv"):
        size = f"--geometry={width}x{height}"
        plain = ["mpv", "--no-config", "--really-quiet", "--no-audio", "--vo=x11", size]
        live = ["--profile=low-latency", "--rtsp-transport=tcp", "--vd-lavc-threads=1"]
        return "mpv", [[*plain, *live, url] for url in urls]
    if shutil.which("ffplay"):
        plain = ["ffplay", "-loglevel", "error", "-an", "-x", str(width), "-y", str(height)]
        return "ffplay", [[*plain, "-rtsp_transport", "tcp", url] for url in urls]
    return "none", []


def _peer(commands: list[list[str]], seconds: float) -> float:
    """Percent of one core that these programs take together, after warming up."""
    running = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        time.sleep(WARM_UP_S)
        pids = [program.pid for program in running]
        if any(program.poll() is not None for program in running):
            raise RuntimeError(f"{commands[0][0]} ended by itself")
        began, used = time.monotonic(), cpu_seconds(pids)
        time.sleep(seconds)
        return round((cpu_seconds(pids) - used) / (time.monotonic() - began) * 100, 1)
    finally:
        for program in running:
            program.kill()
        for program in running:
            program.wait()

"""`./zhishou bench recover`: how soon the wall is whole again, and what a cut leaves behind."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

from app.demo.rtsp import RtspServer
from app.domain.camera import StreamState
from app.domain.evidence import RING_S
from app.main import Console
from tests.benchmarks.peers import Kept
from tests.benchmarks.stage import LoopGaps, bench_home, in_console, own_memory_mb, served
from tests.benchmarks.watching import fill
from tests.chaos import Cable

BACK_WITHIN_S = 60.0
SETTLE_S = 8.0


def measure(
    cameras: int = 64, cut: float = 30.0, cuts: int = 1, kills: int = 100
) -> dict[str, Any]:
    """Seconds until all tiles are live after the network is back (the worst of all cuts), until a
    killed engine's tiles paint again, and how many processes, threads, descriptors and megabytes
    there are more after the cuts, and after the kills, than before them. Beside it one cut of the
    same length for one ffmpeg a stream that a loop starts again.
    """
    streams = served(cameras)
    with bench_home() as settings, RtspServer(streams) as server:
        urls = [server.url(stream) for stream in streams]
        port = int(urls[0].split(":")[2].split("/")[0])
        with Cable(port) as cable:
            relayed = [url.replace(f":{port}/", f":{cable.port}/") for url in urls]
            told: dict[str, Any] = in_console(
                settings, relayed, lambda console: _story(console, cameras, cable, cut, cuts, kills)
            )
            peer = _cut_of_ffmpeg(relayed, cable, cut)
    told["ffmpeg_again_s"] = round(peer, 2)
    told["again_ratio"] = round(told["all_live_again_s_worst"] / peer, 2)
    return told


def _cut_of_ffmpeg(urls: list[str], cable: Cable, cut: float) -> float:
    """Seconds after the network's return until all of them show pictures again."""
    kept = Kept(urls)
    try:
        kept.all_again(BACK_WITHIN_S)
        cable.cut()
        time.sleep(cut)
        cable.mend()
        return kept.all_again(BACK_WITHIN_S)
    finally:
        kept.end()


async def _story(
    console: Console, cameras: int, cable: Cable, cut: float, cuts: int, kills: int
) -> dict[str, Any]:
    console.window.eyes.rounds.stop()
    await fill(console, cameras)
    noticed, back = [], []
    first = await _settled(console)
    gaps = LoopGaps(console)
    gaps.start()
    for _ in range(cuts):
        await asyncio.to_thread(cable.cut)
        began = time.monotonic()
        while _live(console):
            await asyncio.sleep(0.02)
        noticed.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, cut - noticed[-1]))
        await asyncio.to_thread(cable.mend)
        back.append(await _painted_anew(console))
    gone = gaps.stop()
    after_cuts = await _settled(console)
    killed = [await _kill(console) for _ in range(kills)]
    last = await _settled(console)
    return {
        "cameras": cameras,
        "cuts": cuts,
        "cut_s": cut,
        "noticed_s_worst": round(max(noticed), 2),
        "all_live_again_s_worst": round(max(back), 2),
        "kills": kills,
        "tiles_again_s_worst": round(max(killed), 2) if killed else None,
        "loop_gap_ms": gone,
        "left_after_cuts": {name: round(after_cuts[name] - first[name], 1) for name in first},
        "left_after_kills": {name: round(last[name] - first[name], 1) for name in first},
        "held_first": first,
    }


def _live(console: Console) -> int:
    tiles = console.window.eyes.wall.tiles
    return sum(tile.truth.state is StreamState.LIVE for tile in tiles)


async def _kill(console: Console) -> float:
    """Kill one engine; seconds until every tile has painted a picture that came after it."""
    os.kill(console.window.stage.engines.pids()[0], signal.SIGKILL)
    return await _painted_anew(console)


async def _painted_anew(console: Console) -> float:
    """Seconds until every tile is live, with a picture that came after this moment."""
    tiles = console.window.eyes.wall.tiles
    began = time.monotonic()
    while time.monotonic() - began < BACK_WITHIN_S:
        anew = [tile for tile in tiles if tile.painted and tile.painted.arrived >= began]
        if len(anew) == len(tiles) == _live(console):
            break
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def _settled(console: Console) -> dict[str, float]:
    """What is held once every ring is full again: a half filled one would look like a gain."""
    await asyncio.sleep(RING_S + SETTLE_S)
    engines = console.window.stage.engines.pids()
    pids = [os.getpid(), *engines]
    proc = [Path(f"/proc/{pid}") for pid in pids]
    return {
        "processes": len(pids),
        "threads": sum(len(list((one / "task").iterdir())) for one in proc),
        "descriptors": sum(len(list((one / "fd").iterdir())) for one in proc),
        "window_mb": own_memory_mb([os.getpid()]),
        "engines_mb": own_memory_mb(engines),
    }

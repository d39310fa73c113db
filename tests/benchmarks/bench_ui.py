"""`./zhishou bench ui`: how long the window is away while a case is registered on a live wall."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from app.demo.rtsp import RtspServer
from app.main import Console
from tests.benchmarks.stage import (
    LoopGaps,
    all_live,
    bench_home,
    in_console,
    percentiles,
    served,
)

CAMERAS, CASES, REGISTERED = 16, 20_000, 12


def measure() -> dict[str, Any]:
    """Milliseconds: event-loop gaps, key to form with still, and submit to saved."""
    streams = served(CAMERAS)
    with bench_home() as settings, RtspServer(streams) as server:
        urls = [server.url(stream) for stream in streams]
        told: dict[str, Any] = in_console(settings, urls, _register_some, CASES)
    return told


async def _register_some(console: Console) -> dict[str, Any]:
    window = console.window
    await all_live(console, CAMERAS)
    await asyncio.sleep(6)
    gaps = LoopGaps(console)
    forms, saves = [], []
    gaps.start()
    for number in range(REGISTERED):
        window.eyes.wall.choose(window.eyes.wall.tiles[number % CAMERAS])
        forms.append(await _press(console))
        saves.append(await _fill_and_send(console, number))
    told = gaps.stop()
    return {
        "cameras": CAMERAS,
        "cases": CASES,
        "registered": REGISTERED,
        "loop_gap_ms": told,
        "form_with_still_ms": {**percentiles(forms), "max": round(max(forms), 1)},
        "saved_ms": {**percentiles(saves), "max": round(max(saves), 1)},
    }


async def _press(console: Console) -> float:
    window = console.window
    began = time.perf_counter()
    window.capture()
    while not window.form.picture.isVisible():
        await asyncio.sleep(0.005)
    return (time.perf_counter() - began) * 1000


async def _fill_and_send(console: Console, number: int) -> float:
    form = console.window.form
    for typed in ("z", "zd", "zdj", "zdjy"):
        form.subcategory.setText(typed)
        form.subcategory.textEdited.emit(typed)
        await asyncio.sleep(0.05)
    form.subcategory.choose(form.subcategory.found()[0])
    form.description.setPlainText(f"实测登记第 {number} 宗，人行道摆卖")
    await asyncio.sleep(0.6)
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    link = console.window.casework.registration.registered.connect(
        lambda case_id, *_: None if done.done() else done.set_result(case_id)
    )
    began = time.perf_counter()
    form.submit()
    await done
    took = (time.perf_counter() - began) * 1000
    console.window.casework.registration.registered.disconnect(link)
    await asyncio.sleep(0.5)
    return took

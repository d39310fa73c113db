"""How a list of a million rows scrolls: read on by the wheel, paged through, jumped about in.

The real list on the real database, as an operator sees it: a step each 16 ms, as a screen draws. A
frame is missed where the next step comes late, because painting or fetching took the loop longer.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.main import take_turns
from app.services import cases
from tests.benchmarks.stage import own_memory_mb, percentiles
from ui.cases.case_page import CaseList
from ui.tasks import Tasks
from ui.theme import dress

SECONDS = 20.0
TICK_MS = 16
WHEEL, PAGE = 3, 28
"""Rows that one notch of a wheel, or one press of Page Down, goes on."""

JUMPS = (0.5, 0.999, 0.1, 0.75, 0.25, 0.9)
SLACK_MS = 2.0
"""So much later than its time a step may come: what timers of the loop are exact to."""


def scroll(desk: Desk) -> dict[str, Any]:
    """Milliseconds, and rows; of whatever the desk's database holds."""
    take_turns()
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["bench"])
    dress(application)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    try:
        told: dict[str, Any] = loop.run_until_complete(_scroll(desk))
        return told
    finally:
        loop.close()
        asyncio.set_event_loop(None)


async def _scroll(desk: Desk) -> dict[str, Any]:
    failed: list[Exception] = []
    view = CaseList(desk, failed.append)
    view.resize(1400, 960)
    view.show()
    view.reload()
    whole = await desk.ask(cases.count, CaseFilter())
    await _until(lambda: view.loaded and view.model.rowCount() == whole)
    before = own_memory_mb([os.getpid()])
    told = {
        "rows": view.model.rowCount(),
        "wheel": await _run(view, WHEEL),
        "page_down": await _run(view, PAGE),
        "jump_ms": await _jumps(view),
        "memory_gained_mb": round(own_memory_mb([os.getpid()]) - before, 1),
    }
    if failed:
        raise failed[0]
    view.hide()
    for tasks in view.findChildren(Tasks):
        tasks.cancel()
    for timer in view.findChildren(QTimer):
        timer.stop()
    return told


async def _run(view: CaseList, step: int) -> dict[str, Any]:
    """Go on by so many rows at every frame."""
    bar, late, dots, steps = view.table.verticalScrollBar(), [], 0, 0
    began = time.perf_counter()
    due = began + TICK_MS / 1000
    while time.perf_counter() - began < SECONDS:
        bar.setValue(bar.value() + step)
        steps += 1
        low = view.table.rowAt(view.table.viewport().height() - 1)
        dots += None in (view.model.row_at(view.table.rowAt(0)), view.model.row_at(low))
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        now = time.perf_counter()
        late.append(max(0.0, now - due) * 1000)
        due = max(due, now) + TICK_MS / 1000
    return {
        "rows": steps * step,
        "late_ms": {**percentiles(late), "max": round(max(late), 1)},
        "frames_missed_percent": round(sum(one > SLACK_MS for one in late) / steps * 100, 2),
        "steps_that_showed_dots_percent": round(dots / steps * 100, 2),
    }


async def _jumps(view: CaseList) -> dict[str, float]:
    """From letting the scroll bar go at this part of the whole to the rows being there."""
    bar, took = view.table.verticalScrollBar(), {}
    for part in JUMPS:
        began = time.perf_counter()
        bar.setValue(int(bar.maximum() * part))
        await _until(lambda: view.model.row_at(view.table.rowAt(0)) is not None)
        took[f"{part:.1%}"] = round((time.perf_counter() - began) * 1000, 1)
    return took


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.002)

"""`./zhishou bench keys`: a case registered and dispatched by the keyboard alone.

Keys come at the pace of a person who types Chinese through pinyin, `PACE_S` apart; the text is put
in character by character, as an input method commits it. What is measured besides is how long the
window takes to answer each key.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.demo.rtsp import RtspServer
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.main import Console
from tests.benchmarks.stage import bench_home, in_console, percentiles, served

CASES, TIMES = 20_000, 5
PACE_S = 0.15
MOST_TABS = 10
ADDRESS = "天河区体育西路103号门口"
WORDS = "人行道上有摊贩摆卖水果，占用盲道"


def measure() -> dict[str, Any]:
    """Seconds from Ctrl+N to the saved case, and from the case to its dispatch; milliseconds from a
    key to the window being ready for the next.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # its windows have the focus without a manager
    streams = served(1)
    with bench_home() as settings, RtspServer(streams) as server:
        urls = [server.url(stream) for stream in streams]
        told: dict[str, Any] = in_console(settings, urls, _work, CASES)
    return told


class Hand:
    """Types on whatever has the focus."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.answers: list[float] = []

    async def key(self, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        for one in held:
            modifiers |= one
        await self._timed(lambda on: QTest.keyClick(on, key, modifiers))

    async def text(self, words: str) -> None:
        for char in words:
            await self._timed(lambda on, c=char: _commit(on, c))

    async def _timed(self, press: Any) -> None:
        target = QApplication.focusWidget() or self._window
        began = time.perf_counter()
        press(target)
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # what the key set going has been painted
        self.answers.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PACE_S)


def _commit(on: QWidget, char: str) -> None:
    """A letter by its key, anything else as an input method gives it."""
    if char.isascii():
        QTest.keyClicks(on, char)
        return
    event = QInputMethodEvent()
    event.setCommitString(char)
    QApplication.sendEvent(on, event)


async def _work(console: Console) -> dict[str, Any]:
    window = console.window
    while not window.list.loaded:
        await asyncio.sleep(0.05)
    window.enter(replace(window.desk.signed, role=Role.DISPATCHER))
    await asyncio.sleep(1)
    window.activateWindow()
    hand = Hand(window)
    registered, dispatched = [], []
    for _ in range(TIMES):
        registered.append(await _register(console, hand))
        dispatched.append(await _dispatch(console, hand))
    return {
        "cases": CASES,
        "times": TIMES,
        "pace_s": PACE_S,
        "register_s_worst": round(max(registered), 2),
        "dispatch_s_worst": round(max(dispatched), 2),
        "keys": len(hand.answers),
        "key_answered_ms": {**percentiles(hand.answers), "max": round(max(hand.answers), 1)},
    }


async def _register(console: Console, hand: Hand) -> float:
    window = console.window
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    link = window.casework.registration.registered.connect(
        lambda case_id, *_: None if done.done() else done.set_result(case_id)
    )
    began = time.perf_counter()
    await hand.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    await hand.text("zdjy")
    await hand.key(Qt.Key.Key_Return)
    await hand.text(ADDRESS)
    for _ in range(MOST_TABS):
        if window.form.description.hasFocus():
            break
        await hand.key(Qt.Key.Key_Tab)
    await hand.text(WORDS)
    await hand.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    case_id = await asyncio.wait_for(done, 20)
    took = time.perf_counter() - began
    window.casework.registration.registered.disconnect(link)
    window.casework.open_case(case_id)
    await _until(lambda: window.panel.detail and window.panel.detail.row.id == case_id)
    return took


async def _dispatch(console: Console, hand: Hand) -> float:
    """Accept and file first; what is timed begins at the filed case."""
    panel = console.window.panel
    for status in (CaseStatus.ACCEPTED, CaseStatus.FILED):
        await _until(lambda: any(button.isEnabled() for button in panel.buttons.values()))
        await hand.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        await _until(lambda s=status: panel.detail and panel.detail.row.status is s)
    await _until(panel.buttons[Action.DISPATCH].isEnabled)
    began = time.perf_counter()
    place = int(panel.buttons[Action.DISPATCH].text().split()[-1])
    await hand.key(Qt.Key(Qt.Key.Key_0 + place), Qt.KeyboardModifier.AltModifier)
    await hand.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await _until(lambda: panel.detail and panel.detail.row.status is CaseStatus.DISPATCHED)
    return time.perf_counter() - began


async def _until(true: Any, within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.01)

"""A table that is filled a slice at a time."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.conftest import tell
from ui.widgets.plain_table import SLICE, fill, plain_table


def test_that_the_window_answers_while_many_rows_come_and_the_last_asked_for_stay(
    qtbot: QtBot, loop: asyncio.AbstractEventLoop
) -> None:
    table = plain_table((("名称", 100),), "表")
    qtbot.addWidget(table)
    answered: list[int] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: answered.append(table.topLevelItemCount()))

    async def story() -> None:
        timer.start()
        many = (QTreeWidgetItem([f"旧 {n}"]) for n in range(20 * SLICE))
        first = asyncio.ensure_future(fill(table, many))
        while table.topLevelItemCount() < 3 * SLICE:
            await asyncio.sleep(0)
        assert not first.done()
        await fill(table, [QTreeWidgetItem([f"新 {n}"]) for n in range(3)])
        await first
        timer.stop()

    tell(loop, story())
    rows = [table.topLevelItem(n) for n in range(table.topLevelItemCount())]
    assert [row.text(0) for row in rows if row] == ["新 0", "新 1", "新 2"]
    assert any(0 < count < 20 * SLICE for count in answered), "in between, and not only afterwards"

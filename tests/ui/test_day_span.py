"""From one day to another: never backwards, and heard of once."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from ui.widgets.day_span import DaySpan


def test_that_a_day_beyond_the_other_end_takes_it_along(qtbot: QtBot) -> None:
    days = DaySpan(date(2026, 3, 1), date(2026, 3, 7))
    qtbot.addWidget(days)
    heard: list[tuple[date, date]] = []
    days.changed.connect(lambda: heard.append(days.days()))
    days.first.setDate(QDate(2026, 3, 10))
    days.last.setDate(QDate(2026, 3, 12))
    days.last.setDate(QDate(2026, 2, 1))
    assert heard == [
        (date(2026, 3, 10), date(2026, 3, 10)),
        (date(2026, 3, 10), date(2026, 3, 12)),
        (date(2026, 2, 1), date(2026, 2, 1)),
    ]
    days.put(date(2026, 1, 1), date(2026, 1, 31))
    assert days.days() == (date(2026, 1, 1), date(2026, 1, 31))
    assert len(heard) == 3, "what the program puts is nobody's choice"

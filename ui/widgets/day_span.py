"""From one day to another, both included, of the city's calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLabel, QWidget

from ui.words import tr


class DaySpan(QWidget):
    """Signals: `changed()` when somebody has chosen another day.

    A first day after the last one takes the last one along, and the other way round.
    """

    changed = Signal()

    def __init__(self, first: date, last: date) -> None:
        super().__init__()
        self.first, self.last = QDateEdit(), QDateEdit()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for field, name in ((self.first, tr("起始日")), (self.last, tr("截止日"))):
            field.setCalendarPopup(True)
            field.setDisplayFormat("yyyy-MM-dd")
            field.setAccessibleName(name)
        for widget in (self.first, QLabel("—"), self.last):
            row.addWidget(widget)
        self.put(first, last)
        self.first.dateChanged.connect(lambda _: self._on_day(self.first, self.last))
        self.last.dateChanged.connect(lambda _: self._on_day(self.last, self.first))

    def put(self, first: date, last: date) -> None:
        """Show these days, and say nothing of it."""
        for field, day in ((self.first, first), (self.last, last)):
            _set(field, QDate(day.year, day.month, day.day))

    def days(self) -> tuple[date, date]:
        """The first day and the last."""
        return _day(self.first), _day(self.last)

    def _on_day(self, chosen: QDateEdit, other: QDateEdit) -> None:
        if _day(self.first) > _day(self.last):
            _set(other, chosen.date())
        self.changed.emit()


def _set(field: QDateEdit, day: QDate) -> None:
    field.blockSignals(True)
    field.setDate(day)
    field.blockSignals(False)


def _day(field: QDateEdit) -> date:
    told = field.date()
    return date(told.year(), told.month(), told.day())

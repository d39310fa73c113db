"""The month as a table: people down, days across."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from typing_extensions import override

from app.domain.people import PersonRow
from app.domain.roster import Shift
from app.services.roster import Month
from ui.labels import label, short_shift
from ui.theme import SHIFT_COLOURS, TOKENS
from ui.words import is_english, tr

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
WEEKDAYS = "一二三四五六日"
WEEKDAYS_EN = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


class MonthModel(QAbstractTableModel):
    """One month; a cell is a person's shift of a day."""

    def __init__(self) -> None:
        super().__init__()
        self.month: Month | None = None
        self.today = date.min

    def put(self, month: Month, today: date) -> None:
        """Show this month."""
        self.beginResetModel()
        self.month, self.today = month, today
        self.endResetModel()

    def person(self, row: int) -> PersonRow | None:
        return self.month.people[row] if self.month and row < len(self.month.people) else None

    def day(self, column: int) -> date | None:
        return self.month.first + timedelta(days=column) if self.month else None

    def shift(self, row: int, column: int) -> Shift | None:
        person, day = self.person(row), self.day(column)
        if self.month is None or person is None or day is None:
            return None
        return self.month.cells.get((person.id, day))

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self.month is None else len(self.month.people)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self.month is None else self.month.days

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        shift = self.shift(index.row(), index.column())
        if shift is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return short_shift(shift)
        if role == Qt.ItemDataRole.BackgroundRole:
            return QColor(SHIFT_COLOURS[shift])
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(TOKENS["faint"] if shift is Shift.OFF else "#f3f6f9")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            person, day = self.person(index.row()), self.day(index.column())
            return f"{person.name if person else ''} {day} {label(shift)}"
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            person = self.person(section)
            if role == Qt.ItemDataRole.DisplayRole and person:
                return f"{person.name}　{tr(person.post)}"
            return None
        day = self.day(section)
        if day is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            weekday = (WEEKDAYS_EN if is_english() else WEEKDAYS)[day.weekday()]
            return f"{day.day}\n{weekday}"
        if role == Qt.ItemDataRole.ForegroundRole:
            if day == self.today:
                return QColor(TOKENS["accent"])
            return QColor(TOKENS["near"] if day.weekday() >= 5 else TOKENS["muted"])
        return None

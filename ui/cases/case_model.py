"""The list of cases as Qt sees it: pages by key, rows that are replaced when a newer one comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from typing_extensions import override

from app.domain.case_list import CaseRow
from ui.labels import clock, district_name, label, remaining
from ui.theme import STATUS_COLOURS, due_colour
from ui.words import tr

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW = Qt.ItemDataRole.UserRole


class CaseColumn(NamedTuple):
    """A column: what it is called, how wide, by what it sorts, what it says of a row."""

    title: str
    width: int
    sort: str | None
    text: Callable[[CaseRow, datetime], str]


def _left(row: CaseRow, now: datetime) -> str:
    return remaining(row.status, *row.owed, now)


COLUMNS: tuple[CaseColumn, ...] = (
    CaseColumn("案件编号", 168, "number", lambda row, now: row.number),
    CaseColumn("状态", 84, "status", lambda row, now: label(row.status)),
    CaseColumn("类别", 118, "subcategory", lambda row, now: row.subcategory),
    CaseColumn("区", 74, "district", lambda row, now: district_name(row.district)),
    CaseColumn("地点", 260, None, lambda row, now: row.address),
    CaseColumn("责任单位", 118, "department", lambda row, now: row.department or "—"),
    CaseColumn("登记时间", 104, "registered_at", lambda row, now: clock(row.registered_at)),
    CaseColumn("处置时限", 104, "due_at", lambda row, now: clock(row.due_at)),
    CaseColumn("剩余", 120, None, _left),
    CaseColumn("来源", 80, None, lambda row, now: label(row.source)),
)


class CaseTableModel(QAbstractTableModel):
    """Rows as far as they were fetched. `more_wanted()` asks for the next page."""

    more_wanted = Signal()

    def __init__(self, clock_now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = clock_now
        self._rows: list[CaseRow] = []
        self._places: dict[int, int] = {}
        self._more = False
        self._asked = False

    # What the list is told.

    def begin(self, rows: list[CaseRow], more: bool) -> None:
        """Show these rows from the top."""
        self.beginResetModel()
        self._rows = list(rows)
        self._places = {row.id: place for place, row in enumerate(self._rows)}
        self._more, self._asked = more, False
        self.endResetModel()

    def extend(self, rows: list[CaseRow], more: bool) -> None:
        """Show these below; a row that came meanwhile is not shown twice."""
        fresh = [row for row in rows if row.id not in self._places]
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(NOWHERE, first, first + len(fresh) - 1)
            self._rows += fresh
            self._places |= {row.id: first + place for place, row in enumerate(fresh)}
            self.endInsertRows()
        self._more, self._asked = more, False

    def put(self, row: CaseRow) -> bool:
        """Show this row if its case is listed; an older version than the shown one is ignored.

        Whether the case is listed.
        """
        place = self._places.get(row.id)
        if place is None:
            return False
        if row.version > self._rows[place].version:
            self._rows[place] = row
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))
        return True

    def take_away(self, case_id: int) -> None:
        """A case no longer fits the filter."""
        place = self._places.get(case_id)
        if place is None:
            return
        self.beginRemoveRows(NOWHERE, place, place)
        del self._rows[place]
        self._places = {row.id: at for at, row in enumerate(self._rows)}
        self.endRemoveRows()

    def move(self, row: CaseRow, place: int) -> None:
        """Show a row at this place, whether it was listed elsewhere or not at all."""
        self.take_away(row.id)
        place = min(place, len(self._rows))
        self.beginInsertRows(NOWHERE, place, place)
        self._rows.insert(place, row)
        self._places = {one.id: at for at, one in enumerate(self._rows)}
        self.endInsertRows()

    @property
    def rows(self) -> list[CaseRow]:
        """What is listed, in its order."""
        return self._rows

    def tick(self) -> None:
        """Time has gone on: what is left of limits reads differently."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 7), self.index(len(self._rows) - 1, 8))

    def row_at(self, place: int) -> CaseRow | None:
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, case_id: int) -> int | None:
        return self._places.get(case_id)

    # What Qt asks.

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._more and not self._asked

    @override
    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._asked = True
            self.more_wanted.emit()

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row, self._now())
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.number}\n{row.address}\n{row.description}"
        return row if role == ROW else None

    def _colour(self, row: CaseRow, column: int) -> QColor | None:
        if column == 1:
            return QColor(STATUS_COLOURS[row.status])
        if column in (7, 8):
            due, done = row.owed if column == 8 else (row.due_at, row.resolved_at)
            return due_colour(row.status, due, done, self._now())
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return tr(COLUMNS[section].title)
        return None

"""The list of cases as Qt sees it: rows by place, replaced when a newer one comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from typing_extensions import override

from app.domain.case_list import CaseRow, cursor_of, sort_key
from app.domain.stages import STAGE_OF
from ui.cases.long_list import Gap, LongList
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


def whose_limit(row: CaseRow) -> str:
    """Which limit what is left of it counts to: the desk's own stage's, or that of the handling."""
    stage = STAGE_OF.get(row.status) if row.stage_due_at else None
    if stage is not None:
        return tr("{stage}时限 {due}", stage=label(stage), due=clock(row.stage_due_at))
    return tr("尚未分派") if row.due_at is None else handling_limit(row)


def handling_limit(row: CaseRow) -> str:
    """Until when the department has to have done with it; marked where days may still change."""
    mark = tr("（暂定）") if row.due_provisional else ""
    return tr("处置时限 {due}", due=clock(row.due_at)) + mark


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
    CaseColumn("本环节剩余", 120, "owed_at", _left),
    CaseColumn("来源", 80, "source", lambda row, now: label(row.source)),
)
LIMITS = (7, 8)
"""The columns of the handling's limit, and of what is left of the limit that runs now."""


class CaseTableModel(QAbstractTableModel):
    """Every row of the list by its place; those that are not at hand read as dots."""

    def __init__(self, clock_now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = clock_now
        self._list = LongList()

    # What the list is told.

    def begin(self, rows: list[CaseRow], total: int) -> None:
        """Show these rows from the top, of so many."""
        self.beginResetModel()
        self._list.begin(rows, total)
        self.endResetModel()

    def set_total(self, total: int) -> None:
        """There are so many: what is more or less lies where nobody has looked."""
        more = total - self._list.total
        gap = self._list.last_gap()
        if more > 0:
            self._open(gap.end if gap else self._list.total, more)
        elif more < 0 and gap is not None:
            less = min(-more, gap.end - gap.first)
            self._close(gap.end - less, less)

    def fill_after(self, before: int | None, rows: list[CaseRow], is_end: bool) -> None:
        """Show rows that follow this case, or stand at the top; `is_end`: none follow them.

        A gap that was thought longer or shorter than it is becomes what it is.
        """
        place = 0
        if before is not None:
            at = self._list.place_of(before)
            if at is None:
                return  # another desk has moved it meanwhile: whoever looks asks again
            place = at + 1
        first, met = place, False
        for row in rows:
            was = self._list.place_of(row.id)
            met = met or (was is not None and was >= place)
            if was is not None and was > place:
                self._close(place, was - place)
            elif was != place and not self._list.is_gap(place):
                self._open(place, 1)
            self._list.put(place, row)
            place += 1
        if is_end and place < self._list.total:
            self._close(place, self._list.total - place)
        if not (is_end or met or self._list.is_gap(place)):
            self._list.drop(place - 1)  # fetched again with what follows it: that may be another
        self._changed(first, place)

    def fill_before(self, after: int, rows: list[CaseRow], is_top: bool) -> None:
        """Show rows that precede this case, in their order; `is_top`: none precede them."""
        end = self._list.place_of(after)
        if end is None:
            return
        met = False
        for row in reversed(rows):
            was = self._list.place_of(row.id)
            met = met or (was is not None and was < end)
            if was is not None and was < end - 1:
                self._close(was + 1, end - 1 - was)
                end = was + 1
            elif was != end - 1 and not self._list.is_gap(end - 1):
                self._open(end, 1)
                end += 1
            end -= 1
            self._list.put(end, row)
        if is_top and end > 0:
            self._close(0, end)
            end = 0
        if not (is_top or met or self._list.is_gap(end - 1)):
            self._list.drop(end)
        self._changed(end, end + len(rows))

    def fill_at(self, place: int, rows: list[CaseRow], is_end: bool) -> None:
        """Show these rows alone, counted off from the top: what was at hand before may have been
        counted otherwise, and would seem to follow them where it does not.
        """
        self._list.forget()
        if (missing := place + len(rows) - self._list.total) > 0:
            self._open(self._list.total, missing)
        for at, row in enumerate(rows, place):
            self._list.put(at, row)
        if is_end and (left := self._list.total - place - len(rows)) > 0:
            self._close(place + len(rows), left)
        self._changed(0, self._list.total)

    def put(self, row: CaseRow) -> None:
        """Show this row in the place it has; an older version than the shown one is ignored."""
        place = self._list.place_of(row.id)
        shown = self.row_at(place)
        if place is not None and shown is not None and row.version > shown.version:
            self._list.put(place, row)
            self._changed(place, place + 1)

    def put_in_place(self, row: CaseRow, sort: str) -> bool:
        """The same of a list whose order only the database knows: False where the case is not at
        hand, or belongs elsewhere now.
        """
        shown = self.row_at(self._list.place_of(row.id))
        if shown is None or cursor_of(shown, sort) != cursor_of(row, sort):
            return False
        self.put(row)
        return True

    def take_away(self, case_id: int) -> None:
        """A case no longer fits the filter."""
        place = self._list.place_of(case_id)
        if place is not None:
            self._close(place, 1)

    def rank(self, row: CaseRow, sort: str, descending: bool) -> None:
        """Show a row where the order wants it; within a gap it comes when somebody looks there."""
        shown = self.row_at(self._list.place_of(row.id))
        if shown is not None:
            if shown.version >= row.version:
                return
            if sort_key(shown, sort) == sort_key(row, sort):
                self.put(row)
                return
            self.take_away(row.id)
        place, is_sure = self._list.place_for(row, sort, descending)
        if is_sure or shown is not None:  # else it may have been counted there before
            self._open(place, 1)
        if is_sure:
            self._list.put(place, row)
            self._changed(place, place + 1)

    def forget_far(self, around: int) -> None:
        """Keep what is near this place."""
        self._list.forget_far(around)

    def _changed(self, first: int, end: int) -> None:
        if first < end:
            self.dataChanged.emit(self.index(first, 0), self.index(end - 1, len(COLUMNS) - 1))

    def _open(self, place: int, count: int) -> None:
        self.beginInsertRows(NOWHERE, place, place + count - 1)
        self._list.open(place, count)
        self.endInsertRows()

    def _close(self, place: int, count: int) -> None:
        self.beginRemoveRows(NOWHERE, place, place + count - 1)
        self._list.close(place, count)
        self.endRemoveRows()

    @property
    def rows(self) -> list[CaseRow]:
        """What is at hand, in its order."""
        return self._list.at_hand()

    def gap_in(self, first: int, last: int) -> Gap | None:
        """The first gap that touches these places."""
        return self._list.gap_in(first, last)

    def tick(self) -> None:
        """Time has gone on: what is left of limits reads differently."""
        if self._list.total:
            first, last = self.index(0, LIMITS[0]), self.index(self._list.total - 1, LIMITS[1])
            self.dataChanged.emit(first, last)

    def row_at(self, place: int | None) -> CaseRow | None:
        return None if place is None else self._list.row(place)

    def place_of(self, case_id: int) -> int | None:
        return self._list.place_of(case_id)

    # What Qt asks.

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._list.total

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._list.row(index.row()), COLUMNS[index.column()]
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row, self._now())
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            if index.column() == LIMITS[0] and row.due_at is not None:
                return handling_limit(row)
            if index.column() == LIMITS[1]:
                return whose_limit(row)
            return f"{row.number}\n{row.address}\n{row.description}"
        return row if role == ROW else None

    def _colour(self, row: CaseRow, column: int) -> QColor | None:
        if column == 1:
            return QColor(STATUS_COLOURS[row.status])
        if column in LIMITS:
            due, done = row.owed if column == LIMITS[1] else (row.due_at, row.resolved_at)
            return due_colour(row.status, due, done, self._now())
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return tr(COLUMNS[section].title)
        return None

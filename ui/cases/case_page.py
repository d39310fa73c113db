"""The page of cases: filter, list, and one case whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.case_list import PLAIN_SORTS, CaseFilter, CaseRow, Cursor, Rank, sort_key
from app.services import cases
from ui.cases.case_model import COLUMNS, ROW, CaseTableModel
from ui.cases.case_panel import CasePanel
from ui.cases.filter_bar import FilterBar
from ui.tasks import Tasks

PAGE = 200
PANEL_LEAST = 400
"""Pixels: with the form beside it, the page still fits a screen of 1366."""


class CaseList(QWidget):
    """The list: pages by key, sorted by its columns, kept right while other desks write.

    Signals: `case_chosen(id)`, `filter_changed(CaseFilter)`.
    """

    case_chosen = Signal(int)
    filter_changed = Signal(object)

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        self.bar = FilterBar(desk.clock)
        self.model = CaseTableModel(desk.clock)
        self.table = QTableView()
        self.chosen = CaseFilter()
        self._sort, self._descending = "registered_at", True
        self._cursor: Cursor | None = None
        self._generation = 0
        self.loaded = False
        self._set_up_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.table)
        self.bar.filter_changed.connect(self.apply)
        self.model.more_wanted.connect(lambda: self._tasks.start(self._more()))
        self._minute = QTimer(self, interval=30_000)
        self._minute.timeout.connect(self._on_minute)
        self._minute.start()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.setAccessibleName(self.bar.text.accessibleName())
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(32)
        header = table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(6, Qt.SortOrder.DescendingOrder)
        header.sectionClicked.connect(self._on_header)
        for place, column in enumerate(COLUMNS):
            table.setColumnWidth(place, column.width)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._on_row)

    def _on_minute(self) -> None:
        """Time has gone on: "overdue" and "the last 24 hours" mean something else now."""
        chosen = self.bar.chosen()
        at_top = self.table.verticalScrollBar().value() == 0
        if chosen != self.chosen and at_top and self.isVisible():
            self.apply(chosen)  # further down it would take the operator's place away
        self.model.tick()

    # Loading.

    def reload(self) -> None:
        """Fetch the first page anew."""
        self._generation += 1
        self._tasks.start(self._first(self._generation))

    def apply(self, chosen: CaseFilter) -> None:
        """Show the cases that this filter lets through."""
        self.chosen = chosen
        self.reload()
        self.filter_changed.emit(chosen)

    async def _first(self, generation: int) -> None:
        page = await self._desk.ask(
            cases.page, self.chosen, self._sort, self._descending, None, PAGE
        )
        if generation != self._generation:
            return  # the filter has changed meanwhile
        self._cursor = page.next
        with self._selection_kept():
            self.model.begin(page.rows, page.next is not None)
        self.loaded = True
        total = await self._desk.ask(cases.count, self.chosen)
        if generation == self._generation:
            self.bar.show_total(total)

    async def _more(self) -> None:
        generation = self._generation
        page = await self._desk.ask(
            cases.page, self.chosen, self._sort, self._descending, self._cursor, PAGE
        )
        if generation == self._generation:
            self._cursor = page.next
            self.model.extend(page.rows, page.next is not None)

    def refresh(self, ids: list[int]) -> None:
        """Cases were written, here or at another desk."""
        self._tasks.start(self._refresh(ids))

    async def _refresh(self, ids: list[int]) -> None:
        generation = self._generation
        found = await self._desk.ask(cases.matching, ids, self.chosen)
        if generation != self._generation:
            return
        fitting = {row.id: row for row in found}
        elsewhere = False
        with self._selection_kept():
            for case_id in ids:
                row = fitting.get(case_id)
                if row is None:
                    self.model.take_away(case_id)
                elif self._sort in PLAIN_SORTS:
                    self._put(row)
                else:
                    elsewhere = not self.model.put(row) or elsewhere
        if elsewhere and self.table.verticalScrollBar().value() == 0:
            self.reload()  # further down it would take the operator's place away
        self.bar.show_total(await self._desk.ask(cases.count, self.chosen))

    def _put(self, row: CaseRow) -> None:
        """Show a row where the order wants it; beyond what is loaded it comes with its page."""
        shown = self.model.row_at(self.model.place_of(row.id) or 0)
        if shown is not None and shown.id == row.id:
            if shown.version >= row.version:
                return
            if self._key(shown) == self._key(row):
                self.model.put(row)
                return
        others = [one for one in self.model.rows if one.id != row.id]
        place = bisect_left(others, self._rank(row), key=lambda one: self._rank(one))
        if place == len(others) and self._cursor is not None:
            self.model.take_away(row.id)
        else:
            self.model.move(row, place)

    def _key(self, row: CaseRow) -> tuple[Any, int]:
        return sort_key(row, self._sort)

    def _rank(self, row: CaseRow) -> Rank:
        return Rank(self._key(row), self._descending)

    @contextmanager
    def _selection_kept(self) -> Iterator[None]:
        """The chosen case stays chosen; another one is never chosen in its place."""
        before = self.table.currentIndex().data(ROW)
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        try:
            yield
        finally:
            place = self.model.place_of(before.id) if before else None
            if place is not None:
                at = self.model.index(place, 0)
                rows = QItemSelectionModel.SelectionFlag.ClearAndSelect
                rows |= QItemSelectionModel.SelectionFlag.Rows
                selection.setCurrentIndex(at, rows)
            selection.blockSignals(False)
            self.table.viewport().update()

    # Choosing.

    def _on_header(self, section: int) -> None:
        sort = COLUMNS[section].sort
        header = self.table.horizontalHeader()
        if sort is None:
            place = next(i for i, column in enumerate(COLUMNS) if column.sort == self._sort)
            order = (
                Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
            )
            header.setSortIndicator(place, order)
            return
        self._descending = not self._descending if sort == self._sort else False
        self._sort = sort
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(section, order)
        self.reload()

    def _on_row(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = index.data(ROW)
        if row is not None:
            self.case_chosen.emit(row.id)

    def forget_person(self) -> None:
        """Nothing that one person searched or chose is there for the next."""
        self.bar.reset()
        self.table.setCurrentIndex(QModelIndex())

    def choose(self, case_id: int) -> None:
        """Mark a case in the list, if it is there."""
        place = self.model.place_of(case_id)
        if place is not None:
            self.table.selectRow(place)


class CasePage(QWidget):
    """List on the left, the chosen case on the right."""

    def __init__(self, case_list: CaseList, panel: CasePanel) -> None:
        super().__init__()
        self.list, self.panel = case_list, panel
        self._split = split = QSplitter()
        split.addWidget(case_list)
        split.addWidget(panel)
        split.setStretchFactor(0, 1)
        split.setSizes([1180, 620])
        split.setChildrenCollapsible(False)
        panel.setMinimumWidth(PANEL_LEAST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        case_list.case_chosen.connect(panel.show_case)

    def take_in(self, panel: CasePanel) -> None:
        """The case panel stands here while the list is shown."""
        if panel.parent() is not self._split:
            self._split.addWidget(panel)
            self._split.setSizes([1180, 620])

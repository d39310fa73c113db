"""The page of cases: filter, list, and one case whole."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.case_list import CaseFilter, Cursor
from app.services import cases
from ui.cases.case_model import COLUMNS, ROW, CaseTableModel
from ui.cases.case_panel import CasePanel
from ui.cases.filter_bar import FilterBar
from ui.tasks import Tasks

PAGE = 200


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
        self.chosen = self.bar.chosen()
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
        fitting = {row.id: row for row in await self._desk.ask(cases.matching, ids, self.chosen)}
        new = []
        for case_id in ids:
            row = fitting.get(case_id)
            if row is None:
                self.model.take_away(case_id)
            elif not self.model.put(row):
                new.append(row)
        if new and self._sort == "registered_at" and self._descending:
            top = self.model.row_at(0)
            newest = [row for row in new if top is None or row.id > top.id]
            self.model.add_on_top(sorted(newest, key=lambda row: -row.id))
        elif new and self.table.verticalScrollBar().value() == 0:
            self.reload()  # further down it would take the operator's place away
        self.bar.show_total(await self._desk.ask(cases.count, self.chosen))

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
        panel.setMinimumWidth(470)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        case_list.case_chosen.connect(panel.show_case)

    def take_in(self, panel: CasePanel) -> None:
        """The case panel stands here while the list is shown."""
        if panel.parent() is not self._split:
            self._split.addWidget(panel)
            self._split.setSizes([1180, 620])

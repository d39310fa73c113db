"""The page of cases: filter, list, and one case whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.case_list import PLAIN_SORTS, CaseFilter, CaseRow, Cursor, Page, cursor_of
from app.services import cases
from ui.cases.case_model import COLUMNS, ROW, CaseTableModel
from ui.cases.case_panel import CasePanel
from ui.cases.filter_bar import FilterBar
from ui.cases.long_list import Gap
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

PAGE, AHEAD = 200, 100
"""Rows fetched at once, and how far beyond what is in sight."""

LOOK_AFTER_MS = 15
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
        self._generation = 0
        self._chosen_id: int | None = None
        self._wanted: int | None = None  # the place that was chosen before its row was at hand
        self._fetching = False
        self.loaded = False
        self.nothing = named(QLabel(tr("没有符合条件的案件")), "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self._set_up_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.table)
        QVBoxLayout(self.table.viewport()).addWidget(self.nothing)
        self.bar.filter_changed.connect(self.apply)
        self._looking = QTimer(self, singleShot=True, interval=LOOK_AFTER_MS)
        self._looking.timeout.connect(self._look)
        self.table.verticalScrollBar().valueChanged.connect(lambda _: self._look_soon())
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
        table.clicked.connect(self._on_clicked)

    def _on_minute(self) -> None:
        """Time has gone on: "overdue" and "the last 24 hours" mean something else now."""
        chosen = self.bar.chosen()
        at_top = self.table.verticalScrollBar().value() == 0
        if chosen != self.chosen and at_top and self.isVisible():
            self.apply(chosen)  # further down it would take the operator's place away
        self.model.tick()

    # Loading.

    def reload(self) -> None:
        """Fetch the list anew; who has scrolled down stays there."""
        self._generation += 1
        self._tasks.start(self._first(self._generation, self.model.rowCount()))

    def apply(self, chosen: CaseFilter) -> None:
        """Show the cases that this filter lets through."""
        if chosen != self.chosen:
            self.table.scrollToTop()
        self.chosen = chosen
        self.reload()
        self.filter_changed.emit(chosen)

    async def _first(self, generation: int, before: int) -> None:
        page = await self._desk.ask(
            cases.page, self.chosen, self._sort, self._descending, None, PAGE
        )
        if generation != self._generation:
            return  # the filter has changed meanwhile
        with self._selection_kept():
            self.model.begin(page.rows, before if page.next else len(page.rows))
        self.loaded = True
        await self._count(generation)

    async def _count(self, generation: int) -> None:
        """How many there are in all: as far as the scroll bar goes."""
        total = await self._desk.ask(cases.count, self.chosen)
        if generation == self._generation:
            self.bar.show_total(total)
            self.nothing.setVisible(total == 0)
            with self._selection_kept():
                self.model.set_total(total)
            self._look_soon()

    def _look_soon(self) -> None:
        if not self._looking.isActive():
            self._looking.start()

    def _look(self) -> None:
        """Fetch what is in sight, or nearly, and not at hand."""
        if self._fetching:
            return  # and looks again when it is done
        top = max(0, self.table.rowAt(0))
        bottom = self.table.rowAt(self.table.viewport().height() - 1)
        last = bottom if bottom >= 0 else self.model.rowCount() - 1
        gap = self.model.gap_in(top, last) or self.model.gap_in(top - AHEAD, last + AHEAD)
        if gap is not None:
            self._fetching = True
            self._tasks.start(self._fetch(gap, top, self._generation))

    async def _fetch(self, gap: Gap, top: int, generation: int) -> None:
        """Go on from the row before or after the gap; far from both, count off from the top."""
        wanted = max(gap.first, top)
        try:
            if wanted - gap.first < PAGE:
                await self._fill_after(gap.before, generation)
            elif gap.after is not None and gap.end - wanted <= PAGE:
                await self._fill_before(gap.after, generation)
            else:
                await self._fill_at(max(gap.first, wanted - PAGE // 2), generation)
        finally:
            self._fetching = False
        self._look_soon()

    async def _fill_after(self, before: CaseRow | None, generation: int) -> None:
        cursor = cursor_of(before, self._sort) if before else None
        page = await self._page(self._descending, cursor)
        known = before.id if before else None
        self._fill(generation, lambda: self.model.fill_after(known, page.rows, page.next is None))

    async def _fill_before(self, after: CaseRow, generation: int) -> None:
        page = await self._page(not self._descending, cursor_of(after, self._sort))
        rows, is_top = page.rows[::-1], page.next is None
        self._fill(generation, lambda: self.model.fill_before(after.id, rows, is_top))

    async def _fill_at(self, place: int, generation: int) -> None:
        rows = await self._desk.ask(
            cases.page_at, self.chosen, self._sort, self._descending, place, PAGE
        )
        self._fill(generation, lambda: self.model.fill_at(place, rows, len(rows) < PAGE))

    def _fill(self, generation: int, fill: Callable[[], None]) -> None:
        """Take in what was fetched, unless another list is shown by now; forget what is far."""
        if generation == self._generation:
            with self._selection_kept():
                fill()
                self.model.forget_far(max(0, self.table.rowAt(0)))

    async def _page(self, descending: bool, after: Cursor | None) -> Page:
        return await self._desk.ask(cases.page, self.chosen, self._sort, descending, after, PAGE)

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
                    self.model.rank(row, self._sort, self._descending)
                else:
                    elsewhere = not self.model.put_in_place(row, self._sort) or elsewhere
        if elsewhere:
            self.reload()  # where it belongs only the database knows
        else:
            await self._count(generation)

    @contextmanager
    def _selection_kept(self) -> Iterator[None]:
        """The chosen case stays chosen while rows come and go; none is chosen in its place."""
        at_hand = self._chosen_id is not None and self.model.place_of(self._chosen_id) is not None
        before = -1 if at_hand else self.table.currentIndex().row()
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        try:
            yield
        finally:
            self._mark(before)
            selection.blockSignals(False)
            self.table.viewport().update()
        self._take_wanted()

    def _mark(self, before: int) -> None:
        """Mark the chosen case where it stands now. Where it was not at hand, keys go on from the
        row they were at; where it is gone, from none: the next one is not chosen in its place.
        """
        place = self._wanted
        if place is None and self._chosen_id is not None:
            place = self.model.place_of(self._chosen_id)
        flags = QItemSelectionModel.SelectionFlag
        mark = flags.ClearAndSelect | flags.Rows if place is not None else flags.NoUpdate
        place = min(before if place is None else place, self.model.rowCount() - 1)
        if place >= 0:
            self.table.selectionModel().setCurrentIndex(self.model.index(place, 0), mark)

    def _take_wanted(self) -> None:
        """A row that was chosen while it was not at hand is chosen now that it is."""
        row = self.model.row_at(self._wanted)
        if row is not None:
            self._wanted, self._chosen_id = None, row.id
            self.case_chosen.emit(row.id)

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
        self.table.scrollToTop()
        self.reload()

    def _on_row(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = index.data(ROW)
        self._wanted = index.row() if row is None and index.isValid() else None
        if row is not None:
            self._chosen_id = row.id
            self.case_chosen.emit(row.id)

    def _on_clicked(self, index: QModelIndex) -> None:
        """A row may be chosen that was current before, and was not this case then."""
        row = index.data(ROW)
        if row is not None and row.id != self._chosen_id:
            self._on_row(index, index)

    def forget_person(self) -> None:
        """Nothing that one person searched or chose is there for the next."""
        self.bar.reset()
        self._chosen_id = self._wanted = None
        self.table.setCurrentIndex(QModelIndex())

    def choose(self, case_id: int) -> None:
        """Mark a case in the list, if it is there."""
        place = self.model.place_of(case_id)
        if place is None:
            with self._selection_kept():  # no other is marked; it is, as soon as it is listed
                self._chosen_id, self._wanted = case_id, None
            return
        self.table.selectRow(place)
        self._on_clicked(self.model.index(place, 0))


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

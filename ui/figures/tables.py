"""The tables of figures: every number opens the list of cases that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from app.domain.case_list import CaseFilter
from app.domain.figures import Count, Counted, Part
from app.services.figures import HEAD, Compared, FacetLine, RateLine, Report
from ui.labels import facet_word, label
from ui.theme import TOKENS
from ui.words import tr

OPENS = Qt.ItemDataRole.UserRole
"""A function that tells what a cell opens: a tuple would come back from Qt as a list."""


class Figure(NamedTuple):
    """A figure, the parts of it that a cell shows, and both in words."""

    counted: Counted
    parts: tuple[Part, ...]
    words: str

    def over(self, chosen: CaseFilter) -> CaseFilter:
        """The filter that lists its cases."""
        return replace(chosen, counted=self.counted, parts=self.parts)


class CaseList(NamedTuple):
    """Just these cases, and what they have in common, in words."""

    ids: frozenset[int]
    words: str

    def over(self, chosen: CaseFilter) -> CaseFilter:
        """The filter that lists them."""
        return replace(chosen, ids=self.ids)


Opened = Figure | CaseList

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TITLE_ROOM = 28
HERE = Qt.ShortcutContext.WidgetShortcut
UP = 5.0
"""Percent of change from which it is coloured: less is noise."""


class FigureTable(QTreeWidget):
    """A table of numbers. Signals: `opened(Opened)` when a number that has a list was chosen."""

    opened = Signal(object)

    def __init__(self, titles: Sequence[tuple[str, int]], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setRootIsDecorated(False)
        self.setAlternatingRowColors(True)
        self.setHeaderLabels([title for title, _ in titles])
        self.header().setStretchLastSection(False)
        self.header().setDefaultAlignment(RIGHT)
        self.headerItem().setTextAlignment(0, Qt.AlignmentFlag.AlignLeft)
        words = self.header().fontMetrics()
        for place, (title, width) in enumerate(titles):
            self.setColumnWidth(place, max(width, words.horizontalAdvance(title) + TITLE_ROOM))
        self.itemClicked.connect(self._on_chosen)
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)  # not "activated": a click may be that as well
        for key in keys:
            QShortcut(QKeySequence(key), self, self._on_key, context=HERE)

    def _on_key(self) -> None:
        if (item := self.currentItem()) is not None:
            self._on_chosen(item, self.currentColumn())

    def _on_chosen(self, item: QTreeWidgetItem, column: int) -> None:
        if (told := item.data(column, OPENS)) is not None:
            self.opened.emit(told())

    def add(self, texts: Sequence[str]) -> QTreeWidgetItem:
        """A row: a name, then numbers."""
        item = QTreeWidgetItem(list(texts))
        for place in range(1, len(texts)):
            item.setTextAlignment(place, RIGHT)
        self.addTopLevelItem(item)
        return item


def opens(item: QTreeWidgetItem, column: int, told: Opened) -> None:
    """Let this number open its list, and look like it."""
    if item.text(column) == "0":
        return
    item.setData(column, OPENS, lambda: told)
    item.setForeground(column, QColor(TOKENS["accent"]))
    font = QFont(item.font(column))
    font.setUnderline(True)
    item.setFont(column, font)
    item.setToolTip(column, tr("查看这 {n} 宗案件", n=item.text(column)))


class CountsTable(FigureTable):
    """Each count now, in the span before and a year ago."""

    def __init__(self) -> None:
        titles = (
            (tr("指标（宗）"), 150),
            (tr("本期"), 90),
            (tr("上期"), 90),
            (tr("环比"), 90),
            (tr("去年同期"), 90),
            (tr("同比"), 90),
        )
        super().__init__(titles, tr("案件数量"))

    def put(self, report: Report, words: str) -> None:
        """Show the counts of this report; `words` name its span."""
        self.clear()
        for line in report.totals:
            self._put_line(line, report, words)

    def _put_line(self, line: Compared, report: Report, words: str) -> None:
        name = label(line.what)
        texts = [name, f"{line.now:,}", f"{line.before:,}", growth(line.since_before)]
        item = self.add([*texts, f"{line.year_ago:,}", growth(line.since_year_ago)])
        opens(item, 1, Figure(Counted(line.what, report.span), (), f"{name} {words}"))
        for column, told in ((3, line.since_before), (5, line.since_year_ago)):
            if told is not None and abs(told) >= UP:
                item.setForeground(column, QColor(TOKENS["near"]))


class RatesTable(FigureTable):
    """Each rate with the two numbers that make it; the definition where the row is chosen."""

    def __init__(self) -> None:
        titles = ((tr("比率"), 190), (tr("分子"), 90), (tr("分母"), 90), (tr("比率值"), 100))
        super().__init__(titles, tr("比率"))

    def put(self, report: Report, words: str) -> None:
        """Show the rates of this report."""
        self.clear()
        for line in report.rates:
            self._put_line(line, report, words)

    def _put_line(self, line: RateLine, report: Report, words: str) -> None:
        rate = line.rate
        item = self.add([tr(rate.name), f"{line.above:,}", f"{line.below:,}", share(line.percent)])
        words_of = definition(line)
        for column in (0, 3):
            item.setToolTip(column, words_of)
        for column, what in ((1, rate.above), (2, rate.below)):
            told = f"{label(what)} {words}"
            opens(item, column, Figure(Counted(what, report.span), (), told))


class LinesTable(FigureTable):
    """The counts divided by a facet, with totals; a total that its rows do not add to is red."""

    def __init__(self) -> None:
        titles = [(tr("分组"), 210), *((label(what), 96) for what in HEAD)]
        super().__init__(titles, tr("分组统计"))

    def put(self, report: Report, words: str) -> None:
        """Show the rows of this report and, below them, what they come to."""
        self.clear()
        for line in report.lines:
            self._put_line(line, report, words)
        totals = [next(t.now for t in report.totals if t.what is what) for what in HEAD]
        item = self.add([tr("合计"), *(f"{number:,}" for number in totals)])
        font = item.font(0)
        font.setBold(True)
        wrong = {one.column: one for one in report.wrong}
        for column, what in enumerate((None, *HEAD)):
            item.setFont(column, font)
            if what is not None and (told := wrong.get(what.value)):
                item.setForeground(column, QColor(TOKENS["overdue"]))
                words_ = tr("各行相加 {added}，合计 {n}", added=told.added, n=told.printed)
                item.setToolTip(column, words_)

    def _put_line(self, line: FacetLine, report: Report, words: str) -> None:
        name = facet_word(report.facet, line.key, line.name)
        item = self.add([name, *(_number(line, what) for what in HEAD)])
        for column, what in enumerate(HEAD, 1):
            if line.counts.get(what):
                part = Part(report.facet, line.key)
                told = f"{name} {label(what)} {words}"
                opens(item, column, Figure(Counted(what, report.span), (part,), told))


def _number(line: FacetLine, what: Count) -> str:
    return f"{line.counts.get(what, 0):,}"


def growth(percent: float | None) -> str:
    """By how much it has grown; a dash where there was nothing to grow from."""
    return "—" if percent is None else f"{percent:+.2f}%"


def share(percent: float | None) -> str:
    return "—" if percent is None else f"{percent:.2f}%"


def definition(line: RateLine) -> str:
    """What stands above and below the line, and by whose rule."""
    rate = line.rate
    return tr(
        "{name} = {definition}（{basis}，第 {version} 版）",
        name=tr(rate.name),
        definition=tr(rate.definition),
        basis=tr(rate.basis),
        version=rate.version,
    )

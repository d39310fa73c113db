"""The page of figures: a span, its counts and rates, its table, its trouble, its closed months."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.deadline import CITY
from app.domain.figures import Facet, Span, span_of
from app.services import figures
from app.services.sheets import write_tables
from ui.figures.export import tables_of
from ui.figures.handing_view import HandingView
from ui.figures.months_view import MonthsView
from ui.figures.tables import CountsTable, FigureTable, LinesTable, RatesTable
from ui.figures.trouble_view import TroubleView
from ui.labels import label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.widgets.day_span import DaySpan
from ui.widgets.named import named
from ui.words import listed, tr

SPANS = ("本月", "上月", "今日", "昨日", "本周", "今年", "去年", "自定")
DAY = timedelta(days=1)


class FiguresPage(QWidget):
    """Signals: `opened(Opened)`: the cases behind a number are wanted."""

    opened = Signal(object)

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self.report: figures.Report | None = None
        self.trouble: figures.Trouble | None = None
        self._shown = ""  # the span that these two are of: the boxes may have moved on
        self._asked = 0
        self.span = QComboBox()
        self.span.setAccessibleName(tr("统计期"))
        self.days = DaySpan(self._today(), self._today())
        self.facet = QComboBox()
        self.facet.setAccessibleName(tr("分组方式"))
        self.save = QPushButton(tr("导出 xlsx…"))
        self.told = named(QLabel(), "muted")
        self.counts, self.rates, self.lines = CountsTable(), RatesTable(), LinesTable()
        self.hot = TroubleView()
        self.handing = HandingView()
        self.months = MonthsView()
        self.tabs = QTabWidget()
        self._build()
        self._connect()
        self._on_span()

    def _build(self) -> None:
        for words in SPANS:
            self.span.addItem(tr(words), words)
        for facet in Facet:
            self.facet.addItem(label(facet), facet)
        head = QHBoxLayout()
        for widget in (self.span, self.days, self.facet, self.save):
            head.addWidget(widget)
        head.addWidget(self.told, 1)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.counts)
        left.addWidget(self.rates)
        self.tabs.addTab(self.lines, tr("分组统计"))
        self.tabs.addTab(self.hot, tr("热点与反复"))
        self.tabs.addTab(self.handing, tr("分派质量"))
        self.tabs.addTab(self.months, tr("月度封账"))
        body = QSplitter()
        body.addWidget(left)
        body.addWidget(self.tabs)
        body.setStretchFactor(1, 1)
        body.setSizes([640, 1100])
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addLayout(head)
        column.addWidget(body, 1)

    def _connect(self) -> None:
        self.span.currentIndexChanged.connect(self._on_span)
        self.days.changed.connect(self._on_day)
        self.facet.currentIndexChanged.connect(self.reload)
        self.save.clicked.connect(self._ask_file)
        tables: tuple[FigureTable, ...] = (
            self.counts,
            self.rates,
            self.lines,
            self.hot.recurring,
            self.handing.table,
        )
        for table in tables:
            table.opened.connect(self.opened)
        self.months.close_wanted.connect(lambda: self._tasks.start(self._close_month()))
        self.months.month_chosen.connect(lambda month: self._tasks.start(self._correct(month)))

    # The span.

    def _on_span(self) -> None:
        """A named span fills in its days."""
        today = self._today()
        first = today.replace(day=1)
        match self.span.currentData():
            case "上月":
                last = first - DAY
                days = last.replace(day=1), last
            case "今日":
                days = today, today
            case "昨日":
                days = today - DAY, today - DAY
            case "本周":
                days = today - today.weekday() * DAY, today
            case "今年":
                days = today.replace(month=1, day=1), today
            case "去年":
                year = today.year - 1
                days = date(year, 1, 1), date(year, 12, 31)
            case "本月":
                days = first, (first + 32 * DAY).replace(day=1) - DAY
            case _:
                return
        self.days.put(*days)
        if self.isVisible():
            self.reload()

    def _on_day(self) -> None:
        self.span.blockSignals(True)
        self.span.setCurrentIndex(len(SPANS) - 1)
        self.span.blockSignals(False)
        self.reload()

    def _today(self) -> date:
        return self._desk.clock().astimezone(CITY).date()

    def _chosen(self) -> Span:
        return span_of(*self.days.days())

    def _words(self) -> str:
        first, last = self.days.days()
        return f"{first} — {last}"

    # Loading.

    def reload(self) -> None:
        """Reckon the span that is chosen."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        self._asked += 1
        asked, words = self._asked, self._words()
        self.told.setText(tr("正在统计…"))
        span, facet = self._chosen(), self.facet.currentData()
        try:
            report = await self._desk.ask_long(figures.report, span, facet)
            trouble = await self._desk.ask_long(figures.trouble, span)
            frozen = await self._desk.ask(figures.closed_months)
        except BaseException:
            if asked == self._asked:
                self.told.clear()
            raise
        if asked != self._asked:
            return  # another span was chosen meanwhile
        self.report, self.trouble, self._shown = report, trouble, words
        self.counts.put(report, words)
        self.rates.put(report, words)
        self.lines.put(report, words)
        self.hot.put(trouble)
        self.handing.put(trouble.handed, words)
        self.months.put(frozen)
        before = self._today().replace(day=1) - DAY
        closed = {one.month for one in frozen}
        may = self._desk.signed.role in figures.CLOSING
        self.months.offer(f"{before:%Y-%m}", may and f"{before:%Y-%m}" not in closed)
        self._tell_sums(report)

    def _tell_sums(self, report: figures.Report) -> None:
        if report.wrong:
            names = listed(sorted({one.column for one in report.wrong}))
            words = tr("合计不符：{names}。请勿使用本表，并告诉管理员", names=names)
            self._notices.say(words, "wrong")
        else:
            words = tr("合计已逐列核对，全部相符")
        self.told.setText(words)

    # Doing.

    def _ask_file(self) -> None:
        name = f"{tr('案件统计')} {self._shown}.xlsx".replace(" — ", "_")
        ask_save(self, tr("导出统计"), name, self.export)

    def export(self, file: Path) -> None:
        """Write what is shown as a workbook."""
        self._tasks.start(self._export(file))

    async def _export(self, file: Path) -> None:
        if self.report is None or self.trouble is None:
            return
        sheets = tables_of(self.report, self.trouble, self._shown)
        await asyncio.to_thread(write_tables, file, sheets)
        self._notices.say(tr("已导出：{file}", file=file.name), "ok")

    async def _close_month(self) -> None:
        before = self._today().replace(day=1) - DAY
        month = await self._desk.run_long(figures.close_month, before.year, before.month)
        self._notices.say(tr("{month} 已封账", month=month), "ok")
        self.reload()

    async def _correct(self, month: str) -> None:
        found = await self._desk.ask_long(figures.corrected, month)
        self.months.put_corrections(month, found)

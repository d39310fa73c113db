"""The working calendar: a year's days off and make-up days, and the limits of the desk's stages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.deadline import CITY
from app.domain.reasoning import WEEKDAYS
from app.domain.stages import Stage
from app.services import calendar
from ui.labels import label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_open
from ui.widgets.named import named
from ui.widgets.plain_table import plain_table
from ui.words import tr

YEARS_BACK, YEARS_ON = 1, 2
COLUMNS = (("日期", 110), ("星期", 60), ("班休", 60), ("名称", 130), ("出处", 160))


class CalendarPanel(QWidget):
    """A year at a time; what is entered here holds against what the program carries."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._now = desk.clock().astimezone(CITY).year
        self.year = QComboBox()
        for year in range(self._now - YEARS_BACK, self._now + YEARS_ON + 1):
            self.year.addItem(tr("{year} 年", year=year), year)
        self.year.setCurrentIndex(YEARS_BACK)
        self.told = named(QLabel(wordWrap=True), "muted")
        self.table = plain_table(COLUMNS, tr("日历与时限"))
        self.day = QDateEdit()
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.kind = QComboBox()
        self.kind.addItem(tr("休"), False)
        self.kind.addItem(tr("班"), True)
        self.name = QLineEdit(placeholderText=tr("节日或调休的名称"))
        self.add = QPushButton(tr("录入"))
        self.drop = QPushButton(tr("撤销录入"))
        self.take = QPushButton(tr("从文件录入…"))
        self.settle = QPushButton(tr("本年安排已录全"))
        self.settle.setCheckable(True)
        self.again = QPushButton()
        self.limits: dict[Stage, QLineEdit] = {}
        self._build()
        self.year.currentIndexChanged.connect(lambda _: self.reload())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(self.year)
        head.addWidget(self.settle)
        head.addWidget(self.take)
        head.addStretch()
        self._entry = QWidget()
        entry = QHBoxLayout(self._entry)
        entry.setContentsMargins(0, 0, 0, 0)
        for widget in (self.day, self.kind, self.name, self.add, self.drop):
            entry.addWidget(widget, 1 if widget is self.name else 0)
        column.addLayout(head)
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addWidget(self._entry)
        column.addWidget(self.again)
        column.addWidget(
            named(QLabel(tr("本台各阶段时限（如 0.5紧急工作时、1工作日）")), "sectionTitle")
        )
        form = QFormLayout()
        for stage in Stage:
            field = QLineEdit()
            field.setAccessibleName(label(stage))
            field.editingFinished.connect(lambda stage=stage: self._keep_limit(stage))
            self.limits[stage] = field
            form.addRow(label(stage), field)
        column.addLayout(form)
        self.add.clicked.connect(self._on_add)
        self.drop.clicked.connect(self._on_drop)
        self.take.clicked.connect(
            lambda: ask_open(
                self, tr("选择放假安排"), tr("表格") + " (*.xlsx *.xls *.csv)", self.take_file
            )
        )
        self.settle.clicked.connect(self._on_settle)
        self.again.clicked.connect(lambda: self._tasks.start(self._reckon()))

    def offer(self, may: bool) -> None:
        """Whether whoever sits here may change anything."""
        for widget in (self._entry, self.take, self.settle, self.again):
            widget.setVisible(may)
        for field in self.limits.values():
            field.setReadOnly(not may)

    def reload(self) -> None:
        """Fetch the chosen year and the limits."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        year = int(self.year.currentData())
        seen = await self._desk.ask(calendar.year_view, year)
        limits = await self._desk.ask(calendar.stage_limits)
        if year != self.year.currentData():
            return
        self._show(seen)
        for stage, field in self.limits.items():
            if not field.hasFocus():
                field.setText(str(limits[stage]))
                field.setModified(False)

    def _show(self, seen: calendar.YearView) -> None:
        self.table.clear()
        for day, told, own in seen.days:
            kind = tr("班") if told.working else tr("休")
            source = (own.source or tr("{person} 录入", person=own.by)) if own else tr("国务院通知")
            texts = [day.isoformat(), tr(WEEKDAYS[day.weekday()]), kind, tr(told.name), source]
            item = QTreeWidgetItem(texts)
            item.setData(0, Qt.ItemDataRole.UserRole, day)
            item.setData(1, Qt.ItemDataRole.UserRole, own is not None)
            self.table.addTopLevelItem(item)
        if self.day.date().year() != seen.year:  # a run of days is entered one after the other
            self.day.setDate(QDate(seen.year, 1, 1))
        self.settle.setChecked(seen.settled)
        if seen.settled:
            words = tr("{year} 年共 {n} 天与星期不同", year=seen.year, n=len(seen.days))
        else:
            words = tr(
                "{year} 年放假安排尚未公布：跨入这一年的期限按周一至周五暂定", year=seen.year
            )
        self.told.setText(words)
        self.again.setText(tr("重算暂定的期限（{n} 宗）", n=seen.provisional_cases))
        self.again.setEnabled(seen.provisional_cases > 0)

    # What is done.

    def _on_add(self) -> None:
        told = self.day.date()
        day = date(told.year(), told.month(), told.day())
        self._tasks.start(self._enter(day, self.kind.currentData(), self.name.text()))

    async def _enter(self, day: date, working: bool, name: str) -> None:
        await self._desk.run(calendar.enter, day, working, name)
        self.name.clear()
        await self._load()

    def _on_drop(self) -> None:
        item = self.table.currentItem()
        if item is None or not item.data(1, Qt.ItemDataRole.UserRole):
            self._notices.say(tr("请先选中一个录入的日期"), "wrong")
            return
        self._tasks.start(self._drop(item.data(0, Qt.ItemDataRole.UserRole)))

    async def _drop(self, day: date) -> None:
        await self._desk.run(calendar.remove, day)
        await self._load()

    def _on_settle(self, known: bool) -> None:
        self._tasks.start(self._settle(int(self.year.currentData()), known))

    async def _settle(self, year: int, known: bool) -> None:
        await self._desk.run(calendar.announce, year, known)
        await self._load()

    def take_file(self, file: Path) -> None:
        """Enter the days of this file."""
        self._tasks.start(self._take(file))

    async def _take(self, file: Path) -> None:
        days = await asyncio.to_thread(calendar.read_notice, file)
        count = await self._desk.run(calendar.enter_all, days)
        self._notices.say(tr("已录入 {n} 天", n=count), "ok")
        await self._load()

    async def _reckon(self) -> None:
        told = await self._desk.run(calendar.reckon_again)
        self._notices.say(
            tr("已重算：{n} 宗案件的期限有变化，原因写在流转记录里", n=len(told)), "ok"
        )
        await self._load()

    def _keep_limit(self, stage: Stage) -> None:
        field = self.limits[stage]
        if field.isModified():
            field.setModified(False)
            self._tasks.start(self._put_limit(stage, field.text()))

    async def _put_limit(self, stage: Stage, written: str) -> None:
        await self._desk.run(calendar.put_stage_limit, stage, written)
        self._notices.say(tr("{stage}时限已改为 {limit}", stage=label(stage), limit=written), "ok")

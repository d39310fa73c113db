"""Bringing in a list of cameras: the file, what its columns mean, a trial, and the writing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.camera_import import COLUMNS, REQUIRED
from app.domain.network import Networks
from app.secrets import Seal
from app.services import directory
from app.services.sheets import Sheet
from ui.directory.outcome import list_lines, summary
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_open, ask_save
from ui.widgets.named import named
from ui.words import sentence, tr


class ImportPanel(QWidget):
    """Signals: `progressed(done, of)`, from whichever thread reads."""

    progressed = Signal(int, int)

    def __init__(
        self,
        desk: Desk,
        seal: Seal,
        networks: tuple[str, ...],
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._desk, self._seal, self._notices = desk, seal, notices
        self._networks = Networks(networks)
        self._tasks = Tasks(self, self._on_error)
        self._tell_error = on_error
        self._sheet: Sheet | None = None
        self._plan: directory.Plan | None = None
        self._written = False  # what was tried has been written; what was refused is still known
        self._cancelled = threading.Event()
        self.choose = QPushButton(tr("选择文件（xlsx、xls、csv）…"))
        self.file = named(QLabel(tr("还没有选择文件"), wordWrap=True), "muted")
        self.fields: dict[str, QComboBox] = {}
        self.trial = QPushButton(tr("试算"))
        self.write = QPushButton(tr("写入目录"))
        self.write.setProperty("weight", "main")
        self.refused = QPushButton(tr("未收行存为 xlsx…"))
        self.stop = QPushButton(tr("取消"))
        self.bar = QProgressBar()
        self.told = QLabel(wordWrap=True)
        self.reasons = QTreeWidget()
        self._build()
        self.choose.clicked.connect(self._ask_file)
        self.trial.clicked.connect(lambda: self._tasks.start(self._try()))
        self.write.clicked.connect(lambda: self._tasks.start(self._write()))
        self.refused.clicked.connect(self._ask_refused)
        self.stop.clicked.connect(self._cancelled.set)
        self.progressed.connect(self._on_progress)
        self._ready()

    def _build(self) -> None:
        form = QFormLayout()
        for column in COLUMNS:
            field = QComboBox()
            field.setAccessibleName(tr(column.title))
            field.currentIndexChanged.connect(self._forget_plan)
            self.fields[column.field] = field
            mark = " *" if column.field in REQUIRED else ""
            form.addRow(tr(column.title) + mark, field)
        inner = QWidget()
        inner.setLayout(form)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(inner)
        scroll.setMinimumHeight(330)
        self.reasons.setHeaderLabels([tr("行"), tr("列"), tr("说明")])
        self.reasons.setRootIsDecorated(False)
        self.reasons.setColumnWidth(0, 60)
        self.reasons.setColumnWidth(1, 190)
        buttons = QHBoxLayout()
        for button in (self.trial, self.write, self.refused, self.stop):
            buttons.addWidget(button)
        buttons.addStretch()
        column_ = QVBoxLayout(self)
        column_.addWidget(self.choose)
        column_.addWidget(self.file)
        column_.addWidget(named(QLabel(tr("各栏对应文件中的哪一列（* 必需）")), "sectionTitle"))
        column_.addWidget(scroll, 2)
        column_.addLayout(buttons)
        column_.addWidget(self.bar)
        column_.addWidget(self.told)
        column_.addWidget(self.reasons, 2)

    # The file.

    def _ask_file(self) -> None:
        ask_open(self, tr("选择点位表"), tr("表格") + " (*.xlsx *.xls *.csv)", self.take)

    def take(self, file: Path) -> None:
        """Read this file and guess what its columns mean."""
        self._tasks.start(self._take(file))

    async def _take(self, file: Path) -> None:
        sheet, mapping = await asyncio.to_thread(directory.read_file, file)
        self._sheet = sheet
        self.file.setText(tr("{file}，{n} 行", file=file.name, n=len(sheet.rows)))
        for name, field in self.fields.items():
            field.blockSignals(True)
            field.clear()
            field.addItem(tr("（没有这一列）"), "")
            for title in filter(None, sheet.titles):
                field.addItem(title, title)
            field.setCurrentIndex(max(0, field.findData(mapping.get(name, ""))))
            field.blockSignals(False)
        self._forget_plan()

    # Trial and writing.

    async def _try(self) -> None:
        plan = await self._make_plan()
        outcome = await self._desk.run(
            directory.carry_out, plan, self._seal.seal, self._seal.open, True
        )
        self._show(outcome, tr("试算：还没有写入"))

    async def _write(self) -> None:
        assert self._plan is not None
        plan, self._written = self._plan, True
        outcome = await self._desk.run(directory.carry_out, plan, self._seal.seal, self._seal.open)
        self._show(outcome, tr("已写入目录"))
        self._notices.say(
            tr(
                "点位目录：新增 {added}，更新 {changed}",
                added=outcome.added,
                changed=outcome.changed,
            ),
            "ok",
        )

    async def _make_plan(self) -> directory.Plan:
        assert self._sheet is not None
        self._written = False
        mapping = {n: f.currentData() for n, f in self.fields.items() if f.currentData()}
        self._cancelled.clear()
        self.stop.setEnabled(True)

        def told(done: int, of: int) -> bool:
            self.progressed.emit(done, of)
            return not self._cancelled.is_set()

        try:
            self._plan = await asyncio.to_thread(
                directory.plan, self._sheet, mapping, self._networks, told
            )
        finally:
            self.stop.setEnabled(False)
        return self._plan

    def _show(self, outcome: directory.Outcome, title: str) -> None:
        self.told.setText(summary(outcome, title))
        list_lines(self.reasons, outcome)
        self._ready()

    def _ask_refused(self) -> None:
        ask_save(self, tr("未收行存为"), tr("未收行") + ".xlsx", self.save_refused)

    def save_refused(self, file: Path) -> None:
        """Write the refused rows with their reasons."""
        self._tasks.start(self._save_refused(file))

    async def _save_refused(self, file: Path) -> None:
        if self._plan is not None:
            count = await asyncio.to_thread(directory.write_refused, self._plan, file, sentence)
            self._notices.say(tr("已存 {n} 行到 {file}", n=count, file=file.name), "ok")

    # State.

    def _forget_plan(self) -> None:
        self._plan = None
        self.told.clear()
        self.reasons.clear()
        self.bar.setValue(0)
        self._ready()

    def _ready(self) -> None:
        """Only what makes sense now can be pressed."""
        chosen = self._sheet is not None and all(
            self.fields[name].currentData() for name in REQUIRED
        )
        self.trial.setEnabled(chosen)
        self.write.setEnabled(chosen and self._plan is not None and not self._written)
        self.refused.setEnabled(self._plan is not None and bool(self._plan.refused))
        self.stop.setEnabled(False)

    def _on_progress(self, done: int, of: int) -> None:
        self.bar.setRange(0, max(1, of))
        self.bar.setValue(done)

    def _on_error(self, error: Exception) -> None:
        self._ready()
        self._tell_error(error)

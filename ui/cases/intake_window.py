"""Orders brought in from a file: the sender's columns, a trial, the writing, and the way back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.batch import Batch
from app.domain.coordinates import System
from app.domain.order_columns import FIELDS, REQUIRED, Preset
from app.resources import districts
from app.services import intake, presets, schemes
from app.services.sheets import Sheet
from ui.labels import clock, label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_open, ask_save
from ui.widgets.named import named
from ui.widgets.plain_table import plain_table
from ui.widgets.twice import Twice
from ui.words import sentence, tr

LISTED = 500
"""Reasons shown on screen; the workbook has them all."""

REASON_COLUMNS = (("行", 60), ("列", 130), ("未收原因", 400))
BATCH_COLUMNS = (
    ("批次", 60), ("文件", 220), ("来文单位", 90), ("新增", 60), ("已有", 60), ("未收", 60),
    ("时间", 110), ("导入人", 90), ("状态", 110),
)  # fmt: skip


class IntakeWindow(QDialog):
    """One file at a time. `progressed(done, of)`, from whichever thread reads."""

    progressed = Signal(int, int)

    def __init__(
        self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("导入工单"))
        self.resize(1080, 860)
        self._desk, self._notices, self._tell_error = desk, notices, on_error
        self._tasks = Tasks(self, self._on_error)
        self._file = Path()
        self._sheet: Sheet | None = None
        self._known: list[Preset] = []
        self._guessed = self._base = Preset("", {})
        self._plan: intake.Plan | None = None
        self._judged: intake.Plan | None = None  # whose refused rows can be had
        self._cancelled = threading.Event()
        self._make_fields()
        self._build()
        self._connect()
        self._ready()

    def _make_fields(self) -> None:
        self.choose = QPushButton(tr("选择文件（xlsx、xls、csv、tsv、json）…"))
        self.file = named(QLabel(tr("还没有选择文件")), "muted")
        self.preset = QComboBox()
        self.preset.setAccessibleName(tr("来文单位的预设"))
        self.sender_name = QLineEdit(placeholderText=tr("来文单位的名称"))
        self.keep = QPushButton(tr("存为预设"))
        self.fields = {one.name: QComboBox() for one in FIELDS}
        self.system = QComboBox()
        for system in System:
            self.system.addItem(label(system), system)
        self.district = QComboBox()
        self.district.addItem(tr("没写区的不收"), "")
        for district in districts():
            self.district.addItem(tr("没写区的归{name}", name=district.name), district.code)
        self.scheme = QComboBox()
        self.scheme.setAccessibleName(tr("类别方案"))
        for box in (self.scheme, self.preset):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.scheme.addItem(tr("按本市类别"), "")
        self.fallback = QLineEdit(placeholderText=tr("不认识的类别按此编码收下，可不填"))
        self.trial = QPushButton(tr("试算"))
        self.write = QPushButton(tr("导入"))
        self.write.setProperty("weight", "main")
        self.refused = QPushButton(tr("未收行存为 xlsx…"))
        self.stop = QPushButton(tr("取消"))
        self.bar = QProgressBar()
        self.told = QLabel(wordWrap=True)
        self.reasons = plain_table(REASON_COLUMNS, tr("未收原因"))
        self.batches = plain_table(BATCH_COLUMNS, tr("最近导入的批次"))
        self.undo = Twice(tr("撤销选中的一批"))
        self.undo.setProperty("weight", "danger")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.addLayout(_row(self.choose, self.file))
        column.addLayout(_row(QLabel(tr("来文单位")), self.preset, self.sender_name, self.keep))
        column.addWidget(named(QLabel(tr("各栏对应文件中的哪一列（* 必需）")), "sectionTitle"))
        grid = QGridLayout()
        for place, one in enumerate(FIELDS):
            mark = " *" if one.name in REQUIRED else ""
            self.fields[one.name].setAccessibleName(tr(one.title))
            grid.addWidget(QLabel(tr(one.title) + mark), place // 3, place % 3 * 2)
            grid.addWidget(self.fields[one.name], place // 3, place % 3 * 2 + 1)
        for side in (1, 3, 5):
            grid.setColumnStretch(side, 1)
        column.addLayout(grid)
        column.addLayout(
            _row(QLabel(tr("坐标系")), self.system, self.district, self.scheme, self.fallback)
        )
        column.addLayout(_row(self.trial, self.write, self.refused, self.stop, self.bar))
        column.addWidget(self.told)
        column.addWidget(self.reasons, 3)
        column.addWidget(named(QLabel(tr("最近导入的批次")), "sectionTitle"))
        column.addWidget(self.batches, 2)
        column.addLayout(_row(self.undo))

    def _connect(self) -> None:
        kinds = tr("表格") + " (*.xlsx *.xls *.csv *.tsv *.txt *.json)"
        self.choose.clicked.connect(lambda: ask_open(self, tr("选择工单表"), kinds, self.take))
        self.preset.activated.connect(lambda _: self._use(self.preset.currentData()))
        self.keep.clicked.connect(lambda: self._tasks.start(self._keep_preset()))
        self.trial.clicked.connect(lambda: self._tasks.start(self._bring(dry=True)))
        self.write.clicked.connect(lambda: self._tasks.start(self._bring(dry=False)))
        self.refused.clicked.connect(
            lambda: ask_save(self, tr("未收行存为"), tr("未收行") + ".xlsx", self.save_refused)
        )
        self.stop.clicked.connect(self._cancelled.set)
        self.undo.confirmed.connect(self._on_undo)
        self.progressed.connect(self._on_progress)
        for field in (*self.fields.values(), self.system, self.district, self.scheme):
            field.currentIndexChanged.connect(self._forget_plan)
        self.fallback.textChanged.connect(self._forget_plan)
        self.batches.itemSelectionChanged.connect(self._ready)
        self.batches.itemSelectionChanged.connect(self._name_batch)

    # The file and how it is read.

    def reload(self) -> None:
        """Fetch the batches; they change at other desks too."""
        self._tasks.start(self._load_batches())

    def take(self, file: Path) -> None:
        """Read this file and find out whose it is."""
        self._tasks.start(self._take(file))

    async def _take(self, file: Path) -> None:
        self._known = await self._desk.ask(presets.every)
        known = await self._desk.ask(schemes.listed)
        sheet, guessed = await asyncio.to_thread(intake.read_file, file, self._known)
        self._offer_schemes(known)
        self._file, self._sheet, self._guessed = file, sheet, guessed
        self.file.setText(tr("{file}，{n} 行", file=file.name, n=len(sheet.rows)))
        self.preset.clear()
        self.preset.addItem(tr("按列名猜"), None)
        for one in self._known:
            self.preset.addItem(one.name, one)
        self.preset.setCurrentIndex(max(0, self.preset.findText(guessed.name)))
        for field in self.fields.values():
            field.blockSignals(True)
            field.clear()
            field.addItem(tr("（没有这一列）"), "")
            for title in filter(None, sheet.titles):
                field.addItem(title, title)
            field.blockSignals(False)
        self._use(None if not guessed.name else guessed)

    def _offer_schemes(self, lines: Sequence[schemes.SchemeLine]) -> None:
        self.scheme.clear()
        self.scheme.addItem(tr("按本市类别"), "")
        for line in lines:
            self.scheme.addItem(tr("类别按{scheme}", scheme=line.name), line.name)

    def _use(self, chosen: Preset | None) -> None:
        """Set every box as this preset says; without one, as the titles suggest."""
        if self._sheet is None:
            return
        told = chosen.for_titles(self._sheet.titles) if chosen else self._guessed
        for name, field in self.fields.items():
            field.setCurrentIndex(max(0, field.findData(told.columns.get(name, ""))))
        self.system.setCurrentIndex(self.system.findData(told.system))
        self.district.setCurrentIndex(max(0, self.district.findData(told.district)))
        if self.scheme.findData(told.scheme) < 0:  # never read by our codes in its place
            self.scheme.addItem(tr("方案“{name}”已不存在", name=told.scheme), told.scheme)
        self.scheme.setCurrentIndex(self.scheme.findData(told.scheme))
        self.fallback.setText(told.fallback)
        self._base = told
        self._forget_plan()

    def _as_chosen(self) -> Preset:
        columns = {n: f.currentData() for n, f in self.fields.items() if f.currentData()}
        return replace(
            self._base,
            columns=columns,
            system=self.system.currentData(),
            district=self.district.currentData(),
            fallback=self.fallback.text().strip(),
            scheme=self.scheme.currentData(),
        )

    async def _keep_preset(self) -> None:
        made = replace(self._as_chosen(), name=self.sender_name.text())
        await self._desk.run(presets.save, made)
        self._notices.say(tr("预设已保存：{name}", name=made.name.strip()), "ok")
        self.sender_name.clear()

    # Trial and writing.

    async def _bring(self, dry: bool) -> None:
        plan = self._plan or await self._make_plan()
        outcome = await self._desk.ask(intake.judge, plan)
        if not dry and outcome.added:
            numbers = await self._desk.run(intake.reserve, outcome.added)
            outcome = await self._desk.run_long(intake.carry_out, plan, numbers)
        self._show(outcome, tr("试算：还没有写入") if dry else tr("已导入"))
        if not dry:
            self._plan = None  # what comes next is checked against what is there now
            if outcome.batch is not None:
                self._notices.say(
                    tr("第 {n} 批：新增 {added} 宗", n=outcome.batch, added=outcome.added), "ok"
                )
            await self._load_batches()
        self._ready()

    async def _make_plan(self) -> intake.Plan:
        assert self._sheet is not None
        chosen = self._as_chosen()
        at = await self._desk.ask(intake.terms)
        self._cancelled.clear()
        self.stop.setEnabled(True)
        self.trial.setEnabled(False)
        self.write.setEnabled(False)

        def told(done: int, of: int) -> bool:
            self.progressed.emit(done, of)
            return not self._cancelled.is_set()

        self._plan = self._judged = await asyncio.to_thread(
            intake.plan, self._file.name, self._sheet, chosen, at, told
        )
        return self._plan

    def _show(self, outcome: intake.Outcome, title: str) -> None:
        self.told.setText(
            tr(
                "{title}：共 {rows} 行，新增 {added}，已有 {same}，未收 {refused}，提醒 {warned}",
                title=title,
                rows=outcome.rows,
                added=outcome.added,
                same=outcome.same,
                refused=len(outcome.refused),
                warned=len(outcome.warnings),
            )
        )
        self.reasons.clear()
        for one in outcome.refused[:LISTED]:
            for column, why in one.problems:
                self.reasons.addTopLevelItem(QTreeWidgetItem([str(one.row), column, sentence(why)]))
        for row, remark in outcome.warnings[: LISTED - self.reasons.topLevelItemCount()]:
            self.reasons.addTopLevelItem(QTreeWidgetItem([str(row), tr("提醒"), sentence(remark)]))

    def save_refused(self, file: Path) -> None:
        """Write the refused rows with their reasons."""
        if self._judged is not None:
            self._tasks.start(self._save_refused(self._judged, file))

    async def _save_refused(self, plan: intake.Plan, file: Path) -> None:
        count = await asyncio.to_thread(intake.write_refused, plan, file, sentence)
        self._notices.say(tr("已存 {n} 行到 {file}", n=count, file=file.name), "ok")

    # Batches.

    async def _load_batches(self) -> None:
        rows = await self._desk.ask(intake.listed)
        self.batches.clear()
        for row in rows:
            self.batches.addTopLevelItem(_batch_item(row))
        self._ready()

    def _name_batch(self) -> None:
        item = self.batches.currentItem()
        count, number = (item.text(3), item.text(0)) if item else ("", "")
        again = tr("再按一次：作废第 {n} 批的 {count} 宗", n=number, count=count)
        self.undo.tell(tr("撤销选中的一批"), again)

    def _on_undo(self) -> None:
        if item := self.batches.currentItem():
            self._tasks.start(self._undo(item.data(0, Qt.ItemDataRole.UserRole)))

    async def _undo(self, batch: int) -> None:
        count = await self._desk.run_long(intake.undo, batch)
        self._notices.say(tr("已撤销第 {n} 批，作废 {count} 宗", n=batch, count=count), "ok")
        await self._load_batches()

    # State.

    def _forget_plan(self) -> None:
        self._plan = self._judged = None
        self.told.clear()
        self.reasons.clear()
        self.bar.setValue(0)
        self._ready()

    def _ready(self) -> None:
        """Only what makes sense now can be pressed."""
        chosen = self._sheet is not None and all(self.fields[n].currentData() for n in REQUIRED)
        for button in (self.trial, self.write, self.keep):
            button.setEnabled(chosen)
        self.refused.setEnabled(self._judged is not None and bool(self._judged.refused))
        self.stop.setEnabled(False)
        item = self.batches.currentItem()
        self.undo.setEnabled(item is not None and item.data(1, Qt.ItemDataRole.UserRole))

    def _on_progress(self, done: int, of: int) -> None:
        self.bar.setRange(0, max(1, of))
        self.bar.setValue(done)

    def _on_error(self, error: Exception) -> None:
        self._ready()
        self._tell_error(error)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLineEdit | QProgressBar) else 0)
    row.addStretch()
    return row


def _batch_item(row: Batch) -> QTreeWidgetItem:
    state = tr("{person} 已撤销", person=row.undone_by) if row.undone_at else tr("已导入")
    cells = [row.id, row.file, row.sender or "—", row.added, row.same, row.refused]
    item = QTreeWidgetItem([*map(str, cells), clock(row.at), row.person, state])
    item.setData(0, Qt.ItemDataRole.UserRole, row.id)
    item.setData(1, Qt.ItemDataRole.UserRole, row.undone_at is None)
    return item

"""Other schemes of categories beside ours: what each of theirs means here, and who said so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.catalogue import Subcategory
from app.domain.scheme import Ours, SchemeEntry
from app.services import schemes
from ui.cases.category_field import CategoryField
from ui.labels import label
from ui.notices import Notices
from ui.standard.bring_in import BringIn, Line, Said
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.widgets.named import named
from ui.widgets.plain_table import plain_table, row_of
from ui.widgets.twice import Twice
from ui.words import listed, sentence, tr

ENTRY = Qt.ItemDataRole.UserRole
COLUMNS = (
    ("代码", 90), ("小类", 210), ("类", 110), ("大类", 150), ("对应本市类别", 320),
    ("对应依据", 100),
)  # fmt: skip


class SchemesPanel(QWidget):
    """One scheme at a time: its categories on the left, ours beside each of them."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._entries: list[SchemeEntry] = []
        self._ours: dict[Ours, Subcategory] = {}
        self.name = QLineEdit(placeholderText=tr("方案的名称，文件里没写时用"))
        self.bring_in = BringIn(tr("类别方案"), self._reader, self._carry, on_error)
        self.bring_in.buttons.insertWidget(0, self.name)
        self.scheme = QComboBox()
        self.scheme.setAccessibleName(tr("类别方案"))
        self.scheme.setMinimumWidth(260)
        self.only_open = QCheckBox(tr("只看未对应的"))
        self.save = QPushButton(tr("导出 xlsx…"))
        self.drop = Twice(tr("删除此方案"))
        self.drop.setProperty("weight", "danger")
        self.table = plain_table(COLUMNS, tr("类别方案"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.category = CategoryField(self)
        self.category.setAccessibleName(tr("对应本市类别"))
        self.put_meaning = QPushButton(tr("选中的对应到此类别"))
        self.clear_meaning = QPushButton(tr("选中的没有对应"))
        self.told = named(QLabel(wordWrap=True), "muted")
        self._edits = QWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        head = QHBoxLayout()
        for widget in (self.scheme, self.only_open, self.save, self.drop):
            head.addWidget(widget)
        head.addStretch()
        edits = QHBoxLayout(self._edits)
        edits.setContentsMargins(0, 0, 0, 0)
        edits.addWidget(self.category, 1)
        for button in (self.put_meaning, self.clear_meaning):
            edits.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.bring_in)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self._edits)
        column.addWidget(self.told)

    def _connect(self) -> None:
        self.scheme.currentIndexChanged.connect(lambda _: self._tasks.start(self._load_entries()))
        self.only_open.toggled.connect(lambda _: self._show())
        self.save.clicked.connect(
            lambda: ask_save(
                self, tr("导出类别方案"), f"{self.scheme.currentData()}.xlsx", self.export
            )
        )
        self.drop.confirmed.connect(
            lambda: self._tasks.start(self._drop(self.scheme.currentData()))
        )
        self.put_meaning.clicked.connect(self._on_put)
        self.clear_meaning.clicked.connect(lambda: self._mean(None))

    def offer(self, may: bool) -> None:
        """Whether whoever sits here may change anything."""
        for widget in (self.bring_in, self._edits, self.drop):
            widget.setVisible(may)

    def put(self, catalogue: Sequence[Subcategory]) -> None:
        """The standard in force; the schemes are fetched with it."""
        self._ours = {Ours(one.kind, one.full_code): one for one in catalogue}
        self.category.offer(catalogue)
        self._tasks.start(self._load())

    async def _load(self, wanted: str = "") -> None:
        lines = await self._desk.ask(schemes.listed)
        chosen = wanted or self.scheme.currentData()
        self.scheme.blockSignals(True)
        self.scheme.clear()
        for line in lines:
            words = tr("{name}（{mapped}/{all}）", name=line.name, mapped=line.mapped,
                       all=line.entries)  # fmt: skip
            self.scheme.addItem(words, line.name)
        self.scheme.setCurrentIndex(max(0, self.scheme.findData(chosen)) if lines else -1)
        self.scheme.blockSignals(False)
        await self._load_entries()

    async def _load_entries(self) -> None:
        name = self.scheme.currentData()
        found = await self._desk.ask(schemes.entries, name) if name else []
        if name == self.scheme.currentData():
            self._entries = found
            self._show()

    def _show(self) -> None:
        name = self.scheme.currentData()
        self.drop.tell(tr("删除此方案"), tr("再按一次删除“{name}”", name=name))
        picked = {entry.key for entry in self._picked()}
        self.table.clear()
        for entry in self._entries:
            if self.only_open.isChecked() and entry.ours is not None:
                continue
            item = row_of(
                [entry.full_code, entry.name, label(entry.kind), entry.category,
                 self._called(entry.ours), label(entry.matched)]
            )  # fmt: skip
            item.setData(0, ENTRY, entry)
            self.table.addTopLevelItem(item)
            item.setSelected(entry.key in picked)
        for button in (self.save, self.drop):
            button.setEnabled(bool(self._entries))
        left = sum(entry.ours is None for entry in self._entries)
        if not self._entries:
            words = tr("还没有别的类别方案：来文单位用别的编码时，在这里导入它的类别表")
        else:
            words = tr(
                "{n} 个类别，{left} 个还没有对应本市类别。案件只存本市类别，方案用来读来文、出报表",
                n=len(self._entries),
                left=left,
            )
        self.told.setText(words)

    def _called(self, ours: Ours | None) -> str:
        if ours is None:
            return ""
        entry = self._ours.get(ours)
        name = entry.name if entry else tr("（本市标准里已没有）")
        return f"{label(ours.kind)} {ours.code} {name}"

    def _picked(self) -> list[SchemeEntry]:
        return [item.data(0, ENTRY) for item in self.table.selectedItems()]

    # Changing.

    def _on_put(self) -> None:
        entry = self.category.entry
        if entry is None:
            self._notices.say(tr("请先选一个本市类别"), "wrong")
        else:
            self._mean(Ours(entry.kind, entry.full_code))

    def _mean(self, ours: Ours | None) -> None:
        picked = self._picked()
        if not picked:
            self._notices.say(tr("请先在表中选中方案的类别"), "wrong")
        else:
            self._tasks.start(self._put(picked, ours))

    async def _put(self, picked: Sequence[SchemeEntry], ours: Ours | None) -> None:
        await self._desk.run(schemes.put_meanings, picked, ours)
        self._notices.say(tr("已改 {n} 个类别的对应", n=len(picked)), "ok")
        self.category.choose(None)
        await self._load()

    async def _drop(self, name: str) -> None:
        await self._desk.run(schemes.drop, name)
        self._notices.say(tr("已删除类别方案“{name}”，案件没有变化", name=name), "ok")
        await self._load()

    # In and out.

    def export(self, file: Path) -> None:
        """Write the scheme as a workbook that can be brought in again."""
        self._tasks.start(self._export(file))

    async def _export(self, file: Path) -> None:
        count = await asyncio.to_thread(schemes.write_mapping, self._entries, file)
        self._notices.say(tr("已存 {n} 行到 {file}", n=count, file=file.name), "ok")

    def _reader(self) -> Callable[[Path], schemes.Plan]:
        return partial(schemes.plan, scheme=self.name.text())

    async def _carry(self, plan: schemes.Plan, dry: bool) -> Said:
        outcome = await self._desk.run_long(schemes.carry_out, plan, dry)
        lines: list[Line] = [
            [str(row), tr(title), sentence(why)] for row, title, why in outcome.refused
        ]
        lines += [
            ["", tr("改了人工对应"), f"{one.full_code} {one.name} → {self._called(one.ours)}"]
            for one in outcome.overruled
        ]
        lines += [
            ["", tr("未对应"), f"{one.scheme}　{one.full_code} {one.name}"]
            for one in outcome.unmapped
        ]
        if not dry and outcome.schemes:
            await self._load(outcome.schemes[0])
        words = tr(
            "{schemes}：共 {rows} 个类别，新增 {added}，更新 {changed}，相同 {same}，"
            "未对应 {unmapped}，未收 {refused}",
            schemes=listed(outcome.schemes),
            rows=outcome.rows,
            added=outcome.added,
            changed=outcome.changed,
            same=outcome.same,
            unmapped=len(outcome.unmapped),
            refused=len(outcome.refused),
        )
        return Said(words, lines, outcome.rows > len({row for row, *_ in outcome.refused}))

"""The filing standard: every category, when it is a case, when it is over, and by when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.catalogue import Subcategory, search
from app.services import standards
from ui.labels import label, limit_words
from ui.notices import Notices
from ui.standard.bring_in import BringIn, Line, Said
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.widgets.named import named
from ui.widgets.plain_table import plain_table, row_of
from ui.words import listed, sentence, tr

ENTRY = Qt.ItemDataRole.UserRole
CATEGORIES = (
    ("编码", 80), ("小类", 190), ("类", 100), ("大类", 130), ("时限", 140), ("条件", 90),
    ("责任单位", 240), ("常用立案条件", 520),
)  # fmt: skip
CONDITIONS = (
    ("序号", 50), ("立案条件", 300), ("结案条件", 220), ("处置时限", 140), ("责任主体", 160),
    ("监管主体", 160), ("法律依据", 260),
)  # fmt: skip


class ConditionsPanel(QWidget):
    """All categories above, the conditions of the chosen one below."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._catalogue: list[Subcategory] = []
        self._rename_seen = False
        self.search = QLineEdit(placeholderText=tr("编码、名称、拼音首字母，或其他方案的编码"))
        self.search.setClearButtonEnabled(True)
        self.total = named(QLabel(), "muted")
        self.categories = plain_table(CATEGORIES, tr("类别"))
        self.conditions = plain_table(CONDITIONS, tr("立案条件"))
        self.elsewhere = named(QLabel(wordWrap=True), "muted")
        self.bring_in = BringIn(tr("立案标准"), lambda: standards.plan, self._carry, on_error)
        self.save = QPushButton(tr("导出 xlsx…"))
        self.bring_in.buttons.insertWidget(2, self.save)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.categories)
        split.addWidget(self.conditions)
        split.setSizes([520, 260])
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        for widget in (self.bring_in, self.search, split, self.elsewhere, self.total):
            column.addWidget(widget, 1 if widget is split else 0)
        self.save.clicked.connect(
            lambda: ask_save(self, tr("导出立案标准"), tr("立案标准") + ".xlsx", self.export)
        )
        self.search.textChanged.connect(lambda _: self._show())
        self.categories.currentItemChanged.connect(lambda *_: self._show_conditions())

    def put(self, catalogue: Sequence[Subcategory]) -> None:
        """The standard in force."""
        self._catalogue = list(catalogue)
        self._show()

    def _show(self) -> None:
        chosen = self._chosen()
        found = search(self._catalogue, self.search.text())
        self.categories.clear()
        for entry in found:
            item = row_of(
                [
                    entry.full_code,
                    entry.name,
                    label(entry.kind),
                    entry.category,
                    limit_words(entry.limit),
                    str(len(entry.conditions_told)),
                    entry.department,
                    entry.conditions_told[0].text,
                ]
            )
            item.setData(0, ENTRY, entry)
            self.categories.addTopLevelItem(item)
            if chosen and (entry.kind, entry.full_code) == (chosen.kind, chosen.full_code):
                self.categories.setCurrentItem(item)
        first = self.categories.topLevelItem(0)
        if self.categories.currentItem() is None and first is not None:
            self.categories.setCurrentItem(first)
        conditions = sum(len(entry.conditions_told) for entry in self._catalogue)
        self.total.setText(
            tr("{n} 个小类，共 {all} 个，{conditions} 条立案条件", n=len(found),
               all=len(self._catalogue), conditions=conditions)
        )  # fmt: skip
        self._show_conditions()

    def _chosen(self) -> Subcategory | None:
        item = self.categories.currentItem()
        return item.data(0, ENTRY) if item else None

    def _show_conditions(self) -> None:
        self.conditions.clear()
        entry = self._chosen()
        if entry is None:
            self.elsewhere.clear()
            return
        for one in entry.conditions_told:
            texts = [
                str(one.number), one.text, one.closing, limit_words(one.limit), one.department,
                one.supervising, one.basis,
            ]  # fmt: skip
            self.conditions.addTopLevelItem(row_of(texts))
        names = listed((f"{one.scheme} {one.code} {one.name}" for one in entry.elsewhere), "；")
        self.elsewhere.setText(tr("其他方案：{names}", names=names or "—"))

    def export(self, file: Path) -> None:
        """Write the standard as a workbook that can be brought in again."""
        self._tasks.start(self._export(file))

    async def _export(self, file: Path) -> None:
        count = await asyncio.to_thread(standards.write_standard, self._catalogue, file)
        self._notices.say(tr("已存 {n} 行到 {file}", n=count, file=file.name), "ok")

    async def _carry(self, plan: standards.Plan, dry: bool) -> Said:
        run = self._desk.run_long
        outcome = await run(standards.carry_out, plan, dry, rename=self._rename_seen)
        if dry:
            self._rename_seen = bool(outcome.renamed_cases)  # the button says so
        words = tr(
            "共 {rows} 条，新增 {added}，更新 {changed}，相同 {same}，新类别 {categories}，"
            "未收 {refused}",
            rows=outcome.rows,
            added=outcome.added,
            changed=outcome.changed,
            same=outcome.same,
            categories=outcome.categories,
            refused=len(outcome.refused),
        )
        lines: list[Line] = [
            [str(row), tr(title), sentence(why)] for row, title, why in outcome.refused
        ]
        lines += [
            [
                "",
                tr("改名"),
                tr("{code} {was} → {name}（{n} 宗案件）", code=one.code, was=one.was,
                   name=one.name, n=one.cases),
            ]
            for one in outcome.renamed
        ]  # fmt: skip
        lines += [["", tr("更新"), _change(one)] for one in outcome.changes]
        caution = ""
        if outcome.renamed_cases:
            caution = tr("{n} 宗案件的类别改名", n=outcome.renamed_cases)
        may = outcome.rows > len({row for row, *_ in outcome.refused})
        return Said(words, lines, may, caution)


def _change(one: standards.Changed) -> str:
    """A condition's old and new limit and words, as far as they differ."""
    row, now = one.row, one.row.condition
    pairs = (
        (limit_words(one.was.limit), limit_words(now.limit)),
        (one.was.text, now.text),
        (one.was.closing, now.closing),
        (one.was.department, now.department),
    )
    told = listed((f"{was or '—'} → {new or '—'}" for was, new in pairs if was != new), "；")
    return f"{row.category_code}{row.code} {row.name} {now.number}：{told}"

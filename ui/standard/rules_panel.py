"""Who answers for what: the table of responsibilities, asked at will, and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.catalogue import CaseKind, Subcategory
from app.domain.deadline import CITY
from app.domain.responsibility import Rule, Subject
from app.resources import districts, subdistricts
from app.services import responsibility
from ui.cases.category_field import CategoryField
from ui.labels import district_name, label, subdistrict_name
from ui.notices import Notices
from ui.standard.bring_in import BringIn, Line, Said
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.widgets.named import named
from ui.widgets.plain_table import plain_table, row_of
from ui.words import listed, sentence, tr

RULES = (
    ("序号", 60), ("类别", 240), ("条件序号", 80), ("区", 90), ("街道", 110), ("网格", 140),
    ("时段", 80), ("责任单位", 200),
)  # fmt: skip
STRETCH = {CategoryField: 2, QSpinBox: 0}
FLAWS = (("问题", 90), ("说明", 760))


class RulesPanel(QWidget):
    """The rules, a line that asks them, and what is wrong with them."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._rules: list[Rule] = []
        self._asked = 0
        self._names: dict[tuple[str, str], str] = {}
        self.bring_in = BringIn(tr("权责规则"), lambda: responsibility.plan, self._carry, on_error)
        self.save = QPushButton(tr("导出 xlsx…"))
        self.bring_in.buttons.insertWidget(2, self.save)
        self.rules = plain_table(RULES, tr("权责规则"))
        self.flaws = plain_table(FLAWS, tr("空缺与矛盾"))
        self.told = named(QLabel(wordWrap=True), "muted")
        self.category = CategoryField(self)
        self.condition = QComboBox()
        self.condition.addItem(tr("条件不限"), 0)
        self.district, self.subdistrict = QComboBox(), QComboBox()
        self.grid = QLineEdit(placeholderText=tr("网格编码，可不填"))
        self.hour = QSpinBox()
        self.hour.setRange(0, 23)
        self.hour.setMinimumWidth(90)
        self.hour.setSuffix(tr(" 时"))
        self.answer = QLabel(wordWrap=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        for field, name in (
            (self.category, tr("类别")),
            (self.condition, tr("立案条件")),
            (self.district, tr("区")),
            (self.subdistrict, tr("街道")),
            (self.grid, tr("网格")),
            (self.hour, tr("时段")),
        ):
            field.setAccessibleName(name)
        for district in districts():
            self.district.addItem(district.name, district.code)
        self._offer_subdistricts()
        self.hour.setValue(self._desk.clock().astimezone(CITY).hour)
        asking = QHBoxLayout()
        asking.addWidget(named(QLabel(tr("这样的案件归谁管")), "sectionTitle"))
        fields = (
            self.category,
            self.condition,
            self.district,
            self.subdistrict,
            self.grid,
            self.hour,
        )
        for field in fields:
            asking.addWidget(field, STRETCH.get(type(field), 1))
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.rules)
        split.addWidget(self.flaws)
        split.setSizes([560, 220])
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.addWidget(self.bring_in)
        column.addLayout(asking)
        column.addWidget(self.answer)
        column.addWidget(split, 1)
        column.addWidget(self.told)

    def _connect(self) -> None:
        self.save.clicked.connect(
            lambda: ask_save(self, tr("导出权责规则"), tr("权责规则") + ".xlsx", self.export)
        )
        self.district.currentIndexChanged.connect(lambda _: self._offer_subdistricts())
        self.category.chosen.connect(self._offer_conditions)
        self.condition.currentIndexChanged.connect(lambda _: self.ask())
        self.subdistrict.currentIndexChanged.connect(lambda _: self.ask())
        self.grid.editingFinished.connect(self.ask)
        self.hour.valueChanged.connect(lambda _: self.ask())

    def _offer_subdistricts(self) -> None:
        self.subdistrict.blockSignals(True)
        self.subdistrict.clear()
        self.subdistrict.addItem(tr("街道不限"), "")
        for one in subdistricts():
            if one.district == self.district.currentData():
                self.subdistrict.addItem(one.name, one.code)
        self.subdistrict.blockSignals(False)
        self.ask()

    def _offer_conditions(self, entry: Subcategory) -> None:
        self.condition.blockSignals(True)
        self.condition.clear()
        self.condition.addItem(tr("条件不限"), 0)
        for one in entry.conditions:
            self.condition.addItem(f"{one.number} {one.text}", one.number)
        self.condition.blockSignals(False)
        self.ask()

    def put(self, catalogue: Sequence[Subcategory]) -> None:
        """The standard in force; the rules and their check are fetched with it."""
        self.category.offer(catalogue)
        self._names = {(e.kind.value, e.full_code): e.name for e in catalogue}
        self._names |= {(e.kind.value, e.category_code): e.category for e in catalogue}
        self._tasks.start(self._load())

    async def _load(self) -> None:
        self._rules = await self._desk.ask(responsibility.rules)
        checked = await self._desk.ask(responsibility.check)
        self.rules.clear()
        self.rules.addTopLevelItems([row_of(self._texts(rule)) for rule in self._rules])
        self.flaws.clear()
        self.flaws.addTopLevelItems([row_of(line) for line in self._flaws(checked)])
        self.told.setText(self._words(checked))
        self.ask()

    def _texts(self, rule: Rule) -> list[str]:
        return [
            str(rule.number),
            self._category(rule.kind, rule.code) or tr("全部"),
            "" if rule.condition is None else str(rule.condition),
            district_name(rule.district) if rule.district else "",
            subdistrict_name(rule.subdistrict) if rule.subdistrict else "",
            rule.grid,
            responsibility.hours_of(rule),
            rule.department,
        ]

    def _category(self, kind: str, code: str) -> str:
        kinds = [kind] if kind else [one.value for one in CaseKind]
        name = next((self._names[k, code] for k in kinds if (k, code) in self._names), "")
        word = label(CaseKind(kind)) if kind else ""
        return " ".join(part for part in (word, code, name) if part)

    def _words(self, checked: responsibility.Check) -> str:
        if not checked.rules:
            return tr("还没有权责规则：分派时只按立案标准提示责任单位")
        return tr(
            "共 {n} 条规则，{gaps} 个小类有空缺，{overlaps} 处矛盾",
            n=checked.rules,
            gaps=len(checked.gaps),
            overlaps=len(checked.overlaps),
        )

    def _flaws(self, checked: responsibility.Check) -> list[list[str]]:
        """Contradictions first: they decide wrongly, a gap merely says nothing."""
        lines = [
            [
                tr("矛盾"),
                tr(
                    "规则 {one}（{first}）与规则 {two}（{second}）同样明确而责任单位不同",
                    one=one.number, first=one.department, two=two.number, second=two.department,
                ),
            ]
            for one, two in checked.overlaps
        ]  # fmt: skip
        every = len(districts())
        for gap in checked.gaps:
            places = listed(map(district_name, gap.districts))
            if len(gap.districts) == every:
                places = tr("所有区")
            category = self._category(gap.kind, gap.code)
            words = tr("{category}：{places}没有规则", category=category, places=places)
            lines.append([tr("空缺"), words])
        return lines

    # Asking.

    def ask(self) -> None:
        """Say who would answer for such a case, as soon as its category is chosen."""
        self._asked += 1
        entry = self.category.entry
        if entry is None:
            self.answer.setText(tr("选一个类别，看哪条规则决定"))
            return
        of = Subject(
            entry.kind.value,
            entry.full_code,
            self.district.currentData(),
            self.subdistrict.currentData(),
            self.grid.text().strip(),
            self._desk.clock().astimezone(CITY).replace(hour=self.hour.value()),
            self.condition.currentData() or 0,
        )
        self._tasks.start(self._ask(of, entry.department, self._asked))

    async def _ask(self, of: Subject, usual: str, asked: int) -> None:
        decision = await self._desk.ask(responsibility.asked, of)
        if asked != self._asked:
            return
        if decision is not None:
            self.answer.setText(sentence(decision.why))
        else:
            words = tr("没有规则：按立案标准归 {department}", department=usual or "—")
            self.answer.setText(words)

    # In and out.

    def export(self, file: Path) -> None:
        """Write the rules as a workbook that can be brought in again."""
        self._tasks.start(self._export(file))

    async def _export(self, file: Path) -> None:
        count = await asyncio.to_thread(responsibility.write_rules, self._rules, file)
        self._notices.say(tr("已存 {n} 行到 {file}", n=count, file=file.name), "ok")

    async def _carry(self, plan: responsibility.Plan, dry: bool) -> Said:
        checked = await self._desk.run(responsibility.carry_out, plan, dry)
        lines: list[Line] = [
            [str(row), tr(title), sentence(why)] for row, title, why in checked.refused
        ]
        lines += [["", *line] for line in self._flaws(checked)]
        words = self._words(checked)
        if checked.refused:
            words = tr("有 {n} 行读不懂，没有替换现有的规则", n=len(checked.refused))
        return Said(words, lines, not checked.refused)

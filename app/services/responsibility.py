"""The table of responsibilities: brought in whole, asked at each dispatch, checked for holes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.domain.case import Case
from app.domain.catalogue import KIND_NAMES, KIND_WORDS, CaseKind, Subcategory
from app.domain.errors import Refusal
from app.domain.responsibility import Decision, Gap, Rule, Subject, decide, gaps, overlaps
from app.resources import districts, subdistricts
from app.services.sheets import read_sheet, records, write_workbook
from app.services.standards import only_keepers
from db.unit_of_work import Work

COLUMNS = {
    "number": ("序号", "编号", "number"),
    "kind": ("部件或事件", "类型", "kind"),
    "code": ("类别代码", "小类代码", "大类代码", "code"),
    "condition": ("条件序号", "立案条件序号", "立案条件", "condition"),
    "district": ("区", "所属区", "district"),
    "subdistrict": ("街道", "所属街道", "subdistrict"),
    "grid": ("网格", "单元网格", "grid"),
    "hours": ("时段", "hours"),
    "department": ("责任单位", "责任主体", "department"),
}
_DIGITS = re.compile(r"[0-9]{1,6}")
_HOURS = re.compile(r"(\d{1,2})(?::00)?\s*[-—~至]\s*(\d{1,2})(?::00)?")


@dataclass
class Plan:
    """What a file says: its rules with the rows they stand in, and what cannot be read."""

    rules: list[Rule] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    refused: list[tuple[int, str, Refusal]] = field(default_factory=list)


@dataclass(frozen=True)
class Check:
    """What is wrong with a table: subcategories without a rule, and rules that contradict; of one
    that is brought in, the rows (row, column, why) that keep it from being written.
    """

    rules: int
    gaps: list[Gap]
    overlaps: list[tuple[Rule, Rule]]
    refused: list[tuple[int, str, Refusal]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "rules": self.rules,
            "gaps": [
                {"kind": one.kind, "code": one.code, "districts": list(one.districts)}
                for one in self.gaps
            ],
            "overlaps": [[one.number, two.number] for one, two in self.overlaps],
        }


def plan(file: Path) -> Plan:
    """Read every rule of the file. Needs no database."""
    sheet = read_sheet(file)
    titles = {title.strip(): title for title in sheet.titles}
    mapping = {
        name: next((titles[word] for word in words if word in titles), "")
        for name, words in COLUMNS.items()
    }
    if not mapping["department"]:
        raise Refusal("还没有指定这些列：{columns}", columns="责任单位")
    made = Plan()
    for place, (row, record) in enumerate(records(sheet), 1):
        cells = {name: record.get(title, "").strip() for name, title in mapping.items() if title}
        if not any(cells.values()):
            continue
        try:
            made.rules.append(_read(cells, place))
            made.rows.append(row)
        except _Wrong as wrong:
            made.refused.append((row, wrong.column, wrong.why))
    return made


class _Wrong(Exception):
    def __init__(self, column: str, why: Refusal) -> None:
        super().__init__(column)
        self.column, self.why = column, why


def _read(cells: dict[str, str], place: int) -> Rule:
    if not cells.get("department"):
        raise _Wrong("责任单位", Refusal("不能为空"))
    kind = KIND_WORDS.get(cells.get("kind", "").lower())
    if cells.get("kind") and kind is None:
        raise _Wrong("部件或事件", Refusal("应为“部件”或“事件”"))
    code = cells.get("code", "")
    if code and not _DIGITS.fullmatch(code):
        raise _Wrong("类别代码", Refusal("代码应为两位或三位数字"))
    condition = cells.get("condition", "")
    if condition and not _DIGITS.fullmatch(condition):
        raise _Wrong("条件序号", Refusal("应为立案条件的序号"))
    district = _district(cells.get("district", ""))
    begins, ends = _hours(cells.get("hours", ""))
    number = int(cells["number"]) if _DIGITS.fullmatch(cells.get("number", "")) else place
    return Rule(
        number,
        cells["department"][:60],
        kind.value if kind else "",
        code,
        district,
        _subdistrict(cells.get("subdistrict", ""), district),
        cells.get("grid", ""),
        begins,
        ends,
        int(condition) if condition else None,
    )


def _district(told: str) -> str:
    if not told:
        return ""
    for one in districts():
        if told in (one.code, one.name):
            return one.code
    raise _Wrong("区", Refusal("没有“{name}”这个区", name=told))


def _subdistrict(told: str, district: str) -> str:
    if not told:
        return ""
    for one in subdistricts():
        if told in (one.code, one.name) and district in ("", one.district):
            return one.code
    raise _Wrong("街道", Refusal("该区没有“{name}”这个街道", name=told))


def _hours(told: str) -> tuple[int | None, int | None]:
    if not told:
        return None, None
    found = _HOURS.fullmatch(told)
    if found is None or int(found[1]) > 23 or int(found[2]) > 24 or found[1] == found[2]:
        raise _Wrong("时段", Refusal("看不懂时段“{text}”：应如 8-18 或 22-6", text=told))
    return int(found[1]), int(found[2]) % 24


def carry_out(work: Work, made: Plan, dry: bool = False) -> Check:
    """Put these rules in the place of those that were there, all of them or none; what is to be
    said of them. On a dry run nothing is written, and what keeps them from it is `refused`.
    """
    only_keepers(work)
    catalogue = work.standards.catalogue()
    rules, refused = list[Rule](), list(made.refused)
    first: dict[int, int] = {}
    for row, rule in zip(made.rows, made.rules, strict=True):
        try:
            if first.setdefault(rule.number, row) != row:
                raise _Wrong("序号", Refusal("与第 {row} 行的序号相同", row=first[rule.number]))
            rules.append(_fitted(rule, catalogue))
        except _Wrong as wrong:
            refused.append((row, wrong.column, wrong.why))
    refused.sort(key=_row)
    if not rules and not refused:
        raise Refusal("文件里没有规则，没有替换现有的规则")
    if not dry:
        if refused:
            raise Refusal("有 {n} 行读不懂，没有替换现有的规则", n=len(refused))
        work.standards.put_rules(rules)
        work.touch("catalogue", 0)
    return replace(check(work, rules), refused=refused)


def _fitted(rule: Rule, catalogue: Iterable[Subcategory]) -> Rule:
    """The rule with its code as the standard writes it: a spreadsheet program drops the first
    nought. Raises where the standard has no such category or condition.
    """
    told = [one for one in catalogue if rule.kind in ("", one.kind.value)]
    whole = {one.full_code for one in told} | {one.category_code for one in told} | {""}
    code = next((code for code in (rule.code, f"0{rule.code}") if code in whole), None)
    if code is None:
        raise _Wrong("类别代码", Refusal("立案标准里没有“{word}”这个类别", word=rule.code))
    meant = [one for one in told if one.full_code == code]
    if rule.condition is not None and not (
        len(meant) == 1 and any(one.number == rule.condition for one in meant[0].conditions)
    ):
        raise _Wrong("条件序号", Refusal("这个类别没有第 {n} 条立案条件", n=rule.condition))
    return replace(rule, code=code)


def _row(refused: tuple[int, str, Refusal]) -> int:
    return refused[0]


def check(work: Work, tried: list[Rule] | None = None) -> Check:
    """Where the table, or the one that is tried, says nothing, and where it says two things."""
    rules = work.standards.rules() if tried is None else tried
    categories = [(one.kind.value, one.full_code) for one in work.standards.catalogue()]
    codes = [one.code for one in districts()]
    return Check(len(rules), gaps(rules, categories, codes) if rules else [], overlaps(rules))


def rules(work: Work) -> list[Rule]:
    """The table of responsibilities that is in force."""
    return work.standards.rules()


def write_rules(told: Iterable[Rule], file: Path) -> int:
    """A table of rules as a workbook that can be brought in again, in words."""
    places = {one.code: one.name for one in districts()}
    places |= {one.code: one.name for one in subdistricts()}
    rows = (
        [
            str(one.number), KIND_NAMES[CaseKind(one.kind)] if one.kind else "", one.code,
            _written(one.condition), places.get(one.district, one.district),
            places.get(one.subdistrict, one.subdistrict), one.grid, hours_of(one), one.department,
        ]
        for one in told
    )  # fmt: skip
    return write_workbook(file, [words[0] for words in COLUMNS.values()], rows)


def _written(number: int | None) -> str:
    return "" if number is None else str(number)


def hours_of(rule: Rule) -> str:
    """The hours of a rule as the workbook writes them; empty for the whole day."""
    return "" if rule.begins is None else f"{rule.begins}-{rule.ends or 24}"


def asked(work: Work, of: Subject) -> Decision | None:
    """Who would answer for such a case, and by which rule."""
    return decide(work.standards.rules(), of)


def decided(work: Work, case: Case) -> Decision | None:
    """Who answers for this case by the rules that are in force; None where none speaks of it."""
    subject = Subject(
        case.kind,
        case.subcategory_code,
        case.district,
        case.subdistrict,
        case.grid_cell,
        work.now,
        _condition_of(work, case),
    )
    return decide(work.standards.rules(), subject)


def _condition_of(work: Work, case: Case) -> int:
    """The number of the filing condition that a case was registered under, by its words; 0 if the
    standard has none that says so any more.
    """
    conditions = work.standards.conditions()
    return next(
        (
            number
            for (kind, code, number), one in conditions.items()
            if (kind.value, code) == (case.kind, case.subcategory_code)
            and one.text == case.condition
        ),
        0,
    )

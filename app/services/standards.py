"""A city's filing standard brought in from its workbook: a trial, one transaction, every reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.catalogue import CaseKind, Subcategory
from app.domain.columns import carry_down, guess_columns, missing
from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.standard_import import BIG, COLUMNS, SMALL, StandardRow, read_row
from app.services.pinyin import initials
from app.services.sheets import read_sheet, records, write_workbook
from db.unit_of_work import Work

TITLE_OF = {column.field: column.title for column in COLUMNS}


@dataclass
class Plan:
    """What bringing a standard in would do."""

    rows: int = 0
    taken: list[StandardRow] = field(default_factory=list)
    refused: list[tuple[int, str, Refusal]] = field(default_factory=list)  # row, column, why


@dataclass(frozen=True)
class Outcome:
    """What it did, or on a dry run would do: filing conditions, and categories that are new."""

    rows: int
    added: int
    changed: int
    same: int
    categories: int
    refused: list[tuple[int, str, Refusal]]

    def told(self, say: Any = str) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "same": self.same,
            "categories": self.categories,
            "refused": [
                {"row": row, "column": column, "reason": say(why)}
                for row, column, why in self.refused
            ],
        }


def plan(file: Path) -> Plan:
    """Read every row of the file. Needs no database."""
    sheet = read_sheet(file)
    mapping = guess_columns(sheet.titles, COLUMNS)
    if lacking := missing(mapping, COLUMNS):
        raise Refusal("还没有指定这些列：{columns}", columns="、".join(lacking))
    made, above, places = Plan(), dict[str, str](), defaultdict[tuple[str, ...], int](int)
    numbers: set[tuple[str, ...]] = set()
    for row, record in records(sheet):
        cells = {name: record.get(title, "") for name, title in mapping.items()}
        if not any(value.strip() for value in cells.values()):
            continue
        made.rows += 1
        cells = carry_down(cells, above, COLUMNS, BIG, SMALL)
        above = cells
        where = tuple(cells.get(name, "") for name in ("kind", "category_code", "code"))
        places[where] += 1
        answer = read_row(cells, places[where])
        if not isinstance(answer, StandardRow):
            made.refused += [(row, TITLE_OF[one.field], one.why) for one in answer]
            continue
        key = (*where, str(answer.condition.number))
        if key in numbers:
            why = Refusal("这个小类已有第 {n} 条立案条件", n=answer.condition.number)
            made.refused.append((row, TITLE_OF["number"], why))
            continue
        numbers.add(key)
        made.taken.append(answer)
    return made


def only_keepers(work: Work) -> None:
    """Refuse everybody but those who keep the standard."""
    if work.by.role is not Role.ADMINISTRATOR:
        raise Refusal("只有系统管理员可以修改立案标准、权责规则和类别方案")


def carry_out(work: Work, made: Plan, dry: bool = False) -> Outcome:
    """Write it: conditions are known by category, code and number; what the file does not name
    stays. A category that is there takes over its name and usual limit. Cases keep the limit that
    they were registered with.
    """
    only_keepers(work)
    stored = work.standards.conditions()
    known = dict(stored)
    for entry in work.standards.catalogue():  # of one that has no conditions the usual is known
        usual = entry.conditions_told[0]
        known.setdefault((entry.kind, entry.full_code, usual.number), usual)
    categories = work.standards.subcategories()
    seen: set[tuple[CaseKind, str]] = set()
    added = changed = fresh = 0
    for row in made.taken:
        where = (row.kind, f"{row.category_code}{row.code}")
        before = known.get((*where, row.condition.number))
        added += before is None
        changed += before is not None and before != row.condition
        leads = where not in seen  # the first condition is the category's usual one
        seen.add(where)
        fresh += leads and where not in categories
        if dry:
            continue
        if leads:
            work.standards.put_category(row, initials(row.name), where not in categories)
        if stored.get((*where, row.condition.number)) != row.condition:
            work.standards.put(row)
    if not dry and added + changed + fresh:
        work.touch("catalogue", 0)
    same = len(made.taken) - added - changed
    return Outcome(made.rows, added, changed, same, fresh, made.refused)


def write_standard(catalogue: Iterable[Subcategory], file: Path) -> int:
    """The standard as a workbook that can be brought in again; how many conditions it has."""
    rows = (
        [
            entry.kind.value, entry.category_code, entry.category, entry.code, entry.name,
            str(one.number), one.text, one.closing, str(one.limit), one.department,
            one.supervising, one.basis,
        ]
        for entry in catalogue
        for one in entry.conditions_told
    )  # fmt: skip
    return write_workbook(file, [column.title for column in COLUMNS], rows)

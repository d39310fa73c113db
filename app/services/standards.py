"""A city's filing standard brought in from its workbook: a trial, one transaction, every reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.case_list import CaseFilter
from app.domain.catalogue import KIND_NAMES, Condition, Subcategory
from app.domain.columns import carry_down, guess_columns, missing
from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.scheme import Matched, Ours, SchemeEntry, SchemeRow, Standing, matched
from app.domain.standard_import import BIG, COLUMNS, SMALL, StandardRow, read_row
from app.services.pinyin import initials
from app.services.sheets import read_sheet, records, write_workbook
from db.standard_store import Key
from db.unit_of_work import Work

TITLE_OF = {column.field: column.title for column in COLUMNS}


@dataclass
class Plan:
    """What bringing a standard in would do."""

    rows: int = 0
    taken: list[StandardRow] = field(default_factory=list)
    refused: list[tuple[int, str, Refusal]] = field(default_factory=list)  # row, column, why


class Renamed(NamedTuple):
    """A code that means something else now: its old and new name, and how many cases have it."""

    code: str
    was: str
    name: str
    cases: int


class Changed(NamedTuple):
    """A filing condition as it was and as it is told now."""

    row: StandardRow
    was: Condition


@dataclass(frozen=True)
class Outcome:
    """What it did, or on a dry run would do: filing conditions, and categories that are new."""

    rows: int
    added: int
    changed: int
    same: int
    categories: int
    refused: list[tuple[int, str, Refusal]]
    changes: list[Changed]
    renamed: list[Renamed]

    @property
    def renamed_cases(self) -> int:
        """How many cases have a code that is called otherwise from now on."""
        return sum(one.cases for one in self.renamed)

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
            "renamed": [one._asdict() for one in self.renamed],
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


def carry_out(work: Work, made: Plan, dry: bool = False, rename: bool = False) -> Outcome:
    """Write it: conditions are known by category, code and number; what the file does not name
    stays. A category that is there takes over its name and usual limit. Cases keep the limit that
    they were registered with.

    A code that cases have and that is to be called otherwise is refused without `rename`: lists and
    figures would tell those cases under a name that they were not registered for.
    """
    only_keepers(work)
    stored = work.standards.conditions()
    known = dict(stored)
    catalogue = work.standards.catalogue()
    for entry in catalogue:  # of one that has no conditions the usual is known
        usual = entry.conditions_told[0]
        known.setdefault((entry.kind, entry.full_code, usual.number), usual)
    names = {Ours(one.kind, one.full_code): (one.category, one.name) for one in catalogue}
    changes, renamed = list[Changed](), list[Renamed]()
    seen: set[Ours] = set()
    added = changed = fresh = 0
    for row in made.taken:
        where = Ours(row.kind, f"{row.category_code}{row.code}")
        before = known.get((*where, row.condition.number))
        added += before is None
        changed += before is not None and before != row.condition
        leads = where not in seen  # the first condition is the category's usual one
        seen.add(where)
        if before is not None and before != row.condition:
            changes.append(Changed(row, before))
        now = (row.category, row.name)
        if leads and (was := names.get(where, now)) != now:
            having = CaseFilter(kind=row.kind.value, subcategory=where[1])
            count = work.cases.count(having)
            renamed.append(Renamed(where[1], " › ".join(was), " › ".join(now), count))
        fresh += leads and where not in names
    same = len(made.taken) - added - changed
    told = Outcome(
        made.rows, added, changed, same, fresh, made.refused, changes,
        sorted(renamed, key=lambda one: -one.cases),
    )  # fmt: skip
    if not dry:
        if told.renamed_cases and not rename:
            renames = "、".join(f"{one.code} {one.was} → {one.name}" for one in told.renamed[:5])
            raise Refusal(
                "有 {n} 宗案件的类别要改名，没有写入：{names}。请先试算，确认后再写入",
                n=told.renamed_cases,
                names=renames,
            )
        _write(work, made, stored, set(names))
    return told


def _write(
    work: Work,
    made: Plan,
    stored: Mapping[Key, Condition],
    categories: set[Ours],
) -> None:
    seen: set[Ours] = set()
    for row in made.taken:
        where = Ours(row.kind, f"{row.category_code}{row.code}")
        if where not in seen:
            work.standards.put_category(row, initials(row.name), where not in categories)
        seen.add(where)
        if stored.get((*where, row.condition.number)) != row.condition:
            work.standards.put(row)
    work.schemes.put_all(_matched_anew(work))
    work.touch("catalogue", 0)


def _matched_anew(work: Work) -> list[SchemeEntry]:
    """Categories of other schemes that nobody mapped: they mean what is called the same now."""
    standing = Standing(work.standards.catalogue())
    nobodys = (Matched.NAME, Matched.NOBODY)
    by_name = [one for one in work.schemes.entries() if one.matched in nobodys]
    plain = (replace(one, ours=None, matched=Matched.NOBODY) for one in by_name)
    anew = (matched(SchemeRow(one, ""), None, standing) for one in plain)
    return [now for one, now in zip(by_name, anew, strict=True) if now != one]


def write_standard(catalogue: Iterable[Subcategory], file: Path) -> int:
    """The standard as a workbook that can be brought in again; how many conditions it has."""
    rows = (
        [
            KIND_NAMES[entry.kind], entry.category_code, entry.category, entry.code, entry.name,
            str(one.number), one.text, one.closing, str(one.limit), one.department,
            one.supervising, one.basis,
        ]
        for entry in catalogue
        for one in entry.conditions_told
    )  # fmt: skip
    return write_workbook(file, [column.title for column in COLUMNS], rows)


def entry_of(work: Work, kind: str, code: str) -> Subcategory:
    """The entry of the standard in force of this kind and full code; a Refusal if it has none."""
    for entry in work.standards.catalogue():
        if (entry.kind.value, entry.full_code) == (kind, code):
            return entry
    raise Refusal("类别 {code} 不在立案标准里", code=code)

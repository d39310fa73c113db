"""Other schemes of categories: brought in, mapped onto the one in force, and read by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.catalogue import KIND_NAMES, CaseKind, Subcategory
from app.domain.columns import carry_down, guess_columns, missing
from app.domain.errors import Refusal
from app.domain.scheme import (
    BIG,
    COLUMNS,
    SMALL,
    Matched,
    Ours,
    SchemeEntry,
    SchemeRow,
    SchemeWords,
    Standing,
    matched,
    read_row,
    told_in,
    words_of,
)
from app.services.sheets import read_sheet, records, write_workbook
from app.services.standards import only_keepers
from db.unit_of_work import Work

TITLE_OF = {column.field: column.title for column in COLUMNS}


@dataclass
class Plan:
    """What a file says: the categories of one scheme or more, and what cannot be read."""

    rows: int = 0
    taken: list[tuple[int, SchemeRow]] = field(default_factory=list)  # row of the file
    refused: list[tuple[int, str, Refusal]] = field(default_factory=list)  # row, column, why


@dataclass(frozen=True)
class Outcome:
    """What bringing it in did, or on a dry run would do. `unmapped` mean nothing here yet; of those
    `overruled` somebody had said something else by hand.
    """

    rows: int
    added: int
    changed: int
    same: int
    schemes: list[str]
    unmapped: list[SchemeEntry]
    overruled: list[SchemeEntry]
    refused: list[tuple[int, str, Refusal]]

    def told(self, say: Callable[[Refusal], str] = str) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "same": self.same,
            "schemes": self.schemes,
            "unmapped": [_told(one) for one in self.unmapped],
            "overruled": [_told(one) for one in self.overruled],
            "refused": [
                {"row": row, "column": column, "reason": say(why)}
                for row, column, why in self.refused
            ],
        }


def _told(entry: SchemeEntry) -> dict[str, str]:
    return {
        "scheme": entry.scheme,
        "kind": entry.kind.value,
        "code": entry.full_code,
        "name": entry.name,
    }


class SchemeLine(NamedTuple):
    """A scheme in the list of schemes: how many categories it has, how many mean something here."""

    name: str
    entries: int
    mapped: int


def plan(file: Path, scheme: str = "") -> Plan:
    """Read every row of the file. `scheme` names those that the file gives no name.

    Needs no database.
    """
    sheet = read_sheet(file)
    mapping = guess_columns(sheet.titles, COLUMNS)
    if lacking := missing(mapping, COLUMNS):
        raise Refusal("还没有指定这些列：{columns}", columns="、".join(lacking))
    made, above = Plan(), dict[str, str]()
    first: dict[tuple[str, CaseKind, str, str], int] = {}
    for row, record in records(sheet):
        cells = {name: record.get(title, "") for name, title in mapping.items()}
        if not any(value.strip() for value in cells.values()):
            continue
        cells = above = carry_down(cells, above, COLUMNS, BIG, SMALL)
        answer = read_row(cells, scheme.strip())
        if answer is None:
            continue
        made.rows += 1
        if isinstance(answer, list):
            made.refused += [(row, TITLE_OF[one.field], one.why) for one in answer]
        elif answer.entry.key in first:
            why = Refusal("与第 {row} 行的代码相同", row=first[answer.entry.key])
            made.refused.append((row, TITLE_OF["code"], why))
        else:
            first[answer.entry.key] = row
            made.taken.append((row, answer))
    return made


def carry_out(work: Work, made: Plan, dry: bool = False) -> Outcome:
    """Write it: what the file does not name stays. What somebody mapped by hand stays as well, but
    where the file says something else: those are told as `overruled`.
    """
    only_keepers(work)
    standing = Standing(work.standards.catalogue())
    known = {one.key: one for one in work.schemes.entries()}
    refused, fresh, same = list(made.refused), list[SchemeEntry](), 0
    unmapped, overruled, added = list[SchemeEntry](), list[SchemeEntry](), 0
    for row, told in made.taken:
        before = known.get(told.entry.key)
        try:
            entry = matched(told, before, standing)
        except Refusal as refusal:
            refused.append((row, TITLE_OF["ours"], refusal))
            continue
        if entry.ours is None:
            unmapped.append(entry)
        if before and before.matched is Matched.HAND and entry.ours != before.ours:
            overruled.append(entry)
        added += before is None
        if entry == before:
            same += 1
        else:
            fresh.append(entry)
    if not dry and fresh:
        work.schemes.put_all(fresh)
        work.touch("catalogue", 0)
    names = sorted({told.entry.scheme for _, told in made.taken})
    changed = len(fresh) - added
    refused.sort(key=_place)
    return Outcome(made.rows, added, changed, same, names, unmapped, overruled, refused)


def _place(refused: tuple[int, str, Refusal]) -> int:
    return refused[0]


def listed(work: Work) -> list[SchemeLine]:
    """Every scheme beside the one in force, by name."""
    counts: dict[str, list[int]] = {}
    for one in work.schemes.entries():
        count = counts.setdefault(one.scheme, [0, 0])
        count[0] += 1
        count[1] += one.ours is not None
    return [SchemeLine(name, *count) for name, count in sorted(counts.items())]


def entries(work: Work, scheme: str) -> list[SchemeEntry]:
    """All categories of a scheme; a Refusal that names those there are where it is none."""
    found = work.schemes.entries(scheme)
    if not found:
        names = "、".join(line.name for line in listed(work)) or "—"
        raise Refusal("没有类别方案“{name}”，现有：{names}", name=scheme, names=names)
    return found


def put_meanings(work: Work, picked: Sequence[SchemeEntry], ours: Ours | None) -> None:
    """Say by hand which category of ours these mean, or that they mean none."""
    only_keepers(work)
    if ours is not None and ours not in Standing(work.standards.catalogue()).by_code:
        raise Refusal("立案标准里没有“{word}”这个类别", word=ours.code)
    for entry in picked:
        if not work.schemes.put_meaning(replace(entry, ours=ours, matched=Matched.HAND)):
            raise Refusal("方案里已没有“{word}”这个类别：请刷新后再试", word=entry.full_code)
    work.touch("catalogue", 0)


def drop(work: Work, scheme: str) -> None:
    """Forget a scheme. No case changes: cases have categories of the scheme in force."""
    only_keepers(work)
    if not work.schemes.drop(scheme):
        entries(work, scheme)
    work.touch("catalogue", 0)


def every_words(work: Work, catalogue: list[Subcategory]) -> dict[str, SchemeWords]:
    """Each scheme as lists are read by it."""
    by_scheme: dict[str, list[SchemeEntry]] = {}
    for one in work.schemes.entries():
        by_scheme.setdefault(one.scheme, []).append(one)
    return {name: words_of(found, catalogue) for name, found in by_scheme.items()}


def telling(work: Work, scheme: str) -> dict[Ours, SchemeEntry]:
    """What each of our categories is called in this scheme."""
    return told_in(entries(work, scheme), work.standards.catalogue())


def write_mapping(found: list[SchemeEntry], file: Path) -> int:
    """A scheme as a workbook that can be brought in again, with what each category means here:
    half of the catalogue and code, since an event and a component may share a code.
    """
    rows = (
        [
            one.scheme,
            KIND_NAMES[one.kind],
            one.category_code,
            one.category,
            one.code,
            one.name,
            f"{KIND_NAMES[one.ours.kind]} {one.ours.code}" if one.ours else "",
        ]
        for one in found
    )
    return write_workbook(file, [column.title for column in COLUMNS], rows)

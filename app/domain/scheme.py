"""Category schemes beside the one in force, and what each of their categories means here.

Offices count by different lists: the event classes 04 and 05 of CJ/T 214 and of GB/T 30428.2 are
swapped, codes have two digits here and three there. A case keeps its category of the scheme in
force; other schemes read lists that come in and tell figures that go out, by a mapping.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from app.domain.catalogue import (
    KIND_WORDS,
    CaseKind,
    Elsewhere,
    Subcategory,
    names_of,
    names_once,
    padded,
)
from app.domain.columns import Column, Wrong, checked
from app.domain.errors import Refusal

LONGEST_NAME = 60

COLUMNS: tuple[Column, ...] = (
    Column("scheme", "类别方案", ("方案", "标准"), LONGEST_NAME, True),
    Column("kind", "部件或事件", ("类型", "分类"), 12, True),
    Column("category_code", "大类代码", ("big_code", "大类编码", "大类编号"), 8, True, True),
    Column("category", "大类", ("big_name", "大类名称"), 60, True),
    Column("code", "小类代码", ("small_code", "小类编码", "小类编号"), 8, False, True),
    Column("name", "小类", ("小类名称", "subcategory"), 60, False, True),
    Column("ours", "对应本市类别", ("本市代码", "对应代码", "对应类别", "ours"), 60),
)
BIG, SMALL = ("scheme", "kind", "category_code", "category"), ("code", "name")
_CODE = re.compile(r"[0-9A-Za-z]{1,8}")
_CODE_AND_NAME = re.compile(r"(\d+)(.*)")


class Matched(Enum):
    """Who said what a category of another scheme means here."""

    NOBODY = "nobody"
    NAME = "name"  # it is called the same
    FILE = "file"
    HAND = "hand"


class Ours(NamedTuple):
    """A subcategory of the scheme in force: its half of the catalogue and full code."""

    kind: CaseKind
    code: str


@dataclass(frozen=True)
class SchemeEntry:
    """A subcategory of another scheme, and which of ours it means."""

    scheme: str
    kind: CaseKind
    category_code: str
    category: str
    code: str
    name: str
    ours: Ours | None = None
    matched: Matched = Matched.NOBODY

    @property
    def full_code(self) -> str:
        return f"{self.category_code}{self.code}"

    @property
    def key(self) -> tuple[str, CaseKind, str, str]:
        """By what the same category is known again."""
        return self.scheme, self.kind, self.category_code, self.code


class SchemeRow(NamedTuple):
    """A row of a scheme's workbook: the category, and what it says of ours, unread."""

    entry: SchemeEntry
    ours: str


def read_row(cells: Mapping[str, str], scheme: str) -> SchemeRow | list[Wrong] | None:
    """One row, carried down already; None for a row that names a big category alone.

    `scheme` is the name where the row tells none.
    """
    told = {column.field: cells.get(column.field, "").strip() for column in COLUMNS}
    if not told["code"] and (not told["name"] or told["name"] == told["category"]):
        return None
    wrong = checked(told, COLUMNS)
    named = told["scheme"] or scheme
    if len(named) > LONGEST_NAME:
        wrong.append(Wrong("scheme", Refusal("太长：最多 {n} 个字", n=LONGEST_NAME)))
    if not named:
        wrong.append(Wrong("scheme", Refusal("请填写方案的名称")))
    kind = KIND_WORDS.get(told["kind"].lower()) if told["kind"] else CaseKind.EVENT
    if kind is None:
        wrong.append(Wrong("kind", Refusal("应为“部件”或“事件”")))
    for field in ("category_code", "code"):
        if told[field] and not _CODE.fullmatch(told[field]):
            wrong.append(Wrong(field, Refusal("代码应为 1 至 8 位数字或字母")))
    if wrong or kind is None:
        return wrong
    big, small = padded(told["category_code"]), padded(told["code"])
    entry = SchemeEntry(named, kind, big, told["category"] or big, small, told["name"])
    return SchemeRow(entry, told["ours"])


class Standing:
    """The scheme in force, asked for a category by what a workbook calls it."""

    def __init__(self, catalogue: Sequence[Subcategory]) -> None:
        self.by_code = {Ours(one.kind, one.full_code): one for one in catalogue}
        self._by_name: dict[str, list[Subcategory]] = defaultdict(list)
        for one in catalogue:
            self._by_name[one.name].append(one)

    def read(self, word: str, kind: CaseKind) -> Ours | None:
        """By full code, by name, or by both ("0401 占道经营"), in the half that is named before it
        ("事件 0401"), else in the same half of the catalogue unless only the other has it; None
        where nothing is called so. A code may have lost its first nought to a spreadsheet program.
        """
        halves, parts = [kind, *(half for half in CaseKind if half is not kind)], word.split()
        if len(parts) > 1 and (named := KIND_WORDS.get(parts[0].lower())):
            halves, parts, kind = [named], parts[1:], named
        if found := _CODE_AND_NAME.match(" ".join(parts)):
            code, name = found[1], found[2].strip()
            for half in halves:
                for told in (code, f"0{code}"):
                    if Ours(half, told) in self.by_code:
                        return Ours(half, told)
            parts = [name or code]
        return self.named("".join(parts), kind)

    def named(self, name: str, kind: CaseKind) -> Ours | None:
        """The one that is called so; of two, the one in this half."""
        found = self._by_name.get(name, [])
        same = [one for one in found if one.kind is kind] or found
        return Ours(same[0].kind, same[0].full_code) if len(same) == 1 else None


def matched(row: SchemeRow, before: SchemeEntry | None, standing: Standing) -> SchemeEntry:
    """The entry with what it means here: by the file, else as somebody said, else by its name.

    A Refusal where the file names a category that the scheme in force does not have.
    """
    entry = row.entry
    if row.ours:
        ours = standing.read(row.ours, entry.kind)
        if ours is None:
            raise Refusal("立案标准里没有“{word}”这个类别", word=row.ours)
        return replace(entry, ours=ours, matched=Matched.FILE)
    if before is not None and before.matched in (Matched.FILE, Matched.HAND):
        return replace(entry, ours=before.ours, matched=before.matched)
    ours = standing.named(entry.name, entry.kind)
    return replace(entry, ours=ours, matched=Matched.NAME) if ours else entry


class SchemeWords(NamedTuple):
    """A scheme as lists are read by it: words for its categories, those that mean nothing here, and
    those that mean more than one thing.

    Names of the scheme in force hold as well, its codes do not: they mean something else there.
    """

    meaning: Mapping[str, Subcategory]
    unmapped: frozenset[str]
    ambiguous: frozenset[str]


def words_of(entries: Iterable[SchemeEntry], catalogue: Sequence[Subcategory]) -> SchemeWords:
    """Each category of one scheme by full code, name, and "big/small". A code that an event and a
    component have means the event.
    """
    ours = Standing(catalogue).by_code
    told = sorted(entries, key=lambda entry: entry.kind is CaseKind.COMPONENT)
    names, ambiguous = names_once((word, one.ours) for one in told for word in names_of(one))
    codes = {one.full_code: one.ours for one in reversed(told)}
    words = names | codes
    theirs = {word for one in told for word in names_of(one)}
    plain = {w: one for one in catalogue for w in names_of(one) if w not in theirs}
    meaning = {word: ours[means] for word, means in words.items() if means in ours}
    return SchemeWords(plain | meaning, frozenset(set(words) - set(meaning)), ambiguous)


def told_in(
    entries: Iterable[SchemeEntry], catalogue: Iterable[Subcategory]
) -> dict[Ours, SchemeEntry]:
    """What each of our categories is called in one scheme. Of several that mean the same, the one
    that is called the same here, else the first by code.
    """
    names = {Ours(one.kind, one.full_code): one.name for one in catalogue}
    found: dict[Ours, SchemeEntry] = {}
    for one in sorted(entries, key=lambda entry: (entry.kind.value, entry.full_code)):
        if one.ours is None:
            continue
        before = found.setdefault(one.ours, one)
        if one.name == names.get(one.ours) != before.name:
            found[one.ours] = one
    return found


def elsewhere(entries: Iterable[SchemeEntry]) -> dict[Ours, tuple[Elsewhere, ...]]:
    """What every scheme calls each of ours."""
    found: dict[Ours, list[Elsewhere]] = defaultdict(list)
    for one in entries:
        if one.ours is not None:
            found[one.ours].append(Elsewhere(one.scheme, one.full_code, one.name))
    return {ours: tuple(names) for ours, names in found.items()}

"""Who answers for a case (权责): rules by category, condition, place and hour, and the one
that decides.

The most exact rule decides: by place (grid cell, subdistrict, district), then by category, then by
filing condition, then by hour. Two rules that are equally exact and name different departments are
told of: the lower number counts, and the table wants mending.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.domain.deadline import CITY
from app.domain.sentence import Sentence, said


@dataclass(frozen=True)
class Rule:
    """One row of the table; an empty field holds for anything."""

    number: int
    department: str
    kind: str = ""  # component or event
    code: str = ""  # full code of a subcategory, or the code of a category
    district: str = ""
    subdistrict: str = ""
    grid: str = ""  # the beginning of a grid cell's code
    begins: int | None = None  # hour of the city's day
    ends: int | None = None  # up to, and without; may lie on the next day
    condition: int | None = None  # number of a filing condition of that subcategory

    @property
    def exactness(self) -> tuple[int, int, int, int]:
        place = 2 + len(self.grid) if self.grid else 0
        place = place or (2 if self.subdistrict else 1 if self.district else 0)
        kind = len(self.code) + bool(self.kind)
        return place, kind, int(self.condition is not None), int(self.begins is not None)

    def holds(self, of: Subject) -> bool:
        """Whether this rule speaks of this case."""
        return (
            (not self.kind or self.kind == of.kind)
            and of.code.startswith(self.code)
            and (not self.district or self.district == of.district)
            and (not self.subdistrict or self.subdistrict == of.subdistrict)
            and of.grid.startswith(self.grid)
            and self.condition in (None, of.condition)
            and self._at(of.at.astimezone(CITY).hour)
        )

    def _at(self, hour: int) -> bool:
        if self.begins is None or self.ends is None:
            return True
        if self.begins < self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends

    def meets(self, other: Rule) -> bool:
        """Whether some case may fall under both."""
        pairs = (
            (self.kind, other.kind),
            (self.district, other.district),
            (self.subdistrict, other.subdistrict),
            (self.condition, other.condition),
        )
        if any(mine and theirs and mine != theirs for mine, theirs in pairs):
            return False
        prefixes = ((self.code, other.code), (self.grid, other.grid))
        if not all(one.startswith(two) or two.startswith(one) for one, two in prefixes):
            return False
        return any(self._at(hour) and other._at(hour) for hour in range(24))


class Subject(NamedTuple):
    """A case as the rules see it."""

    kind: str
    code: str
    district: str
    subdistrict: str
    grid: str
    at: datetime
    condition: int = 0  # number of the filing condition it fulfils; 0: nobody said which


class Decision(NamedTuple):
    """Who answers, by which rule, in words; and the numbers of rules that say otherwise."""

    department: str
    rule: Rule
    against: tuple[int, ...]

    @property
    def why(self) -> Sentence:
        """As the desk shows it."""
        if self.against:
            numbers = "、".join(str(number) for number in self.against)
            return said(
                "规则 {n} → {department}（规则 {others} 同样明确而责任单位不同，请核对）",
                n=self.rule.number, department=self.department, others=numbers,
            )  # fmt: skip
        return said("规则 {n} → {department}", n=self.rule.number, department=self.department)


def decide(rules: Iterable[Rule], of: Subject) -> Decision | None:
    """The rule that decides; None where no rule speaks of such a case."""
    holding = [rule for rule in rules if rule.holds(of)]
    if not holding:
        return None
    most = max(rule.exactness for rule in holding)
    exact = sorted((r for r in holding if r.exactness == most), key=lambda rule: rule.number)
    first = exact[0]
    against = tuple(rule.number for rule in exact if rule.department != first.department)
    return Decision(first.department, first, against)


class Gap(NamedTuple):
    """A subcategory for which some districts have no rule that holds at every hour."""

    kind: str
    code: str
    districts: tuple[str, ...]


def gaps(
    rules: Sequence[Rule], categories: Iterable[tuple[str, str]], districts: Sequence[str]
) -> list[Gap]:
    """What no rule speaks of: (kind, full code) by district. Rules for a part of a district, of the
    day or of the conditions leave the rest of it open.
    """
    whole = [
        r for r in rules
        if r.begins is None and r.condition is None and not r.subdistrict and not r.grid
    ]  # fmt: skip
    found = []
    for kind, code in categories:
        mine = [r for r in whole if r.kind in ("", kind) and code.startswith(r.code)]
        if any(not rule.district for rule in mine):
            continue
        named = {rule.district for rule in mine}
        left = tuple(one for one in districts if one not in named)
        if left:
            found.append(Gap(kind, code, left))
    return found


def overlaps(rules: Sequence[Rule]) -> list[tuple[Rule, Rule]]:
    """Pairs that are equally exact, may speak of one case, and name different departments."""
    return [
        (one, two)
        for one, two in itertools.combinations(sorted(rules, key=lambda r: r.number), 2)
        if one.exactness == two.exactness and one.department != two.department and one.meets(two)
    ]

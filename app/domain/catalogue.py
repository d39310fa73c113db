"""Categories of components (部件) and events (事件), and how an operator finds one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol, TypeVar

from app.domain.deadline import TimeLimit

T = TypeVar("T", bound=Hashable)


class CaseKind(Enum):
    """The two halves of every catalogue (GB/T 30428.2)."""

    COMPONENT = "component"
    EVENT = "event"


ELSEWHERE = 2
"""How well a word names a subcategory that is called so in another scheme only."""

KIND_WORDS = {
    **dict.fromkeys(("component", "部件", "部件类"), CaseKind.COMPONENT),
    **dict.fromkeys(("event", "事件", "事件类"), CaseKind.EVENT),
}
"""What workbooks call the two halves."""

KIND_NAMES = {CaseKind.COMPONENT: "部件", CaseKind.EVENT: "事件"}
"""What they are called in workbooks that go out."""


def padded(code: str) -> str:
    """Codes are strings of two or three digits; a spreadsheet program drops the first nought."""
    return code.zfill(2)


@dataclass(frozen=True)
class Condition:
    """A filing condition (立案条件): its limit, when its case may be closed, and who answers."""

    number: int
    text: str
    closing: str
    limit: TimeLimit
    department: str = ""
    supervising: str = ""
    basis: str = ""


class Elsewhere(NamedTuple):
    """What another scheme calls a subcategory: the scheme, full code and name there."""

    scheme: str
    code: str
    name: str


@dataclass(frozen=True)
class Subcategory:
    """A small category (小类). Codes are strings: schemes use two or three digits."""

    kind: CaseKind
    category_code: str
    category: str
    code: str
    name: str
    limit: TimeLimit
    department: str  # who is usually responsible
    condition: str  # filing condition (立案条件)
    closing: str  # closing condition (结案条件)
    initials: str = ""  # pinyin initials, as `zdjy` for 占道经营
    conditions: tuple[Condition, ...] = ()  # of a standard that has several
    elsewhere: tuple[Elsewhere, ...] = ()  # what other schemes call it

    @property
    def full_code(self) -> str:
        """Category and subcategory code together; unique within a kind."""
        return f"{self.category_code}{self.code}"

    @property
    def conditions_told(self) -> tuple[Condition, ...]:
        """Its conditions; the usual one of a standard that has one for each subcategory."""
        usual = Condition(1, self.condition, self.closing, self.limit, self.department)
        return self.conditions or (usual,)

    def condition_of(self, number: int) -> Condition | None:
        """The filing condition of this number; None if the standard has none such."""
        return next((one for one in self.conditions if one.number == number), None)

    def matches(self, typed: str) -> int:
        """How well what was typed names this one: 0 not at all, more is better.

        By code, by any part of the name, or by pinyin initials; letters in either case.
        """
        wanted = typed.strip().lower()
        if not wanted:
            return 1
        if self.full_code.startswith(wanted):
            return 5 if self.full_code == wanted else 4
        if self.name.startswith(wanted) or self.initials.startswith(wanted):
            return 4
        if wanted in self.name or wanted in self.initials:
            return 3
        if self.called_elsewhere(wanted):
            return ELSEWHERE
        return 1 if wanted in self.category else 0

    def called_elsewhere(self, typed: str) -> Elsewhere | None:
        """The other scheme's category that was typed, by its code or a part of its name."""
        wanted = typed.strip().lower()
        return next(
            (
                one
                for one in self.elsewhere
                if wanted and (one.code.lower().startswith(wanted) or wanted in one.name.lower())
            ),
            None,
        )


def search(catalogue: list[Subcategory], typed: str) -> list[Subcategory]:
    """The subcategories that what was typed may mean, best first, in the catalogue's order."""
    scored = [(entry.matches(typed), entry) for entry in catalogue]
    found = [(score, entry) for score, entry in scored if score]
    return [entry for _, entry in sorted(found, key=lambda pair: -pair[0])]


class Named(Protocol):
    """A subcategory of any scheme."""

    @property
    def category(self) -> str: ...
    @property
    def name(self) -> str: ...


def names_of(entry: Named) -> tuple[str, str]:
    """By what a list may call it without its code: its name, and "big/small"."""
    return entry.name, f"{entry.category}/{entry.name}"


def names_once(told: Iterable[tuple[str, T]]) -> tuple[dict[str, T], frozenset[str]]:
    """Words with the one thing that each means; and words that mean several things."""
    found: dict[str, set[T]] = defaultdict(set)
    for word, means in told:
        found[word].add(means)
    several = frozenset(word for word, means in found.items() if len(means) > 1)
    return {word: next(iter(found[word])) for word in found if word not in several}, several

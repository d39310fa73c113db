"""Guided inspection (视频巡查): a trouble spot looked at, and somebody's word on what was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple


class Verdict(Enum):
    """What was seen."""

    PASS = "pass"  # 正常
    CASE = "case"  # 有问题，已登记
    FAULT = "fault"  # 画面有故障，看不了


@dataclass(eq=False)
class Inspection:
    """One answered look. Added only."""

    camera_id: int
    person_id: int
    person: str
    desk: str
    at: datetime
    verdict: Verdict
    seconds: float  # how long it had been looked at
    case_id: int | None = None
    id: int = field(init=False)


NEAR_M = 50.0
"""An open case of the same kind within this distance is probably the same problem."""

RECENT_DAYS = 90


class NearCase(NamedTuple):
    """A case near a spot: its number, kind, distance in metres, and whether it is still open."""

    id: int
    number: str
    subcategory: str
    metres: float
    registered_at: datetime
    open: bool
    status: str


@dataclass(frozen=True)
class Sheet:
    """What an operator is told of a spot before looking: the task, and what happened here."""

    camera_id: int
    task: str
    near: tuple[NearCase, ...]
    last: Inspection | None

    @property
    def usual(self) -> list[tuple[str, int]]:
        """The kinds of problem that occur here, the most frequent first."""
        counted = Counter(case.subcategory for case in self.near)
        return counted.most_common(3)

    @property
    def at_hand(self) -> list[NearCase]:
        """Open cases within 50 m: what is seen now may be one of these already."""
        return [case for case in self.near if case.open and case.metres <= NEAR_M]


class Tally(NamedTuple):
    """How many looks one person answered for, by verdict."""

    person: str
    passed: int
    cases: int
    faults: int


def tally(inspections: Iterable[Inspection]) -> list[Tally]:
    """Each person's answers, the most diligent first."""
    counted: dict[str, Counter[Verdict]] = {}
    for one in inspections:
        counted.setdefault(one.person, Counter())[one.verdict] += 1
    lines = [
        Tally(person, c[Verdict.PASS], c[Verdict.CASE], c[Verdict.FAULT])
        for person, c in counted.items()
    ]
    return sorted(lines, key=lambda line: (-(line.passed + line.cases + line.faults), line.person))

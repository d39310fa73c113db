"""Problems that come back: the same kind within fifty metres, several times in some days."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.place import away

WITHIN_M = 50.0
CELL = 0.0005
"""Degrees; more than fifty metres either way at the latitude of Guangzhou."""


class Seen(NamedTuple):
    """A case as this rule needs it."""

    id: int
    kind: str  # of which kind the problem is: the subcategory's code with its half of the catalogue
    lon: float
    lat: float
    at: datetime


class Recurring(NamedTuple):
    """One problem that came back: its cases, oldest first, and where the first of them was."""

    kind: str
    lon: float
    lat: float
    cases: tuple[int, ...]
    first: datetime
    last: datetime


def recurring(seen: Iterable[Seen], times: int = 3, days: int = 30) -> list[Recurring]:
    """What came at least so many times within so many days, the most frequent first.

    A case belongs to the oldest problem of its kind within fifty metres; the place of a problem is
    that of its first case, so that a row of cases along a street does not run together.
    """
    cells: dict[tuple[str, int, int], list[list[Seen]]] = defaultdict(list)
    every: list[list[Seen]] = []
    for one in sorted(seen, key=lambda case: (case.at, case.id)):
        column, row = math.floor(one.lon / CELL), math.floor(one.lat / CELL)
        known = (
            problem
            for near_column in (column - 1, column, column + 1)
            for near_row in (row - 1, row, row + 1)
            for problem in cells.get((one.kind, near_column, near_row), ())
        )
        near = [p for p in known if away(one.lon, one.lat, (p[0].lon, p[0].lat)) <= WITHIN_M]
        if near:
            min(near, key=lambda problem: (problem[0].at, problem[0].id)).append(one)
        else:
            fresh = [one]
            cells[one.kind, column, row].append(fresh)
            every.append(fresh)
    found = [_told(problem) for problem in every if _comes_back(problem, times, days)]
    return sorted(found, key=lambda problem: (-len(problem.cases), problem.first))


def _comes_back(problem: list[Seen], times: int, days: int) -> bool:
    within = timedelta(days=days)
    return any(
        later.at - first.at <= within
        for first, later in zip(problem, problem[times - 1 :], strict=False)
    )


def _told(problem: list[Seen]) -> Recurring:
    first = problem[0]
    cases = tuple(one.id for one in problem)
    return Recurring(first.kind, first.lon, first.lat, cases, first.at, problem[-1].at)

"""Tables whose sums are checked: each column against its total, and the rows against the whole.

A published monthly report of 2024 prints a district total of 12 120 where its rows add to 12 102:
nobody had added them up. Here nothing is printed before somebody has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Difference(NamedTuple):
    """A total that is not the sum of what stands above it."""

    column: str
    added: int
    printed: int


def differences(rows: Sequence[Mapping[str, int]], totals: Mapping[str, int]) -> list[Difference]:
    """Every column whose rows do not add to its total; in the order of the totals."""
    found = []
    for column, printed in totals.items():
        added = sum(row.get(column, 0) for row in rows)
        if added != printed:
            found.append(Difference(column, added, printed))
    return found


def crossed(cells: Mapping[tuple[str, str], int], rows: Mapping[str, int]) -> list[Difference]:
    """Every row of a table of two ways whose cells do not add to what the row alone comes to."""
    sums: dict[str, int] = dict.fromkeys(rows, 0)
    for (row, _column), count in cells.items():
        sums[row] = sums.get(row, 0) + count
    return [
        Difference(row, added, rows.get(row, 0))
        for row, added in sums.items()
        if added != rows.get(row, 0)
    ]

"""A list of a million rows of which a few thousand are at hand, each by its place in the whole.

Places that were not fetched, or were forgotten again, are gaps: they count, and are fetched when
somebody looks at them. So a scroll bar tells the truth about where it stands, and memory does not
grow with what was scrolled past.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from app.domain.case_list import CaseRow, Rank, sort_key

KEPT = 6000
"""Rows at hand at most: far more than any screen shows, little enough to be moved in a blink."""


class Gap(NamedTuple):
    """Places that are not at hand, from `first` up to, and without, `end`; and the rows around."""

    first: int
    end: int
    before: CaseRow | None
    after: CaseRow | None


class LongList:
    """Rows by place. What inserts or removes places tells nobody: the model that owns it does."""

    def __init__(self) -> None:
        self.total = 0
        self._rows: dict[int, CaseRow] = {}
        self._places: dict[int, int] = {}

    def begin(self, rows: list[CaseRow], total: int) -> None:
        """These rows from the top, of so many."""
        self.total = max(total, len(rows))
        self._rows = dict(enumerate(rows))
        self._places = {row.id: place for place, row in self._rows.items()}

    def row(self, place: int) -> CaseRow | None:
        return self._rows.get(place)

    def place_of(self, case_id: int) -> int | None:
        return self._places.get(case_id)

    def at_hand(self) -> list[CaseRow]:
        """The rows that were fetched, in their order."""
        return [self._rows[place] for place in sorted(self._rows)]

    def gap_in(self, first: int, last: int) -> Gap | None:
        """The first gap that touches these places, both included."""
        for place in range(max(0, first), min(last, self.total - 1) + 1):
            if place not in self._rows:
                return self.gap_around(place)
        return None

    def gap_around(self, place: int) -> Gap:
        """The gap that this place lies in."""
        known = sorted(self._rows)
        after = bisect_left(known, place)
        first = known[after - 1] + 1 if after else 0
        end = known[after] if after < len(known) else self.total
        return Gap(first, end, self._rows.get(first - 1), self._rows.get(end))

    def last_gap(self) -> Gap | None:
        """The gap nearest to the end."""
        place = self.total - 1
        while place in self._rows:
            place -= 1
        return self.gap_around(place) if place >= 0 else None

    def is_gap(self, place: int) -> bool:
        """Whether this is one of its places, and not at hand."""
        return 0 <= place < self.total and place not in self._rows

    def place_for(self, row: CaseRow, sort: str, descending: bool) -> tuple[int, bool]:
        """Before which place the order wants a row that is not at hand, and whether that is sure:
        within a gap nobody knows how many come before it.
        """
        known = sorted(self._rows)
        rank = Rank(sort_key(row, sort), descending)
        after = bisect_left(
            known, rank, key=lambda place: Rank(sort_key(self._rows[place], sort), descending)
        )
        before = known[after - 1] if after else -1
        end = known[after] if after < len(known) else self.total
        return end, end == before + 1

    # Changing.

    def put(self, place: int, row: CaseRow) -> None:
        """This row stands here; wherever else it was thought to be is a gap."""
        was, there = self._places.get(row.id), self._rows.get(place)
        if was is not None and was != place:
            del self._rows[was]
        if there is not None and there.id != row.id:
            del self._places[there.id]
        self._rows[place], self._places[row.id] = row, place

    def drop(self, place: int) -> None:
        """What stands here is not at hand any more; its place stays."""
        if (row := self._rows.pop(place, None)) is not None:
            del self._places[row.id]

    def open(self, place: int, count: int) -> None:
        """So many new gaps before this place."""
        self._shift(place, count)

    def close(self, place: int, count: int) -> None:
        """These places, and what stood there, are gone."""
        for gone in range(place, place + count):
            self.drop(gone)
        self._shift(place + count, -count)

    def _shift(self, place: int, by: int) -> None:
        self.total += by
        self._rows = {at + by if at >= place else at: row for at, row in self._rows.items()}
        self._places = {row.id: at for at, row in self._rows.items()}

    def forget(self) -> None:
        """Nothing is at hand."""
        self._rows, self._places = {}, {}

    def forget_far(self, around: int) -> None:
        """Of too many rows keep those nearest to this place."""
        if len(self._rows) <= KEPT:
            return
        near = sorted(self._rows, key=lambda place: abs(place - around))[: KEPT // 2]
        self._rows = {place: self._rows[place] for place in near}
        self._places = {row.id: place for place, row in self._rows.items()}

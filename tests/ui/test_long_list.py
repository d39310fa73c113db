"""A list of which a part is at hand: in whatever order it is fetched, it becomes the whole."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel
from PySide6.QtTest import QAbstractItemModelTester

from app.domain.case_list import CaseRow, Rank, sort_key
from app.domain.draft import Source, Urgency
from app.domain.workflow import CaseStatus
from ui.cases import long_list
from ui.cases.case_model import CaseTableModel
from ui.cases.long_list import LongList

BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
SORT = "registered_at"


def row(number: int, version: int = 1) -> CaseRow:
    """The case of this number; the higher, the later it was registered."""
    return CaseRow(
        number, version, f"CG20260301-{number:05d}", CaseStatus.REPORTED, "占道经营", "440106", "",
        "某路", "摆卖", "", BEGINS + timedelta(minutes=number), None, False, None, Source.VIDEO,
        Urgency.NORMAL, None, None, None, None, 1, None, "event", "街面秩序", "0401", "",
    )  # fmt: skip


def model(rows: list[CaseRow], total: int) -> CaseTableModel:
    made = CaseTableModel(lambda: BEGINS)
    made.begin(rows, total)
    return made


def watched(made: QAbstractItemModel) -> QAbstractItemModelTester:
    """Qt's own check that a model tells of every change as it must."""
    return QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)


class Database:
    """The truth that a list is fetched from: rows newest first."""

    def __init__(self, numbers: list[int]) -> None:
        self.rows = [row(number) for number in sorted(numbers, reverse=True)]

    def after(self, before: CaseRow | None, count: int) -> tuple[list[CaseRow], bool]:
        rest = [one for one in self.rows if before is None or one.id < before.id]
        return rest[:count], len(rest) <= count

    def before(self, after: CaseRow, count: int) -> tuple[list[CaseRow], bool]:
        rest = [one for one in self.rows if one.id > after.id]
        return rest[-count:], len(rest) <= count

    def at(self, place: int, count: int) -> tuple[list[CaseRow], bool]:
        found = self.rows[place : place + count]
        return found, len(found) < count


def look(made: CaseTableModel, truth: Database, place: int, page: int = 7) -> bool:
    """Fetch what is missing around a place as the list does; whether anything was."""
    gap = made.gap_in(place, place + 3)
    if gap is None:
        return False
    wanted = max(gap.first, place)
    if wanted - gap.first < page:
        rows, is_end = truth.after(gap.before, page)
        made.fill_after(gap.before.id if gap.before else None, rows, is_end)
    elif gap.after is not None and gap.end - wanted <= page:
        rows, is_end = truth.before(gap.after, page)
        made.fill_before(gap.after.id, rows, is_end)
    else:
        first = max(gap.first, wanted - page // 2)
        made.fill_at(first, *truth.at(first, page))
    return True


def scroll_through(made: CaseTableModel, truth: Database) -> None:
    """Look everywhere until nothing is missing."""
    for _ in range(400):
        missing = made.gap_in(0, made.rowCount())
        if missing is None:
            return
        look(made, truth, missing.first)
    raise AssertionError("it never ends")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 90), st.lists(st.integers(0, 100), max_size=12), st.integers(0, 2**16))
def test_that_places_come_in_any_order_and_desks_write_meanwhile(
    count: int, places: list[int], seed: int
) -> None:
    dice = random.Random(seed)
    truth = Database(dice.sample(range(200), count))
    first, _ = truth.after(None, 7)
    made = model(first, len(first))
    tester = watched(made)
    made.set_total(count)
    for place in places:
        look(made, truth, min(place, max(0, made.rowCount() - 1)))
        what = dice.random()
        if what < 0.4:
            number = dice.choice([n for n in range(200, 300)])
            if number not in {one.id for one in truth.rows}:
                truth = Database([*(one.id for one in truth.rows), number])
                made.rank(row(number), SORT, True)
        elif what < 0.7 and truth.rows:
            gone = dice.choice(truth.rows).id
            truth = Database([one.id for one in truth.rows if one.id != gone])
            made.take_away(gone)
        made.set_total(len(truth.rows))
        shown = [sort_key(one, SORT) for one in made.rows]
        assert shown == sorted(shown, reverse=True)
    scroll_through(made, truth)
    made.set_total(len(truth.rows))  # as it is counted after each change
    scroll_through(made, truth)
    assert [one.id for one in made.rows] == [one.id for one in truth.rows]
    assert made.rowCount() == len(truth.rows)
    del tester  # it has watched until here


def test_that_a_gap_is_dots_and_a_jump_is_fetched_in_place() -> None:
    truth = Database(list(range(1000)))
    made = model(truth.rows[:7], 1000)
    assert made.data(made.index(500, 0)) == "…"
    assert made.data(made.index(500, 1)) is None
    assert made.row_at(500) is None
    look(made, truth, 500)
    assert made.data(made.index(500, 0)) == truth.rows[500].number
    assert made.rowCount() == 1000
    assert [made.row_at(place) for place in range(497, 504)] == truth.rows[497:504]
    look(made, truth, 496)
    assert made.row_at(490) == truth.rows[490], "by key from the row after it"


def test_that_a_new_row_of_a_gap_is_counted_and_one_beside_known_rows_is_shown() -> None:
    truth = Database(list(range(0, 200, 2)))
    made = model(truth.rows[:7], 100)
    made.rank(row(193), SORT, True)
    assert made.row_at(3) == row(193)
    assert made.rowCount() == 101
    made.rank(row(51), SORT, True)
    assert made.rowCount() == 101, "nobody knows whether it was counted"
    made.set_total(102)
    assert made.rowCount() == 102
    made.set_total(90)
    assert made.rowCount() == 90
    made.put(row(193, version=2))
    newer = made.row_at(3)
    assert newer is not None
    assert newer.version == 2
    made.put(row(193))
    assert made.row_at(3) == newer, "an older version comes too late"


def test_that_memory_does_not_grow_with_what_was_scrolled_past(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(long_list, "KEPT", 40)
    truth = Database(list(range(500)))
    made = model(truth.rows[:7], 500)
    for place in range(0, 400, 5):
        look(made, truth, place)
        made.forget_far(place)
    assert len(made.rows) <= 40
    assert made.row_at(30) is None
    scroll_through(made, truth)
    assert made.rowCount() == 500


def test_that_the_order_of_a_list_is_asked_by_rank() -> None:
    told = LongList()
    told.begin([row(9), row(7), row(5)], 10)
    assert told.place_for(row(8), SORT, True) == (1, True)
    assert told.place_for(row(4), SORT, True) == (10, False)
    assert told.place_for(row(11), SORT, True) == (0, True)
    assert Rank(sort_key(row(9), SORT), True) < Rank(sort_key(row(7), SORT), True)

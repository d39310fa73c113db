"""Sums that are added up, and problems that come back."""

from __future__ import annotations

from datetime import timedelta

from app.domain.footing import Difference, crossed, differences
from app.domain.recurring import Seen, recurring
from tests.builders import NOON

DAY = timedelta(days=1)
STREETS = [1_873, 1_502, 2_410, 1_988, 2_133, 1_196, 1_000]
"""Seven districts that add to 12 102, as the published rows of 江门 2024-07 do."""


def test_that_a_printed_total_that_nobody_added_up_is_caught() -> None:
    rows = [{"任务数": count, "完成数": count} for count in STREETS]
    told = {"任务数": 12_120, "完成数": 12_102}
    assert differences(rows, told) == [Difference("任务数", 12_102, 12_120)]


def test_that_a_row_is_held_against_its_cells() -> None:
    cells = {("天河", "热线"): 3, ("天河", "视频"): 4, ("越秀", "热线"): 2}
    assert crossed(cells, {"天河": 7, "越秀": 2}) == []
    assert crossed(cells, {"天河": 8, "越秀": 2, "海珠": 1}) == [
        Difference("天河", 7, 8),
        Difference("海珠", 0, 1),
    ]


def seen(number: int, metres: float, days: float, kind: str = "event:0401") -> Seen:
    return Seen(number, kind, 113.32 + metres / 102_500, 23.13, NOON + days * DAY)


def test_that_a_problem_comes_back_within_metres_and_days() -> None:
    cases = [seen(1, 0, 0), seen(2, 30, 5), seen(3, -45, 12), seen(4, 10, 60)]
    (told,) = recurring(cases, times=3, days=30)
    assert told.cases == (1, 2, 3, 4)
    assert (told.first, told.last) == (NOON, NOON + 60 * DAY)
    assert recurring(cases, times=4, days=30) == []
    assert recurring([seen(1, 0, 0), seen(2, 0, 1, "event:0402"), seen(3, 0, 2)], 3, 30) == []


def test_that_a_street_of_cases_does_not_run_together() -> None:
    row = [seen(n, 40 * n, n) for n in range(9)]
    assert [one.cases for one in recurring(row, times=2, days=30)] == [
        (0, 1), (2, 3), (4, 5), (6, 7),
    ]  # fmt: skip
    assert recurring(row, times=3, days=30) == []


def test_that_fifty_metres_are_found_across_the_borders_of_cells() -> None:
    for offset in range(0, 120, 7):
        pair = [seen(1, offset, 0), seen(2, offset + 49, 1)]
        assert len(recurring(pair, times=2)) == 1
        assert not recurring([seen(1, offset, 0), seen(2, offset + 51, 1)], times=2)

"""Who was given a case wrongly, and who refused its own: by the steps of the case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.figures import Span
from app.domain.handing import Handed, Handing, handing_lines
from app.domain.workflow import Action

BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = Span(BEGINS, BEGINS + timedelta(days=31))
GIVE, BACK, MOVE, RECALL = Action.DISPATCH, Action.SEND_BACK, Action.REASSIGN, Action.RECALL
VOID, MERGE, UNMERGE = Action.VOID, Action.MERGE, Action.UNMERGE
Told = dict[str, dict[str, int]]


def told(*steps: tuple[Action, str, float]) -> Told:
    """Steps of one case, with the day of the span on which each was made."""
    handed = [Handed(7, action, name, BEGINS + timedelta(days=day)) for action, name, day in steps]
    return {
        line.department: {what.value: line.number(what) for what in Handing if line.number(what)}
        for line in handing_lines(handed, SPAN)
    }


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([(GIVE, "甲", 1)], {"甲": {"given": 1}}),
        (
            [(GIVE, "甲", 1), (BACK, "甲", 2), (GIVE, "乙", 3)],
            {"甲": {"given": 1, "sent_back": 1, "wrong": 1}, "乙": {"given": 1}},
        ),
        (
            [(GIVE, "甲", 1), (BACK, "甲", 2), (GIVE, "甲", 3)],
            {"甲": {"given": 2, "sent_back": 1, "refused": 1}},
        ),
        ([(GIVE, "甲", 1), (BACK, "甲", 2)], {"甲": {"given": 1, "sent_back": 1, "open": 1}}),
        (
            [(GIVE, "甲", 1), (MOVE, "乙", 2)],
            {"甲": {"given": 1, "wrong": 1}, "乙": {"given": 1}},
        ),
        ([(GIVE, "甲", 1), (MOVE, "甲", 2)], {"甲": {"given": 2}}),
        ([(GIVE, "甲", 1), (RECALL, "甲", 2), (GIVE, "乙", 3)],
         {"甲": {"given": 1}, "乙": {"given": 1}}),
        (  # given again by mistake and recalled: it was right to send it back
            [(GIVE, "甲", 1), (BACK, "甲", 2), (GIVE, "甲", 3), (RECALL, "甲", 4), (GIVE, "乙", 5)],
            {"甲": {"given": 2, "sent_back": 1, "wrong": 1}, "乙": {"given": 1}},
        ),
        (
            [(GIVE, "甲", 1), (BACK, "甲", 2), (GIVE, "甲", 3), (MOVE, "乙", 4)],
            {"甲": {"given": 2, "sent_back": 1, "wrong": 2}, "乙": {"given": 1}},
        ),
        ([(GIVE, "甲", 1), (BACK, "甲", 2), (VOID, "", 3)], {"甲": {"given": 1, "sent_back": 1}}),
        ([(GIVE, "甲", 1), (BACK, "甲", 2), (MERGE, "", 3)], {"甲": {"given": 1, "sent_back": 1}}),
        ([(GIVE, "甲", 1), (BACK, "甲", 2), (MERGE, "", 3), (UNMERGE, "", 4)],
         {"甲": {"given": 1, "sent_back": 1, "open": 1}}),
        (  # given before the span and sent back in it; judged by what came after it
            [(GIVE, "甲", -9), (BACK, "甲", 30), (GIVE, "乙", 40)],
            {"甲": {"sent_back": 1, "wrong": 1}},
        ),
        (  # one case may go wrong twice, with two departments
            [(GIVE, "甲", 1), (BACK, "甲", 2), (GIVE, "乙", 3), (BACK, "乙", 4), (GIVE, "丙", 5)],
            {
                "乙": {"given": 1, "sent_back": 1, "wrong": 1},
                "甲": {"given": 1, "sent_back": 1, "wrong": 1},
                "丙": {"given": 1},
            },
        ),
    ],
)  # fmt: skip
def test_that_each_handing_over_is_judged_by_what_came_after(
    steps: list[tuple[Action, str, float]], wanted: Told
) -> None:
    assert told(*steps) == wanted


def test_that_the_cases_behind_a_number_are_named() -> None:
    two = [
        Handed(case_id, action, name, BEGINS + timedelta(days=day))
        for case_id in (3, 5)
        for action, name, day in ((GIVE, "甲", 1), (BACK, "甲", 2), (GIVE, "乙", 3))
    ]
    (other, first) = handing_lines(two, SPAN)
    assert (other.department, first.department) == ("乙", "甲")
    assert first.cases[Handing.WRONG] == [3, 5]
    assert handing_lines([], SPAN) == []

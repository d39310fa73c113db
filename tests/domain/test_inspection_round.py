"""A round of inspection: what is answered, what waits, and what is left when it is broken off."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.inspection import Verdict
from app.domain.inspection_round import InspectionRound

BEGAN = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_that_a_spot_whose_answer_was_not_written_waits_again() -> None:
    round_ = InspectionRound([1, 2, 3], 1, BEGAN)
    assert round_.first_waiting == 1
    round_.give(1)
    assert (round_.first_waiting, round_.awaits(1), round_.answered) == (2, False, 1)
    assert not round_.tally, "given, and not yet on record"
    round_.take_back(1)
    assert round_.first_waiting == 1
    for camera in (1, 2, 3):
        round_.give(camera)
        round_.record(camera, Verdict.PASS)
    assert round_.is_over
    assert round_.tally == {Verdict.PASS: 3}
    assert round_.first_waiting == 1, "where each is answered, the first"


def test_that_a_camera_of_another_list_does_not_wait_here() -> None:
    round_ = InspectionRound([1, 2], 1, BEGAN)
    assert not round_.has(9)
    assert not round_.awaits(9)


def test_that_other_spots_or_tiles_keep_what_was_answered_of_them() -> None:
    round_ = InspectionRound([1, 2, 3, 4], 1, BEGAN, {1: Verdict.PASS, 2: Verdict.FAULT})
    assert (round_.answered, round_.is_broken_off) == (2, True)
    round_.arrange([2, 3, 5], 2)
    assert (round_.answered, round_.count, round_.first_waiting) == (1, 3, 3)
    assert round_.course.now() == [2, 3]
    round_.arrange([2], 1)
    assert not round_.is_broken_off, "there is nothing left of it"
    assert not InspectionRound([1, 2], 1, BEGAN).is_broken_off, "nothing was answered"

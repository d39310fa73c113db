"""What is said of a picture, by the clocks in its slot: never that an old one is live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.camera import STALL_AFTER_S, StreamState
from app.video.frames import Slot
from app.video.truth import KEY_AFTER_S, KEY_FRESH_S, Truth, truth_of

NOW = 1_000.0
LIVE, LATE, BLACK = StreamState.LIVE, StreamState.LATE, StreamState.BLACK
STALLED, BROKEN = StreamState.STALLED, StreamState.BROKEN


@pytest.fixture
def slot(tmp_path: Path) -> Iterator[Slot]:
    made = Slot(tmp_path / "view", create=True)
    yield made
    made.close()


def painted(slot: Slot, age: float, silent: float) -> Slot:
    """A picture that came `age` seconds ago, and a packet `silent` seconds ago."""
    slot.write(memoryview(bytes(64)), 4, 4, 16, NOW - age, 0.0)
    slot.tick(NOW - silent)
    return slot


@pytest.mark.parametrize(("said", "told"), [(LIVE, StreamState.CONNECTING), (STALLED, STALLED)])
def test_that_nothing_is_live_before_its_first_picture(
    slot: Slot, said: StreamState, told: StreamState
) -> None:
    slot.tick(NOW)
    assert truth_of(slot, said, True, NOW) == Truth(told, -1)


@pytest.mark.parametrize(
    ("said", "full", "age", "silent", "told"),
    [
        (LIVE, True, 0.1, 0.1, Truth(LIVE, 0)),
        (BLACK, True, 0.1, 0.1, Truth(BLACK, 0)),
        (LIVE, True, STALL_AFTER_S + 0.5, STALL_AFTER_S + 0.5, Truth(STALLED, 2)),
        (LIVE, True, STALL_AFTER_S + 0.5, 0.1, Truth(STALLED, 2)),
        (LIVE, True, 3 * STALL_AFTER_S, 0.1, Truth(BROKEN, 6)),
        (LIVE, False, KEY_FRESH_S - 0.5, 0.1, Truth(LIVE, 0)),
        (LIVE, False, KEY_FRESH_S + 1.5, 0.1, Truth(LIVE, 5)),
        (LIVE, False, KEY_FRESH_S + 1.5, STALL_AFTER_S + 0.5, Truth(STALLED, 5)),
        (LIVE, False, KEY_AFTER_S + 1.0, 0.1, Truth(STALLED, 23)),
        (LIVE, False, 2 * KEY_AFTER_S + 1.0, 0.1, Truth(BROKEN, 45)),
        (LATE, True, 7.0, 0.1, Truth(LATE, 7)),
        (LATE, True, 7.0, STALL_AFTER_S + 0.5, Truth(STALLED, 7)),
        (StreamState.UNREACHABLE, True, 9.0, 9.0, Truth(StreamState.UNREACHABLE, 9)),
    ],
)
def test_that_the_clocks_correct_what_the_engine_says(
    slot: Slot, said: StreamState, full: bool, age: float, silent: float, told: Truth
) -> None:
    assert truth_of(painted(slot, age, silent), said, full, NOW) == told


def test_that_an_old_key_frame_is_shown_but_not_called_live(slot: Slot) -> None:
    told = truth_of(painted(slot, KEY_FRESH_S + 1.5, 0.1), LIVE, False, NOW)
    assert told.state is LIVE
    assert not told.is_live

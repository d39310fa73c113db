"""Main or sub stream, by what a tile can show."""

from __future__ import annotations

from app.domain.camera import Stream
from app.video.messages import Decode
from app.video.quality import (
    APART_S,
    CALM_S,
    DOWN_PX,
    DWELL_S,
    FULL_PER_CORE,
    FULL_PX,
    LEAST_FULL,
    LOWER_APART_S,
    UP_PX,
    Chooser,
    Governor,
    decoding,
)


def test_that_a_tile_is_raised_when_it_has_been_high_for_a_while_and_lowered_when_it_is_low() -> (
    None
):
    chooser = Chooser()
    assert chooser.hear(UP_PX - 1, 0.0) is Stream.SUB
    assert chooser.hear(UP_PX, 1.0) is Stream.SUB
    assert chooser.hear(UP_PX, 1.0 + DWELL_S) is Stream.MAIN
    between = (UP_PX + DOWN_PX) // 2  # neither high nor low: it stays as it is
    assert chooser.hear(between, 20.0) is Stream.MAIN
    chooser.hear(DOWN_PX, 21.0)
    assert chooser.hear(DOWN_PX, 21.0 + DWELL_S) is Stream.SUB


def test_that_a_tile_that_is_dragged_to_and_fro_does_not_flicker() -> None:
    chooser, changes, last = Chooser(), 0, Stream.SUB
    for tick in range(200):
        now = chooser.hear(UP_PX if tick // 6 % 2 else DOWN_PX, tick * 0.5)
        changes += now is not last
        last = now
    assert changes <= 100 / APART_S


def test_that_nobody_is_raised_while_the_machine_is_busy_and_a_raised_one_can_be_lowered() -> None:
    chooser = Chooser()
    for tick in range(10):
        assert chooser.hear(UP_PX, float(tick), may_rise=False) is Stream.SUB
    chooser.hear(UP_PX, 20.0)
    assert chooser.hear(UP_PX, 22.0) is Stream.MAIN
    chooser.lower(23.0)
    assert chooser.hear(UP_PX, 23.5) is Stream.SUB


def test_that_every_picture_is_shown_where_somebody_looks_closely() -> None:
    tall, small = FULL_PX, FULL_PX - 1
    full, key = Decode.FULL, Decode.KEYFRAMES
    assert decoding([tall, tall, small], None, 24) == [full, full, key]
    assert decoding([small, small], 1, 24) == [key, full]  # the current tile, however small
    assert decoding([tall, 2 * tall, tall], 2, 2) == [key, full, full]  # then the largest
    assert decoding([], None, 24) == []


def test_that_a_busy_machine_shows_less_and_comes_back_slowly() -> None:
    governor = Governor(cores=2)
    assert governor.full == 2 * FULL_PER_CORE
    governor.hear(True, 0.0)
    assert governor.full == FULL_PER_CORE
    governor.hear(True, LOWER_APART_S - 1)
    assert governor.full == FULL_PER_CORE  # not twice at once
    now = LOWER_APART_S
    for _ in range(10):
        governor.hear(True, now)
        now += LOWER_APART_S
    assert governor.full == LEAST_FULL
    governor.hear(False, now)
    assert governor.full == LEAST_FULL  # calm must last
    steps = 0
    while governor.full < 2 * FULL_PER_CORE:
        now += CALM_S
        governor.hear(False, now)
        steps += 1
        assert steps < 50
    assert steps > 5

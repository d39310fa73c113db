"""How late a stream's packets come, told from its own time stamps."""

from __future__ import annotations

import pytest

from app.video.lateness import CREEP, Lateness


def feed(late: Lateness, count: int, stamp: float, arrived: float, each: float = 0.04) -> float:
    """So many packets that come as fast as they were made; the last one's delay."""
    told = 0.0
    for n in range(count):
        told = late.hear(stamp + n * 0.04, arrived + n * each)
    return told


def test_that_a_steady_stream_is_not_late_whatever_its_clock_says() -> None:
    assert feed(Lateness(), 500, 9_000.0, 17.0) == pytest.approx(0, abs=0.01)


def test_that_a_reader_too_slow_for_its_stream_falls_behind_by_what_queues_up() -> None:
    late = Lateness()
    assert feed(late, 250, 0, 0, each=0.1) == pytest.approx(250 * 0.06, rel=0.02)


def test_that_a_network_pause_is_late_until_the_queue_is_gone() -> None:
    late = Lateness()
    feed(late, 100, 0, 0)
    assert late.hear(4.0, 9.0) == pytest.approx(5.0, abs=0.1)
    assert late.hear(9.0, 9.1) == pytest.approx(0.1, abs=0.1)


def test_that_a_slow_camera_clock_is_followed_and_not_called_late() -> None:
    late, told = Lateness(), 0.0
    for second in range(24 * 3600):
        told = late.hear(second * (1 - 1e-4), float(second))  # nine seconds a day
    assert told < 0.1


@pytest.mark.parametrize("jump", [-3600.0, +3600.0])
def test_that_a_clock_that_was_set_is_no_delay(jump: float) -> None:
    late = Lateness()
    feed(late, 100, 5000, 0)
    assert feed(late, 100, 5004 + jump, 4.0) == pytest.approx(0, abs=0.05)


def slow_camera(late: Lateness, slow: float, seconds: float) -> list[float]:
    return [late.hear(n * 0.04 * (1 - slow), n * 0.04) for n in range(round(25 * seconds))]


@pytest.mark.parametrize("slow", [0.0005, 0.002, 0.015])
def test_that_stamps_which_count_pictures_are_found_out_by_the_second_connection(
    slow: float,
) -> None:
    late = Lateness()
    assert slow_camera(late, slow, 300)[-1] > 290 * (slow - CREEP), "one line proves nothing"
    late.begin()
    told = slow_camera(late, slow, 3600)
    assert max(told) < 130 * slow + 0.1, "two minutes of it, until the line is seen again"
    assert max(told[25 * 300 :]) < 0.2
    late.begin()
    assert max(slow_camera(late, slow, 300)) < 0.1, "what was learnt outlives the connection"


def test_that_a_reader_that_falls_behind_slowly_is_no_clock() -> None:
    """One part in a hundred, and straight; but few of its reads wait."""
    late, told = Lateness(), 0.0
    for _ in range(3):
        late.begin()
        for n in range(25 * 400):
            told = late.hear(n * 0.04 * 0.99, n * 0.04, waited=n % 5 == 0)
    assert told > 3.8


def test_that_a_queue_is_no_clock() -> None:
    """Gushes, also on a second connection: a thin line that loses a part in a hundred."""
    late, told = Lateness(), 0.0
    for _ in range(2):
        late.begin()
        behind = 0.0
        for n in range(25 * 600):
            behind += 0.0012 if n % 500 < 375 else -0.002
            told = late.hear(n * 0.04, n * 0.04 + behind)
        assert told > 5.0


def test_that_what_stands_in_a_queue_stays_late() -> None:
    late = Lateness()
    for _ in range(2):
        late.begin()
        feed(late, 250, 0, 0)
        told = [late.hear(10 + n * 0.04, 14 + n * 0.04) for n in range(25 * 600)]
        assert told[-1] > 3.8

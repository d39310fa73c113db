"""Tours: who comes when, what comes next, and what nobody could watch."""

from __future__ import annotations

import pytest

from app.domain.errors import Refusal
from app.domain.tour import Course, check


def test_that_every_camera_has_its_turn_and_the_first_comes_after_the_last() -> None:
    course = Course([1, 2, 3, 4, 5, 2], 2)
    seen = [course.now()] + [course.go(1) for _ in range(3)]
    assert seen == [[1, 2], [3, 4], [5], [1, 2]]
    assert course.next() == [3, 4]
    assert course.go(-1) == [5]
    assert course.next() == [1, 2]


def test_that_a_camera_can_be_taken_out_of_turn_and_out_of_the_run() -> None:
    course = Course([1, 2, 3, 4, 5], 2)
    assert course.jump(4) == [3, 4]
    assert course.jump(99) == [3, 4]
    assert course.take_out(3) == [4, 5]
    course.go(-1)
    for camera in (1, 2, 4):
        course.take_out(camera)
    assert (course.now(), course.steps) == ([5], 1)
    assert course.take_out(5) == []
    assert course.go(1) == []


@pytest.mark.parametrize(
    ("name", "cameras", "dwell", "tiles"),
    [
        (" ", [1, 2], 20, 4),
        ("x", [1, 1], 20, 4),
        ("x", [1, 2], 4, 4),
        ("x", [1, 2], 601, 4),
        ("x", [1, 2], 20, 5),
        ("x", list(range(501)), 20, 4),
    ],
)
def test_that_a_tour_that_nobody_could_watch_is_refused(
    name: str, cameras: list[int], dwell: int, tiles: int
) -> None:
    with pytest.raises(Refusal):
        check(name, cameras, dwell, tiles)
    check("创文", [1, 2], 20, 4)

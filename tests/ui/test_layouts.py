"""The wall's layouts."""

from __future__ import annotations

import pytest

from ui.video.layouts import LAYOUTS, rectangles


@pytest.mark.parametrize("name", LAYOUTS)
def test_that_tiles_fill_the_wall_and_never_overlap(name: str) -> None:
    places = rectangles(LAYOUTS[name], 1600, 900)
    expected = {"1+5": 6, "1+7": 8}.get(name) or int(name)
    assert len(places) == expected
    for number, one in enumerate(places):
        assert not any(one.intersects(other) for other in places[number + 1 :])
    covered = sum(place.width() * place.height() for place in places)
    assert covered > (0.97 if expected <= 16 else 0.9) * 1600 * 900

"""Layouts of the wall: where each tile lies, in units of a small table."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect

GAP = 2


class Place(NamedTuple):
    """A tile's column, row, columns and rows."""

    column: int
    row: int
    columns: int = 1
    rows: int = 1


class WallLayout(NamedTuple):
    """A named arrangement of tiles."""

    name: str
    columns: int
    rows: int
    places: tuple[Place, ...]


def _even(side: int) -> WallLayout:
    places = tuple(Place(column, row) for row in range(side) for column in range(side))
    return WallLayout(str(side * side), side, side, places)


def _one_large(name: str, side: int) -> WallLayout:
    """One tile of (side - 1) squared, and small ones to its right and below it."""
    large = side - 1
    right = [Place(large, row) for row in range(large)]
    below = [Place(column, large) for column in range(side)]
    return WallLayout(name, side, side, (Place(0, 0, large, large), *right, *below))


LAYOUTS: dict[str, WallLayout] = {
    layout.name: layout
    for layout in (
        _even(1),
        WallLayout("2", 2, 1, (Place(0, 0), Place(1, 0))),
        WallLayout("3", 3, 2, (Place(0, 0, 2, 2), Place(2, 0), Place(2, 1))),
        _even(2),
        _one_large("1+5", 3),
        _one_large("1+7", 4),
        _even(3),
        _even(4),
        _even(5),
        _even(6),
        _even(8),
        _even(16),
    )
}


def rectangles(layout: WallLayout, width: int, height: int) -> list[QRect]:
    """The tiles' rectangles within `width` x `height` pixels, with a small gap between them."""
    across = [round(width * column / layout.columns) for column in range(layout.columns + 1)]
    down = [round(height * row / layout.rows) for row in range(layout.rows + 1)]
    return [
        QRect(
            across[place.column],
            down[place.row],
            across[place.column + place.columns] - across[place.column] - GAP,
            down[place.row + place.rows] - down[place.row] - GAP,
        )
        for place in layout.places
    ]

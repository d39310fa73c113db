"""Cameras on their way from the tree or a tile to a tile, as a drag carries them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QMimeData

CAMERAS = "application/x-zhishou-camera"
TILE = "application/x-zhishou-tile"


def carrying(cameras: Iterable[int], tile: int | None = None) -> QMimeData:
    """These cameras; those of a tile say of which, so that two tiles can exchange theirs."""
    told = QMimeData()
    told.setData(CAMERAS, ",".join(map(str, cameras)).encode())
    if tile is not None:
        told.setData(TILE, str(tile).encode())
    return told


def carries(told: QMimeData) -> bool:
    """Whether it is cameras that are dragged."""
    return told.hasFormat(CAMERAS)


def cameras_of(told: QMimeData) -> list[int]:
    """Which cameras they are, in their order."""
    return [int(word) for word in bytes(told.data(CAMERAS).data()).split(b",") if word]


def tile_of(told: QMimeData) -> int | None:
    """The number of the tile that they come from; None if from none."""
    return int(bytes(told.data(TILE).data())) if told.hasFormat(TILE) else None

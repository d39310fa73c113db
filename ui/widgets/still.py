"""A still as it is shown: in its true shape, and read off the window's thread.

Cameras squeeze 16:9 into D1 and tell it in the picture's head. The evidence folder may be a share
that does not answer, so no file of it is touched where the window would wait for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

HEAD_BYTES = 20


@dataclass(frozen=True)
class Still:
    """A picture, and how much wider than high one of its pixels is."""

    image: QImage
    pixel: float

    def shaped(self) -> QImage:
        """The picture with square pixels."""
        wide = round(self.image.width() * self.pixel)
        return self.image.scaled(wide, self.image.height())


async def load_still(path: Path) -> Still | None:
    """The still in this file, or None if there is none that can be read."""
    return await asyncio.to_thread(_load, path)


def _load(path: Path) -> Still | None:
    try:
        coded = path.read_bytes()
    except OSError:
        return None
    image = QImage.fromData(coded)
    return None if image.isNull() else Still(image, pixel_shape(coded))


def pixel_shape(coded: bytes) -> float:
    """How much wider than high a pixel of this JPEG is to be shown (JFIF: density without unit)."""
    head = coded[:HEAD_BYTES]
    if head[6:11] != b"JFIF\0" or head[13] != 0:
        return 1.0
    across, down = int.from_bytes(head[14:16], "big"), int.from_bytes(head[16:18], "big")
    return across / down if across and down else 1.0

"""A still of before, painted where it coincides with the picture of now."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.video.alignment import Alignment


def paint_aligned(
    painter: QPainter, room: QRectF, image: QImage, alignment: Alignment | None
) -> None:
    """Draw the still where the live picture's own place would be, scaled and moved onto it."""
    scale = min(room.width() / image.width(), room.height() / image.height())
    wide, high = image.width() * scale, image.height() * scale
    place = QRectF(0, 0, wide, high)
    place.moveCenter(room.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipRect(place)
    target = QRectF(place)
    if alignment is not None and alignment.is_sure:
        target.setSize(place.size() * alignment.scale)
        target.moveCenter(place.center())
        target.translate(alignment.right * wide, alignment.down * high)
    painter.drawImage(target, image)
    painter.setClipping(False)

"""A camera's picture within its tile: where it goes, how near it is, and what is laid over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from app.domain.ptz import Box
from app.video.alignment import Alignment
from app.video.frames import Picture, Slot
from ui.widgets.aligned import paint_aligned
from ui.widgets.zoom import Zoom

GROUND = QColor("#07090b")
SMALLEST_BAND = 12
"""Pixels of a drawn box; less is a hand that trembled."""

MADE_TO_FIT = 1.08
"""Up to here a picture was made for this size: unscaled it is sharper and costs less."""


class TilePicture:
    """Paints what an engine has put into shared memory, without copying it."""

    def __init__(self, tile: QWidget) -> None:
        self._tile = tile
        self._images: dict[tuple[int, int, int, int], QImage] = {}
        self._placed_for: tuple[float, ...] = ()
        self._placed = QRect()
        self._around: list[QRect] = []  # of the tile, what no picture covers
        self._laid: tuple[QImage, Alignment | None, float] | None = None
        self.zoom = Zoom()

    def forget(self) -> None:
        """The shared memory goes, or another one comes."""
        self._images.clear()

    def lay_over(self, laid: tuple[QImage, Alignment | None] | None, part: float) -> None:
        """Paint this still over the picture, so solid (0 to 1)."""
        self._laid = (*laid, part) if laid is not None and part > 0 else None

    def paint(self, painter: QPainter, slot: Slot, picture: Picture) -> None:
        """Paint this one of the slot's pictures, and the ground around it."""
        image, place = self._image(slot, picture), self.place(picture)
        for rest in self._around:  # filling what is painted over would cost a tenth
            painter.fillRect(rest, GROUND)
        if self.zoom.is_on:
            painter.save()
            painter.setClipRect(place)
            painter.setTransform(self.zoom.transform(place))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
        if self._laid is not None:
            still, alignment, part = self._laid
            painter.setOpacity(part)
            paint_aligned(painter, QRectF(place), still, alignment)
            painter.setOpacity(1.0)
        if self.zoom.is_on:
            painter.restore()

    def _image(self, slot: Slot, picture: Picture) -> QImage:
        key = (picture.number % 3, picture.width, picture.height, picture.stride)
        image = self._images.get(key)
        if image is None:
            if len(self._images) >= 6:
                self._images.clear()
            pixels, shape = slot.pixels(picture), (picture.width, picture.height, picture.stride)
            image = self._images[key] = QImage(pixels, *shape, QImage.Format.Format_RGB32)
        return image

    def place(self, picture: Picture) -> QRect:
        """Where the picture goes: whole, in the middle, in its own shape.

        Worked out once for each size: at 25 pictures a second from each of 16 cameras it was a
        quarter of all painting.
        """
        tile, ratio = self._tile.rect(), self._tile.devicePixelRatioF()
        shape = (picture.width, picture.height, ratio, tile.width(), tile.height())
        if shape != self._placed_for:
            self._placed_for, self._placed = shape, self._shaped(picture, tile, ratio)
            rest = QRegion(tile).subtracted(QRegion(self._placed))
            self._around = list(cast(Iterable[QRect], rest))  # it is one; the stubs do not say so
        return self._placed

    @staticmethod
    def _shaped(picture: Picture, tile: QRect, ratio: float) -> QRect:
        wide, high = picture.width / ratio, picture.height / ratio
        scale = min(tile.width() / wide, tile.height() / high)
        if 1.0 <= scale < MADE_TO_FIT:
            scale = 1.0
        size = (round(wide * scale), round(high * scale))
        return QRect((tile.width() - size[0]) // 2, (tile.height() - size[1]) // 2, *size)

    def turn(self, steps: float, at: QPointF, picture: Picture) -> None:
        """Nearer by so many steps, or back: what is at this point of the tile stays there."""
        self.zoom.turn(steps, at, self.place(picture))

    def push(self, by: QPointF, picture: Picture) -> None:
        """Move what is shown of a picture that is nearer, by so many pixels."""
        self.zoom.drag(by, self.place(picture))

    def box(self, drawn: QRect, picture: Picture) -> Box | None:
        """Which part of the whole picture was drawn on the tile; None where it is none."""
        place = self.place(picture)
        whole, _ = self.zoom.transform(place).inverted()
        drawn = whole.mapRect(drawn).intersected(place)
        if drawn.width() < SMALLEST_BAND or drawn.height() < SMALLEST_BAND:
            return None
        wide, high = place.width(), place.height()
        left, top = (drawn.left() - place.left()) / wide, (drawn.top() - place.top()) / high
        return Box(left, top, drawn.width() / wide, drawn.height() / high)

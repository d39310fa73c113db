"""Digital zoom (电子放大): which part of a picture a tile shows, and how large."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QTransform

STEP, MOST = 1.25, 8.0
WHEEL_STEP = 120
"""What a wheel tells for one notch: eighths of a degree."""


class Zoom:
    """A part of the picture, `scale` times as large, around a point of it (0 to 1 each way)."""

    def __init__(self) -> None:
        self.scale = 1.0
        self._left = self._top = 0.0  # of the part that is shown

    @property
    def is_on(self) -> bool:
        return self.scale > 1.0

    def reset(self) -> None:
        """The whole picture again."""
        self.scale, self._left, self._top = 1.0, 0.0, 0.0

    def turn(self, steps: float, at: QPointF, place: QRect) -> None:
        """Nearer by so many steps of the wheel (back: negative); what is under the mouse at `at`
        stays there. `place` is where the whole picture goes.
        """
        if place.isEmpty():
            return
        across = (at.x() - place.x()) / place.width()
        down = (at.y() - place.y()) / place.height()
        under = (self._left + across / self.scale, self._top + down / self.scale)
        scale = min(MOST, max(1.0, self.scale * STEP**steps))
        self.scale = 1.0 if scale < STEP**0.5 else scale
        self._keep_within(under[0] - across / self.scale, under[1] - down / self.scale)

    def drag(self, by: QPointF, place: QRect) -> None:
        """Push the picture by so many pixels."""
        if not place.isEmpty():
            wide, high = place.width() * self.scale, place.height() * self.scale
            self._keep_within(self._left - by.x() / wide, self._top - by.y() / high)

    def _keep_within(self, left: float, top: float) -> None:
        most = 1.0 - 1.0 / self.scale
        self._left, self._top = min(most, max(0.0, left)), min(most, max(0.0, top))

    def transform(self, place: QRect) -> QTransform:
        """From where a point of the whole picture would be painted to where it is painted now."""
        made = QTransform()
        made.translate(place.x(), place.y())
        made.scale(self.scale, self.scale)
        left, top = self._left * place.width(), self._top * place.height()
        made.translate(-place.x() - left, -place.y() - top)
        return made

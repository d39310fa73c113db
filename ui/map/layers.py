"""What the map draws, from the ground up: land and water, cameras, cases."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from app.domain.camera import CameraRow, StreamState
from app.domain.place import Ring
from app.domain.workflow import CaseStatus
from app.resources import districts, water
from ui.map.clusters import Cluster
from ui.map.mercator import project
from ui.theme import STATUS_COLOURS, TOKENS, stream_colour

PIN_PX = 30
"""How far above its place a camera's mark stands, so that it does not hide the cases there."""

EVERYWHERE = QRectF(1.2e7, 2.0e6, 1.4e6, 1.4e6)


class Layer(pg.GraphicsObject):  # type: ignore[misc]
    """A layer that paints itself whole; it covers the city and beyond."""

    @override
    def boundingRect(self) -> QRectF:
        return EVERYWHERE

    def to_screen(self, painter: QPainter) -> Callable[[float, float], QPointF]:
        """A function from metres to pixels; the painter then draws in pixels."""
        transform = painter.worldTransform()
        painter.resetTransform()
        return lambda x, y: transform.map(QPointF(x, y))


class Ground(Layer):
    """Districts and water, and the districts' names."""

    def __init__(self) -> None:
        super().__init__()
        self._land = [(district, _path(district.rings)) for district in districts()]
        self._water = QPainterPath()
        for line in water():
            self._water.addPath(_path((line,), closed=False))

    @override
    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = QPen(QColor("#566472"), 1.4)
        border.setCosmetic(True)
        painter.setPen(border)
        for place, (_, path) in enumerate(self._land):
            painter.setBrush(QColor("#20282f" if place % 2 else "#1d242b"))
            painter.drawPath(path)
        bank = QPen(QColor("#3a6d94"), 1.6)
        bank.setCosmetic(True)
        painter.setPen(bank)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._water)


class Names(Layer):
    """The districts' names, above everything that could hide them."""

    @override
    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        at = self.to_screen(painter)
        font = QFont()
        font.setPixelSize(14)
        painter.setFont(font)
        for district in districts():
            middle = at(*project(*district.label))
            wide = painter.fontMetrics().horizontalAdvance(district.name) + 12
            box = QRectF(middle.x() - wide / 2, middle.y() - 11, wide, 22)
            painter.fillRect(box, QColor(16, 21, 26, 170))
            painter.setPen(QColor("#c4ced8"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, district.name)


class CameraMarks(Layer):
    """Cameras, each with the colour and shape of its state."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: list[tuple[CameraRow, float, float]] = []
        self._states: dict[int, StreamState] = {}

    def put(self, cameras: list[CameraRow]) -> None:
        self._marks = [(camera, *project(camera.lon, camera.lat)) for camera in cameras]
        self.update()

    def set_state(self, camera_id: int, state: StreamState) -> None:
        self._states[camera_id] = state
        self.update()

    def at(self, x: float, y: float, reach: float) -> CameraRow | None:
        """The camera within `reach` metres of a point, the nearest first."""
        near = [(math.hypot(mx - x, my - y), camera) for camera, mx, my in self._marks]
        distance, camera = min(near, key=lambda pair: pair[0], default=(math.inf, None))
        return camera if distance <= reach else None

    @override
    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        at = self.to_screen(painter)
        for camera, x, y in self._marks:
            mark = camera_mark(self._states.get(camera.id, StreamState.IDLE))
            foot = at(x, y)
            painter.setPen(QPen(QColor("#c4ced8"), 1.4))
            painter.drawLine(foot, foot - QPointF(0, PIN_PX - 11))
            painter.drawPixmap(foot - QPointF(11, PIN_PX + 11), mark)


class CaseMarks(Layer):
    """Cases, gathered into clusters; those that are late have a red ring and say how many."""

    def __init__(self) -> None:
        super().__init__()
        self.clusters: list[Cluster] = []
        self.selected: tuple[float, float] | None = None

    def put(self, clusters: list[Cluster]) -> None:
        self.clusters = clusters
        self.update()

    @override
    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        at = self.to_screen(painter)
        for cluster in self.clusters:
            mark = case_mark(cluster.status, cluster.count, min(cluster.overdue, 1))
            size = mark.width() / 2
            painter.drawPixmap(at(cluster.x, cluster.y) - QPointF(size, size), mark)
        if self.selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor("white"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at(*self.selected), 13, 13)


def radius(count: int) -> int:
    """Of a cluster's mark, in pixels."""
    return 7 if count == 1 else min(26, 11 + round(3.2 * math.log2(count)) // 2)


@cache
def case_mark(status: CaseStatus, count: int, late: int) -> QPixmap:
    """A disc in the status' colour, with the number in it; drawn once for each that occurs."""
    r = radius(count)
    side = 2 * r + 6
    mark = QPixmap(side, side)
    mark.fill(QColor(0, 0, 0, 0))
    painter = QPainter(mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(TOKENS["overdue"]), 3) if late else QPen(QColor("#0d1014"), 1.5))
    painter.setBrush(QBrush(QColor(STATUS_COLOURS[status])))
    painter.drawEllipse(QPointF(side / 2, side / 2), r, r)
    text = f"{count}" if count > 1 else ("!" if late else "")
    if text:
        font = QFont()
        font.setPixelSize(11 if count > 999 else 12)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(TOKENS["on_colour"]))
        painter.drawText(mark.rect(), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return mark


@cache
def camera_mark(state: StreamState) -> QPixmap:
    """A small camera; a cross through it where there is no live picture."""
    mark = QPixmap(22, 22)
    mark.fill(QColor(0, 0, 0, 0))
    painter = QPainter(mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("#0d1014"), 1))
    painter.setBrush(QColor(16, 21, 26, 220))
    painter.drawRoundedRect(QRectF(1, 1, 20, 20), 4, 4)
    colour = stream_colour(state)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(4, 7, 10, 8), 2, 2)
    painter.drawPolygon([QPointF(14, 11), QPointF(18, 7.5), QPointF(18, 14.5)])
    if state not in (StreamState.LIVE, StreamState.IDLE, StreamState.CONNECTING):
        painter.setPen(QPen(QColor("white"), 1.8))
        painter.drawLine(QPointF(4, 18), QPointF(18, 4))
    painter.end()
    return mark


def _path(rings: Iterable[Ring], closed: bool = True) -> QPainterPath:
    path = QPainterPath()
    for ring in rings:
        places = [QPointF(*project(lon, lat)) for lon, lat in ring]
        path.moveTo(places[0])
        for place in places[1:]:
            path.lineTo(place)
        if closed:
            path.closeSubpath()
    return path

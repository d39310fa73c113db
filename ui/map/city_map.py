"""The map itself: pan, zoom, click a case, double-click a camera, choose a place."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from app.resources import districts
from ui.map.clusters import Cluster, Points, clusters, points_of
from ui.map.layers import PIN_PX, CameraMarks, CaseMarks, Ground, Names, radius
from ui.map.mercator import project, unproject
from ui.theme import TOKENS
from ui.words import tr

STACK_M = 3.0
"""Below this extent a cluster cannot be pulled apart by zooming: its cases are listed instead."""


class CityMap(QWidget):
    """Signals: `cases_clicked(list of ids)`, `camera_opened(id)`, `place_picked(lon, lat)`."""

    cases_clicked = Signal(list)
    camera_opened = Signal(int)
    place_picked = Signal(float, float)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self.points: Points = points_of([])
        self.picking = False
        self._view = pg.GraphicsView(background=TOKENS["ground"])
        self._box = pg.ViewBox(lockAspect=True, enableMenu=False)
        self._box.setMouseMode(pg.ViewBox.PanMode)
        self._view.setCentralItem(self._box)
        self.cameras, self.cases = CameraMarks(), CaseMarks()
        for layer in (Ground(), self.cases, self.cameras, Names()):
            self._box.addItem(layer, ignoreBounds=True)
        self._legend = _Legend(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self.setAccessibleName(tr("案件地图"))
        self._gather = QTimer(self, singleShot=True, interval=40)
        self._gather.timeout.connect(self._cluster)
        self._box.sigRangeChanged.connect(lambda *_: self._gather.start())
        self._view.scene().sigMouseClicked.connect(self._on_click)
        self._box.setLimits(minXRange=300, maxXRange=400_000)
        self.show_city()

    # What it shows.

    def put(self, points: Points) -> None:
        """Show these cases."""
        self.points = points
        self._cluster()

    def show_city(self) -> None:
        """All districts in the window."""
        corners = [project(*p) for d in districts() for ring in d.rings for p in ring]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        self._box.setRange(QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))

    def look_at(self, lon: float, lat: float, width_m: float = 1500) -> None:
        """Bring a place into the middle and mark it."""
        x, y = project(lon, lat)
        self.cases.selected = (x, y)
        ratio = max(0.3, self.height() / max(1, self.width()))
        high = width_m * ratio
        self._box.setRange(QRectF(x - width_m / 2, y - high / 2, width_m, high), padding=0)
        self.cases.update()

    def mark(self, lon: float, lat: float) -> None:
        """Mark a place without moving."""
        self.cases.selected = project(lon, lat)
        self.cases.update()

    def view_rect(self) -> QRectF:
        """What is seen, in metres."""
        return QRectF(self._box.viewRect())

    def set_picking(self, picking: bool) -> None:
        """Whether the next click chooses a place."""
        self.picking = picking
        self._legend.update()

    @property
    def metres_per_px(self) -> float:
        return float(self._box.viewPixelSize()[0]) or 1.0

    def _cluster(self) -> None:
        rect = self._box.viewRect()
        box = (rect.left(), rect.top(), rect.right(), rect.bottom())
        now = self._now().timestamp()
        self.cases.put(clusters(self.points, self.metres_per_px, box, now))
        self._legend.update()

    # Mouse.

    def _on_click(self, event: object) -> None:
        place = self._box.mapSceneToView(event.scenePos())  # type: ignore[attr-defined]
        x, y = place.x(), place.y()
        if event.button() is not Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            return
        if self.picking:
            self.place_picked.emit(*unproject(x, y))
            return
        if event.double():  # type: ignore[attr-defined]
            if camera := self.cameras.at(
                x, y - PIN_PX * self.metres_per_px, 14 * self.metres_per_px
            ):
                self.camera_opened.emit(camera.id)
            return
        if cluster := self.cluster_at(x, y):
            self.open_cluster(cluster)

    def cluster_at(self, x: float, y: float) -> Cluster | None:
        """The cluster whose mark covers this point."""
        for cluster in reversed(self.cases.clusters):
            away = math.hypot(cluster.x - x, cluster.y - y) / self.metres_per_px
            if away <= radius(cluster.count) + 3:
                return cluster
        return None

    def open_cluster(self, cluster: Cluster) -> None:
        """One case or a stack of them is shown; a wide cluster is zoomed into."""
        xs, ys = self.points.x[cluster.members], self.points.y[cluster.members]
        wide, high = float(xs.max() - xs.min()), float(ys.max() - ys.min())
        if cluster.count == 1 or max(wide, high) < STACK_M or cluster.count <= 12:
            self.cases.selected = (cluster.x, cluster.y)
            self.cases.update()
            self.cases_clicked.emit([int(i) for i in self.points.ids[cluster.members]])
            return
        room = QRectF(float(xs.min()), float(ys.min()), max(wide, 200), max(high, 200))
        self._box.setRange(room, padding=0.2)

    @override
    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._legend.setGeometry(self.rect())
        self._legend.raise_()


class _Legend(QWidget):
    """Scale, source and the colours' meaning, over the map and out of the mouse's way."""

    def __init__(self, owner: CityMap) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        self._paint_scale(painter)
        painter.setPen(QColor(TOKENS["muted"]))
        source = tr("界线：天地图 GS(2024)0650号（概略，不作划界依据）　水系：GSHHG")
        bottom = QRectF(0, self.height() - 26, self.width() - 12, 20)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignRight, source)
        if self._owner.picking:
            painter.fillRect(QRectF(0, 0, self.width(), 36), QColor(TOKENS["accent_dark"]))
            painter.setPen(QColor(TOKENS["text"]))
            banner = QRectF(0, 0, self.width(), 36)
            painter.drawText(
                banner, Qt.AlignmentFlag.AlignCenter, tr("请在地图上点一下案件的位置（Esc 取消）")
            )
        painter.end()

    def _paint_scale(self, painter: QPainter) -> None:
        each = self._owner.metres_per_px
        steps = [f * 10**e for e in range(1, 6) for f in (1, 2, 5)]
        metres = max((s for s in steps if s / each <= 160), default=10)
        # Mercator stretches by 1/cos(latitude): on the ground a map metre is shorter here.
        rect = self._owner.view_rect()
        lat = unproject(rect.center().x(), rect.center().y())[1]
        wide = metres / each / math.cos(math.radians(lat))
        left, y = 16.0, self.height() - 18.0
        painter.setPen(QPen(QColor(TOKENS["text"]), 2))
        painter.drawLine(QPointF(left, y), QPointF(left + wide, y))
        for x in (left, left + wide):
            painter.drawLine(QPointF(x, y - 5), QPointF(x, y))
        text = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
        painter.drawText(QPointF(left + 6, y - 7), text)

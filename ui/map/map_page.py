"""The page of the map: the same filter and the same case panel as the list."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.desk import Desk
from app.domain.camera import CameraRow, StreamState
from app.domain.case_list import CaseFilter, CasePoint
from app.domain.workflow import CaseStatus
from app.services import cases
from ui.labels import label
from ui.map.clusters import points_of
from ui.tasks import Tasks
from ui.theme import STATUS_COLOURS, TOKENS
from ui.widgets.named import named
from ui.words import tr

if TYPE_CHECKING:
    from ui.map.city_map import CityMap


class MapPage(QWidget):
    """Map, the cases of a clicked cluster, and the place where the shared panel stands.

    Signals: `case_chosen(id)`, `camera_opened(id)`, `place_picked(lon, lat)`.
    """

    case_chosen = Signal(int)
    camera_opened = Signal(int)
    place_picked = Signal(float, float)

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        self._chosen = CaseFilter()
        self._generation = 0
        self._picking = False
        self._looking_at: tuple[float, float] | None = None
        self.map: CityMap | None = None  # made when it is first shown: its library loads slowly
        self._cameras: list[CameraRow] = []
        self._states: dict[int, StreamState] = {}
        self.agreed = named(QLabel(), "muted")
        self.agreed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        whole = QPushButton(tr("全市"))
        whole.clicked.connect(self.show_city)
        self.stack = QListWidget()
        self.stack.setMaximumHeight(220)
        self.stack.setAccessibleName(tr("此处的案件"))
        self.stack.currentItemChanged.connect(self._on_stack)
        self.stack.hide()
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 5, 10, 5)
        foot.addWidget(self.agreed, 2)
        foot.addWidget(_legend(), 3)
        foot.addWidget(whole)
        left = QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(0)
        self._left.addStretch(1)
        self._left.addLayout(foot)
        self._right = QWidget()
        self._right_column = QVBoxLayout(self._right)
        self._right_column.setContentsMargins(0, 0, 0, 0)
        self._right_column.addWidget(self.stack)
        self._right.setMinimumWidth(400)
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(self._right)
        split.setStretchFactor(0, 1)
        split.setSizes([1200, 600])
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)

    def take_in(self, bar: QWidget, panel: QWidget) -> None:
        """The list's filter bar and case panel stand here while the map is shown."""
        self._left.insertWidget(0, bar)
        self._right_column.addWidget(panel, 1)
        if self.map is None:
            self._tasks.start(self._make_map())

    async def _make_map(self) -> None:
        """Load the map's library on another thread, so that the wall goes on meanwhile."""
        await asyncio.to_thread(importlib.import_module, "ui.map.city_map")
        from ui.map.city_map import CityMap

        if self.map is not None:
            return
        self.map = made = CityMap(self._desk.clock)
        made.cases_clicked.connect(self._on_cases)
        made.camera_opened.connect(self.camera_opened)
        made.place_picked.connect(self.place_picked)
        made.cameras.put(self._cameras)
        for camera, state in self._states.items():
            made.cameras.set_state(camera, state)
        stretch = self._left.takeAt(1)
        assert stretch is not None
        self._left.insertWidget(1, made, 1)
        self.pick_place(self._picking)
        self.apply(self._chosen)
        if self._looking_at is not None:
            self.look_at(*self._looking_at)

    def put_cameras(self, cameras: list[CameraRow]) -> None:
        """The directory as it is now."""
        self._cameras = cameras
        if self.map:
            self.map.cameras.put(cameras)

    def set_camera_state(self, camera_id: int, state: StreamState) -> None:
        """Mark what is true of a camera now."""
        self._states[camera_id] = state
        if self.map:
            self.map.cameras.set_state(camera_id, state)

    def show_city(self) -> None:
        """All districts in the window."""
        if self.map:
            self.map.show_city()

    def look_at(self, lon: float, lat: float) -> None:
        """Bring a place into the middle and mark it, as soon as the map is there."""
        self._looking_at = None if self.map else (lon, lat)
        if self.map:
            self.map.look_at(lon, lat)

    def tick(self) -> None:
        """Time has gone on: some limits may have run out."""
        if self.map:
            self.map.put(self.map.points)

    def unmark(self) -> None:
        """No place is marked any more."""
        if self.map:
            self.map.cases.selected = None
            self.map.cases.update()

    def mark(self, lon: float, lat: float) -> None:
        """Mark a place."""
        if self.map:
            self.map.mark(lon, lat)

    def apply(self, chosen: CaseFilter) -> None:
        """Show the cases that this filter lets through."""
        self._chosen = chosen
        self._generation += 1
        if self.map:
            self._tasks.start(self._load(self._generation))

    async def _load(self, generation: int) -> None:
        rows = await self._desk.ask(cases.points, self._chosen)
        total = await self._desk.ask(cases.count, self._chosen)
        if generation == self._generation and self.map:
            self.map.put(points_of(rows))
            self._agree(total)

    def refresh(self, ids: list[int]) -> None:
        """Cases were written, here or at another desk."""
        if self.map:
            self._tasks.start(self._refresh(ids))

    async def _refresh(self, ids: list[int]) -> None:
        rows = await self._desk.ask(cases.matching, ids, self._chosen)
        total = await self._desk.ask(cases.count, self._chosen)
        placed = [
            CasePoint(row.id, row.lon, row.lat, row.status, row.due_at, row.resolved_at)
            for row in rows
            if row.lon is not None and row.lat is not None
        ]
        if self.map:
            self.map.put(self.map.points.without(ids).joined(points_of(placed)))
            self._agree(total)

    def _agree(self, total: int) -> None:
        """Map and list always agree, and say so."""
        drawn = len(self.map.points) if self.map else 0
        self.agreed.setText(
            tr(
                "图上 {drawn} 宗 + 无坐标 {rest} 宗 = 共 {total} 宗",
                drawn=f"{drawn:,}",
                rest=f"{total - drawn:,}",
                total=f"{total:,}",
            )
        )

    # Choosing.

    def pick_place(self, picking: bool) -> None:
        """Begin or end the choosing of a place for the form."""
        self._picking = picking
        if self.map:
            shape = Qt.CursorShape.CrossCursor if picking else Qt.CursorShape.ArrowCursor
            self.map.set_picking(picking)
            self.map.setCursor(shape)

    def _on_cases(self, ids: list[int]) -> None:
        if len(ids) == 1:
            self.stack.hide()
            self.case_chosen.emit(ids[0])
        else:
            self._tasks.start(self._list(ids))

    async def _list(self, ids: list[int]) -> None:
        rows = await self._desk.ask(cases.rows, ids)
        self.stack.clear()
        for row in sorted(rows, key=lambda one: -one.id):
            text = f"{row.number}  {label(row.status)}  {row.subcategory}  {row.address}"
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, row.id)
            self.stack.addItem(item)
        self.stack.show()
        self.stack.setCurrentRow(0)

    def _on_stack(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.case_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._picking:
            self.pick_place(False)
        super().keyPressEvent(event)


def _legend() -> QLabel:
    """The colours' meaning in words."""
    shown = (
        CaseStatus.REPORTED,
        CaseStatus.ACCEPTED,
        CaseStatus.FILED,
        CaseStatus.DISPATCHED,
        CaseStatus.HANDLING,
        CaseStatus.SUSPENDED,
        CaseStatus.RESOLVED,
        CaseStatus.VERIFIED,
        CaseStatus.REVIEWED,
        CaseStatus.CLOSED,
    )
    dots = "　".join(
        f"<span style='white-space:nowrap'><span style='color:{STATUS_COLOURS[s]}'>●</span>"
        f"&nbsp;{label(s)}</span>"
        for s in shown
    )
    late = f"<span style='color:{TOKENS['overdue']}'>◯</span> {tr('有超期')}"
    told = named(QLabel(f"{dots}　{late}", wordWrap=True), "muted")
    told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return told

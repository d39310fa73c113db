"""The directory of cameras by district and subdistrict, each with what is true of it now."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.domain.camera import CameraRow, StreamState
from ui.labels import district_name, label, subdistrict_name
from ui.theme import stream_colour
from ui.video.tile import CAMERA_MIME
from ui.words import tr

CAMERA_ID = Qt.ItemDataRole.UserRole


class CameraTree(QWidget):
    """Find a camera and put it on the wall: by double click, Return or dragging.

    Signals: `camera_chosen(id)`.
    """

    camera_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[int, QTreeWidgetItem] = {}
        self._states: dict[int, StreamState] = {}
        self._icons: dict[StreamState, QIcon] = {}
        self.search = QLineEdit(placeholderText=tr("按名称、编码查找点位"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = _Tree()
        self.tree.setHeaderHidden(True)
        self.tree.setIconSize(QSize(12, 12))
        self.tree.setIndentation(14)
        self.tree.setAccessibleName(tr("监控点位"))
        self.tree.itemActivated.connect(self._on_activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)

    def put(self, cameras: Iterable[CameraRow]) -> None:
        """Show these cameras, by district and subdistrict."""
        self.tree.clear()
        self._items.clear()
        branches: dict[tuple[str, ...], QTreeWidgetItem] = {}
        for camera in cameras:
            district = self._branch(branches, (camera.district,), district_name(camera.district))
            parent = district
            if camera.subdistrict:
                place = (camera.district, camera.subdistrict)
                parent = self._branch(
                    branches, place, subdistrict_name(camera.subdistrict), district
                )
            item = QTreeWidgetItem(parent, [camera.name])
            item.setData(0, CAMERA_ID, camera.id)
            item.setToolTip(0, f"{camera.name}\n{camera.code}\n{camera.site}")
            item.setIcon(0, self._icon(self._states.get(camera.id, StreamState.IDLE)))
            self._items[camera.id] = item
        for item in branches.values():
            item.setExpanded(True)
        self._count()

    def set_state(self, camera_id: int, state: StreamState) -> None:
        """Mark what is true of a camera now."""
        self._states[camera_id] = state
        if item := self._items.get(camera_id):
            item.setIcon(0, self._icon(state))
            item.setToolTip(0, f"{item.text(0)}\n{label(state)}")
        self._count()

    def _branch(
        self,
        branches: dict[tuple[str, ...], QTreeWidgetItem],
        key: tuple[str, ...],
        name: str,
        parent: QTreeWidgetItem | None = None,
    ) -> QTreeWidgetItem:
        if key not in branches:
            item = QTreeWidgetItem([name])
            item.setData(0, CAMERA_ID + 1, name)
            if parent is None:
                self.tree.addTopLevelItem(item)
            else:
                parent.addChild(item)
            branches[key] = item
        return branches[key]

    def _count(self) -> None:
        """Write behind each district how many of its cameras are live."""
        for index in range(self.tree.topLevelItemCount()):
            branch = self.tree.topLevelItem(index)
            if branch is None:
                continue
            ids = list(_cameras_below(branch))
            live = sum(self._states.get(one) is StreamState.LIVE for one in ids)
            name = branch.data(0, CAMERA_ID + 1)
            branch.setText(
                0, tr("{name}（实时 {live} / {all}）", name=name, live=live, all=len(ids))
            )

    def _filter(self, typed: str) -> None:
        wanted = typed.strip().lower()
        for item in self._items.values():
            told = f"{item.text(0)} {item.toolTip(0)}".lower()
            item.setHidden(wanted not in told)
        for index in range(self.tree.topLevelItemCount()):
            if branch := self.tree.topLevelItem(index):
                _hide_if_empty(branch)

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        camera = item.data(0, CAMERA_ID)
        if isinstance(camera, int):
            self.camera_chosen.emit(camera)

    def _icon(self, state: StreamState) -> QIcon:
        if state not in self._icons:
            dot = QPixmap(24, 24)
            dot.fill(QColor(0, 0, 0, 0))
            painter = QPainter(dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(stream_colour(state))
            # Not by colour alone: live is a disc, all else a square.
            if state is StreamState.LIVE:
                painter.drawEllipse(4, 4, 16, 16)
            else:
                painter.drawRect(QRect(5, 5, 14, 14))
            painter.end()
            self._icons[state] = QIcon(dot)
        return self._icons[state]


class _Tree(QTreeWidget):
    """A tree whose cameras can be dragged to the wall."""

    def __init__(self) -> None:
        super().__init__()
        self.setDragEnabled(True)

    def mimeData(self, items: Iterable[QTreeWidgetItem]) -> QMimeData:
        told = QMimeData()
        for item in items:
            camera = item.data(0, CAMERA_ID)
            if isinstance(camera, int):
                told.setData(CAMERA_MIME, str(camera).encode())
        return told


def _children(branch: QTreeWidgetItem) -> Iterable[QTreeWidgetItem]:
    for index in range(branch.childCount()):
        if child := branch.child(index):
            yield child


def _cameras_below(branch: QTreeWidgetItem) -> Iterable[int]:
    for child in _children(branch):
        camera = child.data(0, CAMERA_ID)
        if isinstance(camera, int):
            yield camera
        else:
            yield from _cameras_below(child)


def _hide_if_empty(branch: QTreeWidgetItem) -> bool:
    """Hide a branch with nothing visible below it; whether it was hidden."""
    empty = True
    for child in _children(branch):
        gone = _hide_if_empty(child) if child.childCount() else child.isHidden()
        empty = empty and gone
    branch.setHidden(empty)
    return empty

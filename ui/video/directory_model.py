"""The directory's tree for Qt's views: levels with their counts, cameras with their state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from typing_extensions import override

from app.domain.camera import StreamState
from app.domain.directory import Node, cameras_below, count_states, counted
from ui.labels import label
from ui.theme import stream_colour
from ui.video import dragging
from ui.words import tr

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class DirectoryModel(QAbstractItemModel):
    """One tree of levels and cameras; `put` shows another one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.root = Node("")
        self._states: dict[int, StreamState] = {}
        self._places: dict[int, list[Node]] = {}
        self._icons: dict[StreamState, QIcon] = {}

    def put(self, root: Node, states: Mapping[int, StreamState]) -> None:
        """Show this tree with what is true of its cameras now."""
        self.beginResetModel()
        self.root, self._states = root, dict(states)
        count_states(root, self._states)
        places: dict[int, list[Node]] = defaultdict(list)
        for node in _cameras(root):
            if node.camera is not None:
                places[node.camera.id].append(node)
        self._places = dict(places)
        self.endResetModel()

    def set_state(self, camera_id: int, state: StreamState) -> None:
        """Mark what is true of a camera now, and count anew the levels above it."""
        self._states[camera_id] = state
        live, trouble = counted(state)
        for node in self._places.get(camera_id, ()):
            more, worse = live - node.live, trouble - node.trouble
            node.live, node.trouble = live, trouble
            self._changed(node)
            for above in node.ancestors() if more or worse else ():
                above.live += more
                above.trouble += worse
                if above is not self.root:
                    self._changed(above)

    def index_of(self, camera_id: int) -> QModelIndex:
        """Where a camera stands first; invalid if the tree does not hold it."""
        nodes = self._places.get(camera_id)
        return self._index(nodes[0]) if nodes else NOWHERE

    def node(self, index: Index) -> Node:
        return index.internalPointer() if index.isValid() else self.root

    def _index(self, node: Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node)

    def _changed(self, node: Node) -> None:
        index = self._index(node)
        self.dataChanged.emit(index, index)

    # What Qt asks.

    @override
    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        children = self.node(parent).children
        if column != 0 or not 0 <= row < len(children):
            return NOWHERE
        return self._index(children[row])

    @override
    def parent(self, index: Index = NOWHERE) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent if index.isValid() else None
        return self._index(above) if above is not None and above is not self.root else NOWHERE

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return len(self.node(parent).children) if parent.column() <= 0 else 0

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        camera = node.camera
        if role == Qt.ItemDataRole.DisplayRole:
            if camera is not None:
                return node.name
            told = tr("{name}（{all}）", name=node.name, all=node.total)
            if node.live:
                told += tr("　实时 {n}", n=node.live)
            return told + tr("　异常 {n}", n=node.trouble) if node.trouble else told
        if camera is None:
            return None
        state = self._states.get(camera.id, StreamState.IDLE)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(state)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{camera.name}\n{camera.code}\n{camera.site}\n{label(state)}"
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid():
            flags |= Qt.ItemFlag.ItemIsDragEnabled
            if self.node(index).camera is not None:
                flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags

    @override
    def mimeTypes(self) -> list[str]:
        return [dragging.CAMERAS]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """A camera, or every camera of a level: the wall shows as many as it has tiles for."""
        cameras = [one.id for index in indexes for one in cameras_below(self.node(index))]
        return dragging.carrying(cameras) if cameras else QMimeData()

    def _icon(self, state: StreamState) -> QIcon:
        if state not in self._icons:
            self._icons[state] = state_icon(state)
        return self._icons[state]


def state_icon(state: StreamState) -> QIcon:
    """A mark for a state; not by colour alone: live is a disc, all else a square."""
    dot = QPixmap(24, 24)
    dot.fill(QColor(0, 0, 0, 0))
    painter = QPainter(dot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(stream_colour(state))
    if state is StreamState.LIVE:
        painter.drawEllipse(4, 4, 16, 16)
    else:
        painter.drawRect(QRect(5, 5, 14, 14))
    painter.end()
    return QIcon(dot)


def _cameras(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.camera is not None:
            yield child
        else:
            yield from _cameras(child)

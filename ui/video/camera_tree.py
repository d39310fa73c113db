"""The directory of cameras as a tree: by level or grouping, searched, dragged to the wall."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import Access
from app.domain.camera import CameraRow, StreamState
from app.domain.directory import (
    BY_AREA,
    BY_INDUSTRY,
    Group,
    Node,
    area_path,
    build,
    cameras_below,
    finder,
    group_paths,
    industry_path,
    pruned,
)
from app.domain.people import Role
from app.services.directory import View
from ui.labels import district_name, subdistrict_name
from ui.video.directory_model import DirectoryModel
from ui.widgets.named import named
from ui.words import tr

OPEN_AT_ONCE = 400
"""A tree of more cameras shows its districts first; a search opens what it finds."""

FIND_AFTER_MS = 60
MARK_AFTER_MS = 100
"""States that change together are marked together: a cut changes hundreds in a moment."""


class CameraTree(QWidget):
    """Find a camera and put it on the wall: by double click, Return or dragging.

    Signals: `camera_chosen(id)`; `history_wanted(id)`: what was true of this camera;
    `trace_wanted(id)`; `narrowed()`: other cameras are shown or selected now.
    """

    camera_chosen = Signal(int)
    history_wanted = Signal(int)
    trace_wanted = Signal(int)
    narrowed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._seen = View([], [], [], Access(Role.PRESENTER))
        self._whole = Node("")
        self._states: dict[int, StreamState] = {}
        self._news: dict[int, StreamState] = {}
        self._marking = QTimer(self, singleShot=True, interval=MARK_AFTER_MS)
        self._marking.timeout.connect(self._mark)
        self.scheme = QComboBox()
        self.scheme.setAccessibleName(tr("点位分组方式"))
        self.scheme.currentIndexChanged.connect(lambda _: self._build())
        self.search = QLineEdit(placeholderText=tr("名称、拼音、道路、编码"))
        self.search.setClearButtonEnabled(True)
        self._typing = QTimer(self, singleShot=True, interval=FIND_AFTER_MS)
        self._typing.timeout.connect(self._show)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.search.returnPressed.connect(self._on_return)
        self.model = DirectoryModel(self)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIconSize(QSize(12, 12))
        self.tree.setIndentation(14)
        self.tree.setDragEnabled(True)
        self.tree.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.tree.setExpandsOnDoubleClick(True)
        self.tree.setAccessibleName(tr("监控点位"))
        self.tree.activated.connect(self._on_activated)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu)
        self.tree.selectionModel().selectionChanged.connect(lambda *_: self.narrowed.emit())
        self.menu = QMenu(self)
        self.found = named(QLabel(), "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        for widget in (self.scheme, self.search, self.tree, self.found):
            layout.addWidget(widget)
        self._offer_schemes()

    def put(self, seen: View) -> None:
        """Show this directory."""
        self._seen = seen
        self._offer_schemes()
        self._build()

    def set_state(self, camera_id: int, state: StreamState) -> None:
        """Mark what is true of a camera now, a tenth of a second later at most."""
        self._states[camera_id] = self._news[camera_id] = state
        if not self._marking.isActive():
            self._marking.start()

    def _mark(self) -> None:
        news, self._news = self._news, {}
        for camera_id, state in news.items():
            self.model.set_state(camera_id, state)

    def shown(self) -> list[CameraRow]:
        """The cameras that the tree shows now, in its order."""
        return list(cameras_below(self.model.root))

    def chosen(self) -> list[CameraRow]:
        """The cameras that are selected, alone or by their level, in the order of the tree."""
        picked = self.tree.selectionModel().selectedIndexes()
        below = {c.id for index in picked for c in cameras_below(self.model.node(index))}
        return [camera for camera in self.shown() if camera.id in below]

    def show_camera(self, camera_id: int) -> None:
        """Select a camera in the whole tree, whatever was searched before."""
        if not self.model.index_of(camera_id).isValid():
            self.search.clear()
            self._typing.stop()
            self._show()
        index = self.model.index_of(camera_id)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def place_of(self, camera_id: int) -> QRect:
        """Where on the tree's viewport a camera is, scrolled into sight; empty if it is not."""
        index = self.model.index_of(camera_id)
        if not index.isValid():
            return QRect()
        self.tree.scrollTo(index)
        return self.tree.visualRect(index)

    def _offer_schemes(self) -> None:
        chosen = self.scheme.currentData()
        self.scheme.blockSignals(True)
        self.scheme.clear()
        self.scheme.addItem(tr("按行政区划"), BY_AREA)
        self.scheme.addItem(tr("按行业与网络"), BY_INDUSTRY)
        for group in self._seen.groups:
            if group.parent_id is None:
                self.scheme.addItem(group.name, group)
        place = next(
            (n for n in range(self.scheme.count()) if _same(self.scheme.itemData(n), chosen)), 0
        )
        self.scheme.setCurrentIndex(place)
        self.scheme.blockSignals(False)

    def _build(self) -> None:
        """The whole tree of the chosen scheme, before any search."""
        scheme, seen = self.scheme.currentData(), self._seen
        if isinstance(scheme, Group):
            paths = group_paths(scheme.id, seen.groups, seen.members)
            self._whole = build(scheme.name, seen.cameras, paths)
        else:
            by_area = area_path(tr("广州市"), district_name, subdistrict_name)
            one = by_area if scheme == BY_AREA else _industry
            self._whole = build("", seen.cameras, lambda camera: [one(camera)])
        self._show()

    def _show(self) -> None:
        typed = self.search.text().strip()
        root = pruned(self._whole, finder(typed)) if typed else self._whole
        self.model.put(root, self._states)
        if typed or root.total <= OPEN_AT_ONCE:
            self.tree.expandAll()
        elif self.scheme.currentData() == BY_AREA:
            self.tree.expandToDepth(0)  # the city's districts
        self.found.setText(
            tr("找到 {n} 个点位", n=root.total) if typed else tr("共 {n} 个点位", n=root.total)
        )
        self.narrowed.emit()

    def _on_return(self) -> None:
        """The first that was found goes on the wall, without the mouse."""
        self._typing.stop()
        self._show()
        if first := next(iter(cameras_below(self.model.root)), None):
            self.camera_chosen.emit(first.id)

    def _on_activated(self, index: QModelIndex) -> None:
        if (camera := self.model.node(index).camera) is not None:
            self.camera_chosen.emit(camera.id)

    def _on_menu(self, at: QPoint) -> None:
        """What can be asked of the camera under the mouse, or of the current one by its key."""
        index = self.tree.indexAt(at)
        camera = self.model.node(index if index.isValid() else self.tree.currentIndex()).camera
        if camera is None:
            return
        self.menu.clear()
        for words, signal in (
            (tr("放到墙上"), self.camera_chosen),
            (tr("追溯"), self.trace_wanted),
            (tr("状态记录…"), self.history_wanted),
        ):
            self.menu.addAction(words).triggered.connect(partial(signal.emit, camera.id))
        self.menu.popup(self.tree.viewport().mapToGlobal(at))


def _industry(camera: CameraRow) -> tuple[str, ...]:
    return tuple(tr(level) for level in industry_path(camera))


def _same(one: object, other: object) -> bool:
    if isinstance(one, Group) and isinstance(other, Group):
        return one.id == other.id
    return one == other

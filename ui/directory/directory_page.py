"""The page of the directory, for the administrator: every camera, and how it got there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.directory import finder
from app.secrets import Seal
from app.services import directory
from ui.directory.camera_table import COLUMNS, CameraTable
from ui.directory.groups_panel import GroupsPanel
from ui.directory.import_panel import ImportPanel
from ui.directory.rights_panel import RightsPanel
from ui.directory.sources_panel import SourcesPanel
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr


class DirectoryPage(QWidget):
    """The table on the left; import, groupings and rights on the right."""

    def __init__(
        self,
        desk: Desk,
        seal: Seal,
        networks: tuple[str, ...],
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        self._seen: directory.View | None = None
        self.search = QLineEdit(placeholderText=tr("名称、拼音、道路、编码"))
        self.search.setClearButtonEnabled(True)
        self._typing = QTimer(self, singleShot=True, interval=60)
        self._typing.timeout.connect(self._show)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.model = CameraTable()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(True)
        self.table.setAccessibleName(tr("监控点位"))
        self.table.verticalHeader().setDefaultSectionSize(28)
        for place, (_, width) in enumerate(COLUMNS):
            self.table.setColumnWidth(place, width)
        self.count = named(QLabel(), "muted")
        self.imports = ImportPanel(desk, seal, networks, notices, on_error)
        self.sources = SourcesPanel(desk, seal, networks, notices, on_error)
        self.groups = GroupsPanel(desk, self.chosen, on_error)
        self.rights = RightsPanel(desk, notices, on_error)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.imports, tr("批量导入"))
        self.tabs.addTab(self.sources, tr("接入平台"))
        self.tabs.addTab(self.groups, tr("分组"))
        self.tabs.addTab(self.rights, tr("权限"))
        self._build()

    def _build(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        for widget in (self.search, self.table, self.count):
            column.addWidget(widget)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.tabs)
        split.setStretchFactor(0, 1)
        split.setSizes([1200, 560])
        split.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 10, 10, 10)
        outer.addWidget(split)

    def chosen(self) -> list[int]:
        """The ids of the cameras that are selected in the table."""
        rows = self.table.selectionModel().selectedRows()
        return [self.model.camera(index.row()).id for index in rows]

    def put(self, seen: directory.View) -> None:
        """The directory as it is now."""
        self._seen = seen
        self._show()
        self.groups.put(seen)
        self.sources.put(seen)
        self._tasks.start(self._load_rights(seen))

    async def _load_rights(self, seen: directory.View) -> None:
        self.rights.put(seen, await self._desk.ask(directory.grants))

    def _show(self) -> None:
        if self._seen is None:
            return
        typed = self.search.text().strip()
        wanted = finder(typed)
        found = [one for one in self._seen.cameras if wanted(one)] if typed else self._seen.cameras
        self.model.put(found)
        self.count.setText(tr("{n} 个点位，共 {all} 个", n=len(found), all=len(self._seen.cameras)))

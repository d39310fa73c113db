"""Groupings: made, filled with the cameras chosen in the table, and taken away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.directory import members_below
from app.services import directory
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

GROUP_ID = Qt.ItemDataRole.UserRole


class GroupsPanel(QWidget):
    """The groupings as a tree, and what can be done with the chosen one."""

    def __init__(
        self, desk: Desk, chosen: Callable[[], list[int]], on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__()
        self._desk, self._chosen = desk, chosen
        self._tasks = Tasks(self, on_error)
        self._members: dict[int, set[int]] = {}
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([tr("分组"), tr("点位数")])
        self.tree.setColumnWidth(0, 280)
        self.name = QLineEdit(placeholderText=tr("新分组名称"))
        self.root = QPushButton(tr("新建分组方式"))
        self.part = QPushButton(tr("在所选下新建"))
        self.put_in = QPushButton(tr("加入左表所选点位"))
        self.take_out = QPushButton(tr("移出左表所选点位"))
        self.drop = QPushButton(tr("删除分组"))
        self.drop.setProperty("weight", "danger")
        self._build()
        self.tree.currentItemChanged.connect(lambda *_: self._ready())
        self.name.textChanged.connect(lambda _: self._ready())
        self.root.clicked.connect(lambda: self._tasks.start(self._add(None)))
        self.part.clicked.connect(lambda: self._tasks.start(self._add(self.group_id)))
        self.put_in.clicked.connect(lambda: self._change(True))
        self.take_out.clicked.connect(lambda: self._change(False))
        self.drop.clicked.connect(lambda: self._tasks.start(self._drop()))
        self._ready()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        words = tr("分组方式与行政区划并列，视频页的点位树上方可以选择；一个点位可以在多个分组里")
        column.addWidget(named(QLabel(words, wordWrap=True), "muted"))
        column.addWidget(self.tree, 1)
        column.addWidget(self.name)
        for buttons in ((self.root, self.part), (self.put_in, self.take_out, self.drop)):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch()
            column.addLayout(row)

    @property
    def group_id(self) -> int | None:
        """The group that is chosen."""
        item = self.tree.currentItem()
        return item.data(0, GROUP_ID) if item else None

    def put(self, seen: directory.View) -> None:
        """Show these groupings; the chosen one stays chosen."""
        before = self.group_id
        self._members = {group.id: set() for group in seen.groups}
        for group_id, camera in seen.members:
            self._members.setdefault(group_id, set()).add(camera)
        self.tree.clear()
        items: dict[int, QTreeWidgetItem] = {}
        below = members_below(seen.groups, seen.members)
        for group in seen.groups:
            count = str(len(below[group.id]))
            items[group.id] = QTreeWidgetItem([group.name, count])
            items[group.id].setData(0, GROUP_ID, group.id)
        for group in seen.groups:
            parent = items.get(group.parent_id) if group.parent_id else None
            if parent is None:
                self.tree.addTopLevelItem(items[group.id])
            else:
                parent.addChild(items[group.id])
        self.tree.expandAll()
        if before in items:
            self.tree.setCurrentItem(items[before])
        self._ready()

    async def _add(self, parent: int | None) -> None:
        await self._desk.run(directory.add_group, self.name.text(), parent)
        self.name.clear()

    def _change(self, join: bool) -> None:
        if self.group_id is None:
            return
        now, chosen = self._members[self.group_id], set(self._chosen())
        self._tasks.start(self._put(self.group_id, now | chosen if join else now - chosen))

    async def _put(self, group_id: int, members: set[int]) -> None:
        await self._desk.run(directory.put_members, group_id, sorted(members))

    async def _drop(self) -> None:
        if self.group_id is not None:
            await self._desk.run(directory.drop_group, self.group_id)

    def _ready(self) -> None:
        named_ = bool(self.name.text().strip())
        chosen = self.group_id is not None
        self.root.setEnabled(named_)
        self.part.setEnabled(named_ and chosen)
        for button in (self.put_in, self.take_out, self.drop):
            button.setEnabled(chosen)

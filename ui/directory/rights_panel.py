"""Rights: where a role may watch, control, replay and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.access import GROUP, USUAL, Grant, Right, site_of, site_scope
from app.domain.camera import CameraRow
from app.domain.directory import Group
from app.domain.people import Role
from app.resources import districts, subdistricts
from app.services import directory
from ui.labels import label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

SCOPE = Qt.ItemDataRole.UserRole


class RightsPanel(QWidget):
    """One role and one right at a time, and the places it holds in."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._grants: list[Grant] = []
        self._chosen: set[str] = set()
        self._sites: dict[str, list[str]] = {}
        """By area, those that the tree does not hold yet: a city has thousands."""

        self._areas: dict[str, QTreeWidgetItem] = {}
        self.role, self.right = QComboBox(), QComboBox()
        for role in Role:
            if role is not Role.ADMINISTRATOR:  # who cannot see a camera cannot mend it
                self.role.addItem(label(role), role)
        self.role.setAccessibleName(tr("岗位"))
        self.right.setAccessibleName(tr("权限"))
        self.places = QTreeWidget()
        self.places.setHeaderHidden(True)
        self.places.setAccessibleName(tr("范围"))
        self.told = named(QLabel(wordWrap=True), "muted")
        self.save = QPushButton(tr("保存权限"))
        self.save.setProperty("weight", "main")
        form = QFormLayout()
        form.addRow(tr("岗位"), self.role)
        form.addRow(tr("权限"), self.right)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(named(QLabel(tr("只限以下范围（都不选：全市）")), "sectionTitle"))
        column.addWidget(self.places, 1)
        column.addWidget(self.told)
        column.addWidget(self.save)
        self.places.itemChanged.connect(self._on_changed)
        self.places.itemExpanded.connect(lambda item: self._unfold(item.data(0, SCOPE)))
        self.role.currentIndexChanged.connect(lambda _: self._offer_rights())
        self.right.currentIndexChanged.connect(lambda _: self._mark())
        # What is ticked is read as the button is pressed: news may arrive before a task begins.
        self.save.clicked.connect(lambda: self._tasks.start(self._save(*self._ticked())))
        self._offer_rights()

    def put(self, seen: directory.View, grants: list[Grant]) -> None:
        """Show the rights in force, and the groups that are there; what is ticked and not saved
        yet stays ticked.
        """
        role, right, ticked = self._ticked()
        unsaved = ticked if ticked != self._held(role, right) else None
        self._grants = grants
        self.places.blockSignals(True)
        self.places.clear()
        root = self.places.invisibleRootItem()
        self._areas = {one.code: _place(root, one.name, one.code) for one in districts()}
        for street in subdistricts():
            above = self._areas[street.district]
            self._areas[street.code] = _place(above, street.name, street.code)
        self._put_sites(seen.cameras)
        self._put_groups(self.places.invisibleRootItem(), None, seen.groups)
        self._mark()
        if unsaved is not None:
            self._tick(unsaved)
            self._tell()

    def _put_sites(self, cameras: Iterable[CameraRow]) -> None:
        """Where cameras stand; and what a right names though none stands there any more: nobody
        could take it away else.
        """
        self._sites = {}
        scopes = {site_scope(camera) for camera in cameras}
        scopes |= {grant.scope for grant in self._grants}
        for scope in sorted(scopes):
            if site := site_of(scope):
                area, name = site
                if area in self._areas:
                    self._sites.setdefault(area, []).append(scope)
                else:
                    _place(self.places.invisibleRootItem(), name, scope)
        for area in self._sites:
            show = QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator
            self._areas[area].setChildIndicatorPolicy(show)

    def _unfold(self, area: str) -> None:
        """Put the sites of an area into the tree, now that somebody looks there."""
        was_blocked = self.places.blockSignals(True)
        for scope in self._sites.pop(area, []):
            item = _place(self._areas[area], scope.partition("/")[2], scope)
            item.setCheckState(0, _mark_of(scope in self._chosen))
        self.places.blockSignals(was_blocked)
        self.places.viewport().update()

    def _put_groups(
        self, above: QTreeWidgetItem, parent_id: int | None, groups: list[Group]
    ) -> None:
        """A group holds what is in the groups below it."""
        for group in groups:
            if group.parent_id == parent_id:
                name = tr("分组：{name}", name=group.name) if parent_id is None else group.name
                item = _place(above, name, f"{GROUP}{group.id}")
                self._put_groups(item, group.id, groups)

    def _offer_rights(self) -> None:
        """A role is offered the rights it usually has: a grant narrows and never widens."""
        self.right.blockSignals(True)
        self.right.clear()
        for right in Right:
            if right in USUAL[self.role.currentData()]:
                self.right.addItem(label(right), right)
        self.right.blockSignals(False)
        self._mark()

    def _mark(self) -> None:
        role, right = self.role.currentData(), self.right.currentData()
        self._tick(self._held(role, right))
        self._tell()

    def _tell(self) -> None:
        """What is ticked, and whether it is in force yet."""
        role, right, ticked = self._ticked()
        words = tr("限于 {n} 处", n=len(ticked)) if ticked else tr("全市")
        told = tr("{role} · {right}：{where}", role=label(role), right=label(right), where=words)
        if ticked != self._held(role, right):
            told += tr("（未保存）")
        self.told.setText(told)

    def _held(self, role: Role, right: Right) -> set[str]:
        return {g.scope for g in self._grants if g.role is role and g.right is right}

    def _ticked(self) -> tuple[Role, Right, set[str]]:
        return self.role.currentData(), self.right.currentData(), set(self._chosen)

    def _on_changed(self, item: QTreeWidgetItem) -> None:
        on = item.checkState(0) is Qt.CheckState.Checked
        (self._chosen.add if on else self._chosen.discard)(item.data(0, SCOPE))
        self._tell()

    def _tick(self, scopes: set[str]) -> None:
        self._chosen = set(scopes)
        for site in filter(None, map(site_of, scopes)):
            self._unfold(site[0])
        self.places.blockSignals(True)
        for item in list(self._items()):
            on = item.data(0, SCOPE) in scopes
            item.setCheckState(0, _mark_of(on))
            above = item.parent()
            while on and above is not None:
                above.setExpanded(True)  # what holds is in sight
                self._unfold(above.data(0, SCOPE))
                above = above.parent()
        self.places.blockSignals(False)
        self.places.viewport().update()

    async def _save(self, role: Role, right: Right, scopes: set[str]) -> None:
        await self._desk.run(directory.put_grants, role, right, scopes)
        self._notices.say(tr("权限已保存，各席位立即生效"), "ok")

    def _items(self) -> Iterator[QTreeWidgetItem]:
        places = QTreeWidgetItemIterator(self.places)
        while (item := places.value()) is not None:
            yield item
            places += 1


def _mark_of(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def _place(above: QTreeWidgetItem, name: str, scope: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem(above, [name])
    item.setData(0, SCOPE, scope)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(0, Qt.CheckState.Unchecked)
    return item

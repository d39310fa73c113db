"""Rights: where a role may watch, control, replay and export."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.access import GROUP, USUAL, Grant, Right
from app.domain.people import Role
from app.resources import districts
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
        self.role, self.right = QComboBox(), QComboBox()
        for role in Role:
            if role is not Role.ADMINISTRATOR:  # who cannot see a camera cannot mend it
                self.role.addItem(label(role), role)
        self.role.setAccessibleName(tr("岗位"))
        self.right.setAccessibleName(tr("权限"))
        self.places = QListWidget()
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
        self.role.currentIndexChanged.connect(lambda _: self._offer_rights())
        self.right.currentIndexChanged.connect(lambda _: self._mark())
        self.save.clicked.connect(lambda: self._tasks.start(self._save()))
        self._offer_rights()

    def put(self, seen: directory.View, grants: list[Grant]) -> None:
        """Show the rights in force, and the groups that are there."""
        self._grants = grants
        self.places.clear()
        places = [(district.name, district.code) for district in districts()]
        places += [(tr("分组：{name}", name=g.name), f"{GROUP}{g.id}") for g in seen.groups]
        for name, scope in places:
            item = QListWidgetItem(name)
            item.setData(SCOPE, scope)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            self.places.addItem(item)
        self._mark()

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
        held = {g.scope for g in self._grants if g.role is role and g.right is right}
        for item in self._items():
            on = item.data(SCOPE) in held
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        words = tr("限于 {n} 处", n=len(held)) if held else tr("全市")
        self.told.setText(f"{label(role)} · {label(right)}：{words}")

    async def _save(self) -> None:
        scopes = [i.data(SCOPE) for i in self._items() if i.checkState() is Qt.CheckState.Checked]
        role, right = self.role.currentData(), self.right.currentData()
        await self._desk.run(directory.put_grants, role, right, scopes)
        self._notices.say(tr("权限已保存，各席位立即生效"), "ok")

    def _items(self) -> list[QListWidgetItem]:
        return [self.places.item(n) for n in range(self.places.count())]

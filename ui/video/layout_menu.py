"""Walls kept under a name: opened from a menu, kept and removed there."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

from app.desk import Desk
from app.domain.wall_layout import LayoutRow
from app.services import layouts
from app.services.tours import FOR_ALL
from ui.notices import Notices
from ui.tasks import Tasks
from ui.video.walls import Walls
from ui.widgets.ask_name import NameDialog
from ui.words import tr


class LayoutMenu(QPushButton):
    """One's own walls and everybody's."""

    def __init__(
        self, desk: Desk, walls: Walls, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__()
        self._desk, self._walls, self._notices = desk, walls, notices
        self._tasks = Tasks(self, on_error)
        self.rows: list[LayoutRow] = []
        self.setText(tr("布局"))
        self.setAccessibleName(tr("保存的布局"))
        self.setMenu(QMenu(self))
        self._fill()

    def reload(self) -> None:
        """Fetch what may be opened here."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        self.rows = await self._desk.ask(layouts.mine)
        self._fill()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for row in self.rows:
            name = row.name if row.owner_id else tr("{name}（全体）", name=row.name)
            menu.addAction(name).triggered.connect(partial(self.open_row, row))
        menu.addSeparator()
        menu.addAction(tr("保存现在的布局…")).triggered.connect(self.ask_name)
        away = menu.addMenu(tr("删除布局"))
        for row in self.rows:
            away.addAction(row.name).triggered.connect(partial(self.drop_row, row))
        away.setEnabled(bool(self.rows))

    def open_row(self, row: LayoutRow, _checked: bool = False) -> None:
        """All walls just as they were kept; cameras that are gone leave their tile empty."""
        self._walls.apply(json.loads(row.content))
        self._notices.say(tr("已打开布局：{name}", name=row.name), "ok")

    def ask_name(self, _checked: bool = False) -> None:
        """Ask under which name, and for whom."""
        NameDialog(self.window(), tr("保存布局"), tr("布局名称"), self.may_share, self.save).open()

    def save(self, name: str, for_all: bool) -> None:
        """Keep all walls as they are now."""
        self._tasks.start(self._save(name, for_all))

    async def _save(self, name: str, for_all: bool) -> None:
        await self._desk.run(layouts.save, name, self._walls.state(), for_all)
        self._notices.say(tr("布局已保存：{name}", name=name.strip()), "ok")
        await self._load()

    def drop_row(self, row: LayoutRow, _checked: bool = False) -> None:
        """Keep it no longer; what is on the wall stays."""
        self._tasks.start(self._drop(row))

    async def _drop(self, row: LayoutRow) -> None:
        await self._desk.run(layouts.drop, row.id)
        await self._load()

    @property
    def may_share(self) -> bool:
        return self._desk.signed.role in FOR_ALL

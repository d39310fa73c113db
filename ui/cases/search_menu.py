"""Searches kept under a name: opened from a menu, kept and removed there."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

from app.desk import Desk
from app.domain.saved_search import SearchRow
from app.services import searches
from app.services.tours import FOR_ALL
from ui.cases.filter_bar import FilterBar
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_name import NameDialog
from ui.words import tr


class SearchMenu(QPushButton):
    """One's own searches and everybody's, beside the boxes that they fill in."""

    def __init__(
        self, desk: Desk, bar: FilterBar, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__(tr("查询"))
        self._desk, self._bar, self._notices = desk, bar, notices
        self._tasks = Tasks(self, on_error)
        self.rows: list[SearchRow] = []
        self.setAccessibleName(tr("保存的查询"))
        self.setMenu(QMenu(self))
        self._fill()

    def reload(self) -> None:
        """Fetch what may be opened here."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        self.rows = await self._desk.ask(searches.mine)
        self._fill()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for row in self.rows:
            name = row.name if row.owner_id else tr("{name}（全体）", name=row.name)
            menu.addAction(name).triggered.connect(partial(self.open_row, row))
        menu.addSeparator()
        menu.addAction(tr("保存现在的条件…")).triggered.connect(self.ask_name)
        away = menu.addMenu(tr("删除查询"))
        for row in self.rows:
            away.addAction(row.name).triggered.connect(partial(self.drop_row, row))
        away.setEnabled(bool(self.rows))

    def open_row(self, row: SearchRow, _checked: bool = False) -> None:
        """The boxes as they were kept, and the list that they let through now."""
        self._bar.restore(json.loads(row.content))

    def ask_name(self, _checked: bool = False) -> None:
        """Ask under which name, and for whom."""
        may_share = self._desk.signed.role in FOR_ALL
        NameDialog(self.window(), tr("保存查询"), tr("查询名称"), may_share, self.save).open()

    def save(self, name: str, for_all: bool) -> None:
        """Keep what stands in the boxes."""
        self._tasks.start(self._save(name, for_all))

    async def _save(self, name: str, for_all: bool) -> None:
        await self._desk.run(searches.save, name, self._bar.state(), for_all)
        self._notices.say(tr("查询已保存：{name}", name=name.strip()), "ok")
        await self._load()

    def drop_row(self, row: SearchRow, _checked: bool = False) -> None:
        """Keep it no longer."""
        self._tasks.start(self._drop(row))

    async def _drop(self, row: SearchRow) -> None:
        await self._desk.run(searches.drop, row.id)
        await self._load()

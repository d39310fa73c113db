"""A menu of what is kept under a name: opened, kept and removed there, by oneself or for all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from PySide6.QtWidgets import QMenu, QPushButton

from app.desk import Desk
from app.domain.kept import KeptRow
from app.services.tours import FOR_ALL
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_name import NameDialog
from ui.words import tr


class Verbs(Protocol):
    """The service that keeps one kind of thing; the desk opens the work that it is given."""

    def mine(self, work: Any, /) -> list[KeptRow]: ...
    def save(self, work: Any, name: str, content: dict[str, Any], for_all: bool, /) -> int: ...
    def drop(self, work: Any, kept_id: int, /) -> None: ...


@dataclass(frozen=True)
class Wording:
    """What stands on the button and in its menu, in the language of the screen."""

    button: str
    spoken: str
    save_now: str
    save: str
    name: str
    remove: str


class KeptMenu(QPushButton):
    """`state` gives what is kept, `restore` takes it back; both as JSON can hold them."""

    def __init__(
        self,
        desk: Desk,
        notices: Notices,
        on_error: Callable[[Exception], None],
        verbs: Verbs,
        wording: Wording,
        state: Callable[[], dict[str, Any]],
        restore: Callable[[Any], None],
    ) -> None:
        super().__init__(wording.button)
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._verbs, self._wording, self._state, self._restore = verbs, wording, state, restore
        self.rows: list[KeptRow] = []
        self.setAccessibleName(wording.spoken)
        self.setMenu(QMenu(self))
        self._fill()

    def reload(self) -> None:
        """Fetch what may be opened here."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        self.rows = await self._desk.ask(self._verbs.mine)
        self._fill()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for row in self.rows:
            name = row.name if row.owner_id else tr("{name}（全体）", name=row.name)
            menu.addAction(name).triggered.connect(partial(self.open_row, row))
        menu.addSeparator()
        menu.addAction(self._wording.save_now).triggered.connect(self.ask_name)
        away = menu.addMenu(self._wording.remove)
        for row in self.rows:
            away.addAction(row.name).triggered.connect(partial(self.drop_row, row))
        away.setEnabled(bool(self.rows))

    def open_row(self, row: KeptRow, _checked: bool = False) -> None:
        """Everything just as it was kept."""
        self._restore(json.loads(row.content))
        self._notices.say(tr("已打开：{name}", name=row.name), "ok")

    def ask_name(self, _checked: bool = False) -> None:
        """Ask under which name, and for whom."""
        may_share = self._desk.signed.role in FOR_ALL
        words = self._wording
        NameDialog(self.window(), words.save, words.name, may_share, self.save).open()

    def save(self, name: str, for_all: bool) -> None:
        """Keep what there is now."""
        self._tasks.start(self._save(name, for_all))

    async def _save(self, name: str, for_all: bool) -> None:
        await self._desk.run(self._verbs.save, name, self._state(), for_all)
        self._notices.say(tr("已保存：{name}", name=name.strip()), "ok")
        await self._load()

    def drop_row(self, row: KeptRow, _checked: bool = False) -> None:
        """Keep it no longer; what is on the screen stays."""
        self._tasks.start(self._drop(row))

    async def _drop(self, row: KeptRow) -> None:
        await self._desk.run(self._verbs.drop, row.id)
        await self._load()

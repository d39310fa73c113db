"""The list as a file: every case that its filter lets through; called off at will."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.domain.deadline import CITY
from app.services import transfer
from ui.labels import case_word
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.widgets.long_work import LongWork
from ui.words import tr


class ListExport(QObject):
    """One export at a time. Signals: `done(Path)`."""

    done = Signal(object)

    def __init__(
        self, desk: Desk, window: QWidget, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._notices = desk, window, notices
        self._tasks = Tasks(self, on_error)
        self._work = LongWork(window)

    def ask(self, chosen: CaseFilter) -> None:
        """Ask where to; the file's ending says as what: xlsx, csv or geojson."""
        name = f"{tr('案件列表')}-{self._desk.clock().astimezone(CITY):%Y%m%d-%H%M}.xlsx"
        title = tr("导出案件（xlsx、csv 或 geojson）")
        ask_save(self._window, title, name, lambda to: self.write(chosen, to))

    def write(self, chosen: CaseFilter, target: Path) -> None:
        """Write these cases; a file that is there is replaced when the new one is whole."""
        if not self._work.begin(tr("正在导出案件…")):
            self._notices.say(tr("正在导出另一份，请等它完成"), "wrong")
            return
        self._tasks.start(self._write(chosen, target))

    async def _write(self, chosen: CaseFilter, target: Path) -> None:
        try:
            count = await self._desk.ask_long(
                transfer.export_cases, target, chosen, case_word, self._work.told
            )
        finally:
            self._work.over()
        words = tr("已导出 {n} 宗到 {file}", n=f"{count:,}", file=target.name)
        self._notices.say(words, "ok")
        self.done.emit(target)

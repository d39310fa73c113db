"""The list as a file: every case that its filter lets through; called off at will."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.domain.deadline import CITY
from app.services import transfer
from ui.labels import case_word
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.words import tr


class ListExport(QObject):
    """One export at a time. Signals: `done(Path)`."""

    done = Signal(object)
    _progressed = Signal(int, int)

    def __init__(
        self, desk: Desk, window: QWidget, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._notices = desk, window, notices
        self._tasks = Tasks(self, on_error)
        self._cancelled = threading.Event()
        self.bar: QProgressDialog | None = None
        self._progressed.connect(self._on_progress)

    def ask(self, chosen: CaseFilter) -> None:
        """Ask where to; the file's ending says as what: xlsx, csv or geojson."""
        name = f"{tr('案件列表')}-{self._desk.clock().astimezone(CITY):%Y%m%d-%H%M}.xlsx"
        title = tr("导出案件（xlsx、csv 或 geojson）")
        ask_save(self._window, title, name, lambda to: self.write(chosen, to))

    def write(self, chosen: CaseFilter, target: Path) -> None:
        """Write these cases; a file that is there is replaced when the new one is whole."""
        if self.bar is not None:
            self._notices.say(tr("正在导出另一份，请等它完成"), "wrong")
            return
        self._cancelled.clear()
        self.bar = QProgressDialog(tr("正在导出案件…"), tr("取消"), 0, 100, self._window)
        self.bar.setMinimumDuration(400)
        self.bar.canceled.connect(self._cancelled.set)
        self._tasks.start(self._write(chosen, target))

    async def _write(self, chosen: CaseFilter, target: Path) -> None:
        def told(done: int, of: int) -> bool:
            self._progressed.emit(done, of)
            return not self._cancelled.is_set()

        try:
            count = await self._desk.ask_long(
                transfer.export_cases, target, chosen, case_word, told
            )
        finally:
            bar, self.bar = self.bar, None
            if bar is not None:
                bar.canceled.disconnect()
                bar.close()
                bar.deleteLater()
        words = tr("已导出 {n} 宗到 {file}", n=f"{count:,}", file=target.name)
        self._notices.say(words, "ok")
        self.done.emit(target)

    def _on_progress(self, done: int, of: int) -> None:
        if self.bar is not None:
            self.bar.setMaximum(max(1, of))
            self.bar.setValue(done)

"""A workbook brought in: the file, a trial that writes nothing, the writing, and every reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.tasks import Tasks
from ui.widgets.ask_file import ask_open
from ui.widgets.named import named
from ui.words import tr

P = TypeVar("P")

LISTED = 500
"""Lines shown on screen."""

Line = Sequence[str]
"""Row of the file, column, and what is to be said."""


class BringIn(QWidget, Generic[P]):
    """The buttons and the list of one kind of workbook.

    `read` makes a plan of a file, on a thread of its own; `carry` tries it (dry) or writes it and
    says what came of it in a sentence and lines. What is written is just what was tried.
    """

    def __init__(
        self,
        what: str,
        read: Callable[[Path], P],
        carry: Callable[[P, bool], Awaitable[tuple[str, list[Line]]]],
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._what, self._read, self._carry = what, read, carry
        self._tasks = Tasks(self, on_error)
        self._plan: P | None = None
        self.choose = QPushButton(tr("导入{what}（xlsx、xls、csv）…", what=what))
        self.write = QPushButton(tr("写入"))
        self.write.setProperty("weight", "main")
        self.write.setEnabled(False)
        self.told = named(QLabel(wordWrap=True), "muted")
        self.lines = QTreeWidget()
        self.lines.setRootIsDecorated(False)
        self.lines.setHeaderLabels([tr("行"), tr("列"), tr("说明")])
        self.lines.setColumnWidth(0, 60)
        self.lines.setColumnWidth(1, 130)
        self.lines.setAccessibleName(tr("导入说明"))
        self.lines.setMaximumHeight(190)
        self.lines.hide()
        self.buttons = QHBoxLayout()
        for button in (self.choose, self.write):
            self.buttons.addWidget(button)
        self.buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self.buttons)
        column.addWidget(self.told)
        column.addWidget(self.lines)
        kinds = tr("表格") + " (*.xlsx *.xls *.csv)"
        self.choose.clicked.connect(
            lambda: ask_open(self, tr("选择{what}", what=what), kinds, self.take)
        )
        self.write.clicked.connect(lambda: self._tasks.start(self._write()))

    def offer(self, may: bool) -> None:
        """Whether whoever sits here may bring anything in."""
        self.setVisible(may)

    def forget(self) -> None:
        """Nothing that one person was about to write is written by the next."""
        self._plan = None
        self.write.setEnabled(False)
        self.told.clear()
        self.lines.clear()
        self.lines.hide()

    def take(self, file: Path) -> None:
        """Read this file and try it; nothing is written."""
        self._tasks.start(self._take(file))

    async def _take(self, file: Path) -> None:
        self.forget()
        self.told.setText(tr("正在读取 {file}…", file=file.name))
        try:
            plan = await asyncio.to_thread(self._read, file)
            words, lines = await self._carry(plan, True)
        except BaseException:
            self.told.clear()
            raise
        self._plan = plan
        self.write.setEnabled(True)
        self._show(tr("试算 {file}，还没有写入：{words}", file=file.name, words=words), lines)

    async def _write(self) -> None:
        plan, self._plan = self._plan, None
        self.write.setEnabled(False)
        if plan is None:
            return
        try:
            words, lines = await self._carry(plan, False)
        except BaseException:
            self._plan = plan  # it may be tried once more
            self.write.setEnabled(True)
            raise
        self._show(tr("已写入：{words}", words=words), lines)

    def _show(self, words: str, lines: Sequence[Line]) -> None:
        self.told.setText(words)
        self.lines.clear()
        self.lines.addTopLevelItems([QTreeWidgetItem(list(line)) for line in lines[:LISTED]])
        self.lines.setVisible(bool(lines))

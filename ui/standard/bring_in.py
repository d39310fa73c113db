"""A workbook brought in: the file, a trial that writes nothing, the writing, and every reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

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


class Said(NamedTuple):
    """What a trial, or the writing, comes to; and whether what was tried may be written."""

    words: str
    lines: list[Line]
    may_be_written: bool = True
    caution: str = ""  # what the button that writes says as well


class BringIn(QWidget, Generic[P]):
    """The buttons and the list of one kind of workbook.

    `reader` gives what makes a plan of a file, on a thread of its own; `carry` tries it (dry) or
    writes it and says what came of it in a sentence and lines. What is written is just what was
    tried, by who tried it.
    """

    def __init__(
        self,
        what: str,
        reader: Callable[[], Callable[[Path], P]],
        carry: Callable[[P, bool], Awaitable[Said]],
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._reader, self._carry = reader, carry
        self._tasks = Tasks(self, on_error)
        self._plan: P | None = None
        self._turn = 0  # counts files and persons: what was begun in an earlier one is nothing now
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
        self._turn += 1
        self._plan = None
        self.write.setEnabled(False)
        self.write.setText(tr("写入"))
        self.told.clear()
        self.lines.clear()
        self.lines.hide()

    def take(self, file: Path) -> None:
        """Read this file and try it; nothing is written."""
        self.forget()
        self.told.setText(tr("正在读取 {file}…", file=file.name))
        self._tasks.start(self._take(file, self._reader(), self._turn))

    async def _take(self, file: Path, read: Callable[[Path], P], turn: int) -> None:
        try:
            plan = await asyncio.to_thread(read, file)
            if turn != self._turn:
                return
            said = await self._carry(plan, True)
        except BaseException:
            if turn == self._turn:
                self.told.clear()
            raise
        if turn != self._turn:
            return
        if said.may_be_written:
            self._plan = plan
            self.write.setEnabled(True)
            if said.caution:
                self.write.setText(tr("仍要写入（{caution}）", caution=said.caution))
        words = tr("试算 {file}，还没有写入：{words}", file=file.name, words=said.words)
        self._show(words, said.lines)

    async def _write(self) -> None:
        plan, turn, self._plan = self._plan, self._turn, None
        self.write.setEnabled(False)
        if plan is None:
            return
        try:
            said = await self._carry(plan, False)
        except BaseException:
            if turn == self._turn:
                self._plan = plan  # it may be tried once more
                self.write.setEnabled(True)
            raise
        if turn == self._turn:
            self.write.setText(tr("写入"))
            self._show(tr("已写入：{words}", words=said.words), said.lines)

    def _show(self, words: str, lines: Sequence[Line]) -> None:
        self.told.setText(words)
        self.lines.clear()
        self.lines.addTopLevelItems([QTreeWidgetItem(list(line)) for line in lines[:LISTED]])
        self.lines.setVisible(bool(lines))

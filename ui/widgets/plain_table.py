"""A table of texts: columns with their widths, rows without a tree."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice

from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from ui.words import tr

SLICE = 200
"""Rows that are made at a time: ten thousand take an eighth of a second."""


def plain_table(columns: Sequence[tuple[str, int]], name: str) -> QTreeWidget:
    """An empty table; `columns` are Chinese titles with widths in pixels, `name` is read aloud."""
    made = QTreeWidget()
    made.setRootIsDecorated(False)
    made.setAlternatingRowColors(True)
    made.setUniformRowHeights(True)
    made.setAccessibleName(name)
    made.setHeaderLabels([tr(title) for title, _ in columns])
    for place, (_, width) in enumerate(columns):
        made.setColumnWidth(place, width)
    return made


async def fill(table: QTreeWidget, rows: Iterable[QTreeWidgetItem]) -> bool:
    """Show these rows and no others; they are made a slice at a time, and the window answers in
    between. False if the table was filled again meanwhile: that counts.
    """
    turn = (table.property("filling") or 0) + 1
    table.setProperty("filling", turn)
    table.clear()
    left = iter(rows)
    while some := list(islice(left, SLICE)):
        table.addTopLevelItems(some)
        await asyncio.sleep(0)
        if table.property("filling") != turn:
            return False
    return True


def row_of(texts: Sequence[str]) -> QTreeWidgetItem:
    """A row whose cells tell in full what the column is too narrow for."""
    item = QTreeWidgetItem(list(texts))
    for column, text in enumerate(texts):
        item.setToolTip(column, text)
    return item

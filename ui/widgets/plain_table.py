"""A table of texts: columns with their widths, rows without a tree."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from ui.words import tr


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


def row_of(texts: Sequence[str]) -> QTreeWidgetItem:
    """A row whose cells tell in full what the column is too narrow for."""
    item = QTreeWidgetItem(list(texts))
    for column, text in enumerate(texts):
        item.setToolTip(column, text)
    return item

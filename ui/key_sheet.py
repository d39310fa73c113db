"""All keys on one sheet over the page; any key or click sends it away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from ui.actions import Command, keys_told
from ui.widgets.named import named
from ui.words import tr


class KeySheet(QFrame):
    """A child of the window and no pop-up: a pop-up grabs all input, and may never let go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(30, 22, 30, 22)
        column.setSpacing(14)
        column.addWidget(named(QLabel(tr("快捷键")), "panelTitle"))
        self._columns = (QLabel(), QLabel())
        row = QHBoxLayout()
        row.setSpacing(40)
        for part in self._columns:
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(named(QLabel(tr("按任意键或点击关闭")), "muted"))
        self.hide()

    def toggle(self, works: Callable[[Command], bool] = lambda command: True) -> None:
        """Show the keys that work in the middle of the window, or send the sheet away."""
        if self.isVisible():
            self.hide()
            return
        for part, text in zip(self._columns, keys_told(works), strict=True):
            part.setText(text)
        self.adjustSize()
        parent = self.parentWidget()
        if parent is not None:
            self.move(parent.rect().center() - self.rect().center())
        self.show()
        self.raise_()
        self.setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.hide()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hide()

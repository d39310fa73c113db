"""Notices that nobody is at the desk."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication
from typing_extensions import override

TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Idle(QObject):
    """Signals: `gone()` after `minutes` without a key or a move of the mouse; 0 is never.
    `touched_at` is when there was one last (monotonic).
    """

    gone = Signal()

    def __init__(self, application: QApplication, minutes: float) -> None:
        super().__init__(application)
        self.touched_at = time.monotonic()
        self._timer = QTimer(self, singleShot=True, interval=round(minutes * 60_000))
        self._timer.timeout.connect(self.gone)
        if minutes > 0:
            application.installEventFilter(self)
            self._timer.start()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self.touched_at = time.monotonic()
            self._timer.start()
        return False

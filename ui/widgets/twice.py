"""A button for what cannot be taken back: it is pressed twice, and says what it is about to do."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton

RESTS_MS = 6000
"""So long the second press counts; then the button is as before."""


class Twice(QPushButton):
    """Signals: `confirmed()` at the second press."""

    confirmed = Signal()

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self._words, self._again = words, ""
        self._pressed = 0.0
        self._resting = QTimer(self, singleShot=True, interval=RESTS_MS)
        self._resting.timeout.connect(self.rest)
        self.clicked.connect(self._on_clicked)

    def tell(self, words: str, again: str) -> None:
        """What it says, and what it says before it is pressed again."""
        if (words, again) != (self._words, self._again):
            self._words, self._again = words, again
            self.rest()

    def rest(self) -> None:
        """As if it had not been pressed."""
        self._resting.stop()
        self.setText(self._words)

    def _on_clicked(self) -> None:
        waited = (time.monotonic() - self._pressed) * 1000
        if self._resting.isActive() and waited < QApplication.doubleClickInterval():
            return  # the second half of a double click, by a hand that has read nothing
        if self._resting.isActive():
            self.rest()
            self.confirmed.emit()
        else:
            self._pressed = time.monotonic()
            self._resting.start()
            self.setText(self._again)

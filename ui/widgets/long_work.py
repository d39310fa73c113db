"""How far a long piece of work is: a bar that comes when it lasts, and calls the work off."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from ui.words import tr

SHOWN_AFTER_MS = 400


class LongWork(QObject):
    """One piece of work at a time: `begin`, `told` by the work from its own thread, `over`."""

    _progressed = Signal(int, int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._cancelled = threading.Event()
        self.bar: QProgressDialog | None = None
        self._progressed.connect(self._on_progress)

    def begin(self, words: str) -> bool:
        """False, with nothing begun, while another piece is under way."""
        if self.bar is not None:
            return False
        self._cancelled.clear()
        self.bar = QProgressDialog(words, tr("取消"), 0, 100, self._window)
        self.bar.setMinimumDuration(SHOWN_AFTER_MS)
        self.bar.canceled.connect(self._cancelled.set)
        return True

    def told(self, done: int, of: int) -> bool:
        """Say how far it is, from any thread; False once somebody called it off."""
        self._progressed.emit(done, of)
        return not self._cancelled.is_set()

    def over(self) -> None:
        """Done, failed or called off."""
        bar, self.bar = self.bar, None
        if bar is not None:
            bar.canceled.disconnect()
            bar.close()
            bar.deleteLater()

    def _on_progress(self, done: int, of: int) -> None:
        if self.bar is not None:
            self.bar.setMaximum(max(1, of))
            self.bar.setValue(done)

"""Python's collector, on the window's thread alone.

What refers to itself in a circle, as most windows do, is destroyed by the collector, and that runs
on whichever thread allocates next: of a console that fetches on threads, sooner or later on one of
those. Qt's objects may be destroyed on the window's thread only.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

EACH_MS = 5_000
"""What is young is looked through so often: a millisecond or two of a desk at rest."""

WHOLE_EACH_S = 600.0
"""And everything made since the start so often, since a console is on for months."""


class Collector(QObject):
    """Collects from here on, and nobody else does, until `end`. What a console is made of stays
    until the end and is passed over: to look through those 155 000 objects took 72 ms, in which the
    wall stood still.
    """

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        gc.freeze()
        gc.disable()
        self._whole_at = time.monotonic()
        self._timer = QTimer(self, interval=EACH_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """What is young; now and then everything."""
        now = time.monotonic()
        whole = now - self._whole_at >= WHOLE_EACH_S
        if whole:
            self._whole_at = now
        gc.collect(2 if whole else 1)

    def end(self) -> None:
        """Leave it to Python again, with nothing left that another thread would destroy: the last
        thing that a console does.
        """
        gc.collect()
        gc.enable()
        gc.unfreeze()

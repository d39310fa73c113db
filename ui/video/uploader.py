"""Copies this desk's evidence to the store in the background, again and again until it is there."""

from __future__ import annotations

import asyncio
import logging

from PySide6.QtCore import QObject, QTimer

from app.evidence_store import StoreFailed, Uploads
from ui.tasks import Tasks

log = logging.getLogger(__name__)

EACH_MS = 10_000
TELL_AFTER = 6
"""Failures in a row (a minute) before somebody is told."""


class Uploader(QObject):
    """Runs while the console does."""

    def __init__(self, uploads: Uploads, tasks: Tasks) -> None:
        super().__init__()
        self._uploads, self._tasks = uploads, tasks
        self._failures = 0
        self._timer = QTimer(self, interval=EACH_MS)
        self._timer.timeout.connect(self.push)
        self._timer.start()

    def add(self, name: str) -> None:
        """Blocks for as long as the disk does: called from a thread."""
        self._uploads.add(name)

    def push(self) -> None:
        """Copy what waits."""
        self._tasks.start(self._push())

    async def _push(self) -> None:
        try:
            await asyncio.to_thread(self._uploads.push)
        except StoreFailed:
            self._failures += 1
            log.warning("the evidence store is away, %d files wait", self._uploads.waiting())
            if self._failures == TELL_AFTER:
                raise
        else:
            self._failures = 0

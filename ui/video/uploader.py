"""Copies this desk's evidence to the store in the background, again and again until it is there."""

from __future__ import annotations

import asyncio
import logging
import time

from PySide6.QtCore import QObject, QTimer

from app.evidence_store import StoreFailed, Uploads
from ui.tasks import Tasks

log = logging.getLogger(__name__)

EACH_MS = 10_000
TELL_AFTER_S, TELL_APART_S = 60.0, 1800.0
"""So long without a success before somebody is told, and then every half hour."""


class Uploader(QObject):
    """Runs while the console does."""

    def __init__(self, uploads: Uploads, tasks: Tasks) -> None:
        super().__init__()
        self._uploads, self._tasks = uploads, tasks
        self._failing_since: float | None = None
        self._told_at = float("-inf")
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
            done = await asyncio.to_thread(self._uploads.push)
        except StoreFailed as failure:
            log.warning("the evidence store is away, %d files wait", self._uploads.waiting())
            now = time.monotonic()
            self._failing_since = self._failing_since or now
            if now - self._failing_since >= TELL_AFTER_S and now - self._told_at >= TELL_APART_S:
                self._told_at = now
                raise failure
        else:
            if done is not None:
                self._failing_since = None

    def shut(self) -> None:
        """The console ends; what waits is copied by the next one."""
        self._timer.stop()
        self._uploads.ended.set()

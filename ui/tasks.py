"""Coroutines that end with their widget, and whose errors are heard in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject


class Tasks(QObject):
    """The running work of one widget. `on_error` hears what a coroutine did not catch itself."""

    def __init__(self, owner: QObject, on_error: Callable[[Exception], None]) -> None:
        super().__init__(owner)
        self._ended = False
        self._running: set[asyncio.Task[None]] = set()
        self._on_error = on_error
        owner.destroyed.connect(self.cancel)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin `work`; a strong reference is kept until it ends. Nothing begins after `cancel`."""
        if self._ended:
            work.close()
            return
        task = asyncio.get_event_loop_policy().get_event_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._finish)

    def cancel(self) -> None:
        """End what runs, for a widget that closes."""
        self._ended = True
        for task in list(self._running):
            if not task.get_loop().is_closed():
                task.cancel()

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._on_error(error)

"""Coroutines that end with their widget, and whose errors are heard in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtCore import QObject


class Running:
    """Strong references to tasks, until they or all of them end."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.ended = False

    def end(self, *_: object) -> None:
        self.ended = True
        for task in list(self.tasks):
            if not task.get_loop().is_closed():
                task.cancel()


class Tasks(QObject):
    """The running work of one widget. `on_error` hears what a coroutine did not catch itself."""

    def __init__(self, owner: QObject, on_error: Callable[[Exception], None]) -> None:
        super().__init__(owner)
        self._running = Running()
        self._on_error = on_error
        # Not a method of this object: an owner that Python's collector ends takes it along first.
        owner.destroyed.connect(partial(Running.end, self._running))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin `work`; a strong reference is kept until it ends. Nothing begins after `cancel`."""
        if self._running.ended:
            work.close()
            return
        task = asyncio.get_event_loop_policy().get_event_loop().create_task(work)
        self._running.tasks.add(task)
        task.add_done_callback(self._finish)

    def cancel(self) -> None:
        """End what runs, for a widget that closes."""
        self._running.end()

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._running.tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._on_error(error)

"""Coroutines that end with their widget, and whose errors are heard in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject


class Tasks(QObject):
    """The running work of one widget. `on_error` hears what a coroutine did not catch itself."""

    def __init__(self, owner: QObject, on_error: Callable[[Exception], None]) -> None:
        super().__init__(owner)
        self._ended = False
        self._running: set[asyncio.Task[None]] = set()
        self._on_error = on_error
        # Not a method of this object: an owner that Python's collector ends takes it along first.
        owner.destroyed.connect(partial(_cancel, self._running))

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
        _cancel(self._running)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._on_error(error)


def _cancel(running: Iterable[asyncio.Task[None]], *_: object) -> None:
    for task in list(running):
        if not task.get_loop().is_closed():
            task.cancel()

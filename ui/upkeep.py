"""What a console that never ends does once a day, whoever sits at it, and now and then."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.desk import Desk
from app.domain.errors import LinkLost
from app.services import upkeep
from app.video.one_heap import GIVE_BACK_EACH_S, give_back
from ui.tasks import Tasks

FIRST_MS, EACH_MS = 600_000, 86_400_000
"""Some minutes after the start, when the desk is at work; then each day."""


class Upkeep(QObject):
    """Runs by itself, and ends with its window."""

    def __init__(self, desk: Desk, window: QObject, on_error: Callable[[Exception], None]) -> None:
        super().__init__(window)
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        self._timer = QTimer(self, interval=FIRST_MS)
        self._timer.timeout.connect(self._begin)
        self._timer.start()
        self._giving = QTimer(self, interval=round(GIVE_BACK_EACH_S * 1000))
        self._giving.timeout.connect(give_back)
        self._giving.start()

    def _begin(self) -> None:
        self._timer.setInterval(EACH_MS)
        self._tasks.start(self._carry_out())

    async def _carry_out(self) -> None:
        with contextlib.suppress(LinkLost):  # another day, then
            while await self._desk.run_long(upkeep.carry_out):
                pass

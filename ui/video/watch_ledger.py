"""Counts, second by second, what whoever sits here really sees."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from app.desk import Desk
from app.domain.errors import LinkLost
from app.domain.ledger import Counting, Stay, Visit
from app.domain.people import Signed
from app.domain.roster import shift_at
from app.services import ledger
from app.video.messages import StreamKey
from ui.tasks import Tasks
from ui.video.stage import Stage
from ui.video.walls import Walls

TICK_MS = 500
WRITE_AFTER_S = 120.0
"""What is still on screen is written so often: a console that dies loses no more than this."""

MOST_WAITING = 5000


class WatchLedger(QObject):
    """Runs by itself. `present` tells whether somebody sits here and the desk is not locked."""

    def __init__(
        self,
        desk: Desk,
        walls: Walls,
        stage: Stage,
        present: Callable[[], bool],
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._desk, self._walls, self._present = desk, walls, present
        self._tasks = Tasks(self, on_error)
        self._counting = Counting()
        self._who: Signed | None = None
        self._shift = shift_at(desk.clock())
        self._written = time.monotonic()
        self._waiting: list[Visit] = []
        stage.spoilt.connect(self._counting_back)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def tick(self) -> None:
        """Half a second more of whatever is seen."""
        now, at = time.monotonic(), self._desk.clock()
        who, shift = self._desk.signed, shift_at(at)
        if self._who is not None and (who != self._who or shift != self._shift):
            self._take(self._counting.end())
            self._write()
        self._who, self._shift = who, shift
        self._take(self._counting.tick(self._seen(), now, at))
        if now - self._written >= WRITE_AFTER_S:
            self.flush()

    def _counting_back(self, key: StreamKey, seconds: float) -> None:
        """A picture was found to have been still, black, covered ... for so long: it was no picture
        in order. Where the camera's other stream is shown, that one was seen.
        """
        shown = {tile.key for wall in self._walls.all for tile in wall.tiles}
        if seconds > 0 and key in shown:
            self._counting.take_back(key.camera_id, seconds)

    def flush(self) -> None:
        """Write what is known up to now; what is on screen goes on."""
        self._take(self._counting.part(self._desk.clock()))
        self._write()

    def _seen(self) -> set[int]:
        if not self._present():
            return set()
        return {
            tile.camera.id
            for wall in self._walls.all
            for tile in wall.tiles
            if tile.camera is not None
            and tile.is_live
            and tile.isVisible()
            and not tile.window().isMinimized()
        }

    def _take(self, over: Mapping[int, Stay]) -> None:
        if self._who is None:
            return
        day, shift = self._shift
        who = self._who
        self._waiting += [
            Visit(
                camera,
                who.person_id,
                who.name,
                self._desk.name,
                day,
                shift,
                stay.begins,
                stay.seconds,
                stay.goes_on,
            )
            for camera, stay in over.items()
            if stay.is_told
        ]

    def _write(self) -> None:
        self._written = time.monotonic()
        if self._waiting:
            visits, self._waiting = self._waiting, []
            self._tasks.start(self._put(visits))

    async def _put(self, visits: list[Visit]) -> None:
        try:
            await self._desk.run(ledger.put, visits)
        except LinkLost:
            self._waiting = (visits + self._waiting)[-MOST_WAITING:]

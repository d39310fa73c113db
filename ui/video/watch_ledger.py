"""Counts, second by second, what whoever sits here really sees."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QObject, QTimer

from app.desk import Desk
from app.domain.errors import LinkLost
from app.domain.ledger import Counting, Stay, Unattended, Visit
from app.domain.people import Signed
from app.domain.roster import Shift, shift_at
from app.services import ledger
from app.video.messages import StreamKey
from ui.idle import Idle
from ui.tasks import Tasks
from ui.video.stage import Stage
from ui.video.walls import Walls

TICK_MS = 500
WRITE_AFTER_S = 120.0
"""What is still on screen is written so often: a console that dies loses no more than this."""

MOST_WAITING = 5000

RETURNS_WITHIN_S = 60.0
"""Whoever unlocks the desk so soon after it locked itself was there all the while."""


@dataclass(frozen=True)
class Doubt:
    """What was counted of somebody before the desk locked itself, and since when it is locked."""

    who: Signed
    seconds: Mapping[tuple[date, Shift, int], float]
    since: float  # time.monotonic()


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
        self._unattended = Unattended()
        self._doubt: Doubt | None = None
        self._idle: Idle | None = None
        self._touched_at = time.monotonic()
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
        if self._present() and (who != self._who or shift != self._shift):
            self._tasks.start(self._keep_plan())
        self._who, self._shift = who, shift
        seen = self._seen()
        self._take(self._counting.tick(seen, now, at))
        self._attend(seen, now)
        if now - self._written >= WRITE_AFTER_S:
            self.flush()

    def settle(self) -> None:
        """The console ends: whoever has not come back to it by now does not."""
        if self._doubt is not None:
            self._take_doubt(self._doubt)
        self.flush()

    def attend(self, idle: Idle) -> None:
        """Know by this when somebody touches the desk, and when it locks because nobody does."""
        self._idle = idle
        idle.gone.connect(self._on_gone)

    def _attend(self, seen: set[int], now: float) -> None:
        if self._idle is not None and self._idle.touched_at > self._touched_at:
            self._touched_at = self._idle.touched_at
            self._unattended.end()
        self._unattended.tick(seen, now, self._shift)
        if self._doubt is None:
            return
        if self._present() and self._who == self._doubt.who:
            self._doubt = None  # back at once: whoever it is was there
        elif now - self._doubt.since > RETURNS_WITHIN_S:
            self._take_doubt(self._doubt)

    def _on_gone(self) -> None:
        if self._who is not None and self._present():
            if self._doubt is not None:
                self._take_doubt(self._doubt)
            self._doubt = Doubt(self._who, self._unattended.end(), time.monotonic())

    def _take_doubt(self, doubt: Doubt) -> None:
        """Nobody was there: what the empty chair saw is taken back."""
        self._doubt = None
        at = self._desk.clock()
        self._waiting += [
            Visit(
                camera,
                doubt.who.person_id,
                doubt.who.name,
                self._desk.name,
                day,
                shift,
                at,
                -seconds,
                goes_on=True,
            )
            for (day, shift, camera), seconds in doubt.seconds.items()
        ]

    def _counting_back(self, key: StreamKey, seconds: float) -> None:
        """A picture was found to have been still, black, covered ... for so long: it was no picture
        in order. Where the camera's other stream is shown, that one was seen.
        """
        shown = {tile.key for wall in self._walls.all for tile in wall.tiles}
        if seconds > 0 and key in shown:
            self._counting.take_back(key.camera_id, seconds)
            self._unattended.take_back(key.camera_id, seconds)

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

    async def _keep_plan(self) -> None:
        with suppress(LinkLost):  # the next desk that signs in, or what is watched, keeps it
            await self._desk.run(ledger.plan)

    async def _put(self, visits: list[Visit]) -> None:
        try:
            await self._desk.run(ledger.put, visits)
        except LinkLost:
            self._waiting = (visits + self._waiting)[-MOST_WAITING:]

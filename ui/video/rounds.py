"""Cameras that nobody looks at are examined in turn, and never at the wall's cost.

Desks of one database share the round: a camera that any desk has seen lately can wait, and each
desk begins with its own part of the directory. Nothing is agreed upon, so that a desk which dies or
has no power to spare holds nobody up; two desks may now and then examine one camera at a time.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from app.desk import Desk
from app.domain.camera import CameraRow
from app.domain.errors import LinkLost
from app.domain.fault import FAULTY
from app.services import cameras
from app.services.cameras import Looks
from app.video.load import is_busy
from ui.tasks import Tasks
from ui.video.stage import Stage

AT_ONCE = 4
DWELL_S = 36.0
"""Long enough to see a frozen picture frozen: twenty seconds after its second key frame, which may
be six seconds apart, connecting included."""

LONGEST_S = 65.0
"""One that is in trouble stays until the trouble has lasted long enough to be a fault."""

MOST_AT_ONCE = 8
THOROUGH_EACH_S = 1_800.0
"""A camera that is on the wall for some seconds at a time, as a tour shows it, is examined for long
enough once in so long: nobody else would see its picture frozen."""

TICK_MS = 2_000

ASK_S = 60.0
"""So often the desk asks what the others have seen."""

CLOCKS_DIFFER_S = 60.0
NEVER = -1e9
"""When a camera was examined that nobody has seen yet."""

OTHERS_LATER_S = 1_800.0
"""Another desk's part comes when it has waited so much longer than one's own."""


class Rounds(QObject):
    """Goes round by itself while it has cameras."""

    def __init__(self, desk: Desk, stage: Stage, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._stage = desk, stage
        self._tasks = Tasks(self, on_error)
        self._asked, self._asks, self._knows = -ASK_S, False, False
        self._part, self._parts = 0, 1
        self._cameras: list[CameraRow] = []
        self._examined: dict[int, float] = {}
        self._thorough: dict[int, float] = {}  # when one was looked at here for long enough
        self._running: dict[int, float] = {}
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def put(self, cameras: list[CameraRow]) -> None:
        """The directory as it is now; nothing is examined while there is none."""
        self._cameras = [camera for camera in cameras if camera.enabled]
        if self._cameras:
            self._timer.start()
        else:
            self.stop()

    def stop(self) -> None:
        """Let go of everything."""
        self._timer.stop()
        for camera_id in list(self._running):
            self._stage.unopen(camera_id)
        self._running.clear()

    def look_on(self, cameras: Iterable[int]) -> None:
        """These have just left the wall, where they were for a moment only: the sub streams of
        those that were not examined for long are, for some time more.
        """
        now = time.monotonic()
        for camera_id in cameras:
            if camera_id in self._running:
                continue
            if now - self._thorough.get(camera_id, NEVER) < THOROUGH_EACH_S:
                continue
            if len(self._running) >= MOST_AT_ONCE or is_busy():
                return
            if self._stage.preopen(camera_id):
                self._running[camera_id] = now

    def _on_tick(self) -> None:
        if not self._asks and time.monotonic() - self._asked >= ASK_S:
            self._asks = True  # a database that hangs is not asked the same again each minute
            self._tasks.start(self._ask())
        if self._knows:
            self.step()

    async def _ask(self) -> None:
        try:
            self.know(await self._desk.ask(cameras.looks), self._desk.clock())
        except LinkLost:
            pass  # goes on with what is known
        finally:
            self._knows, self._asks, self._asked = True, False, time.monotonic()

    def know(self, looks: Looks, at: datetime) -> None:
        """What all desks have seen, as asked at this time."""
        now = time.monotonic()
        for camera_id, noted in looks.newest.items():
            ago = (at - noted).total_seconds()
            if ago > -CLOCKS_DIFFER_S:  # else its desk's clock is wrong, and nobody knows when
                seen = now - max(0.0, ago)
                self._examined[camera_id] = max(seen, self._examined.get(camera_id, seen))
        desks = sorted({*looks.desks, self._desk.name})
        self._part, self._parts = desks.index(self._desk.name), len(desks)

    def step(self) -> None:
        """End what has been examined long enough, and begin with who has waited longest."""
        now = time.monotonic()
        for camera_id, began in list(self._running.items()):
            suspect = self._stage.best_state(camera_id) in FAULTY and now - began < LONGEST_S
            if now - began >= DWELL_S and not suspect:
                del self._running[camera_id]
                self._stage.unopen(camera_id)
                self._examined[camera_id] = self._thorough[camera_id] = now
        if len(self._running) < AT_ONCE and not is_busy():
            self._begin(AT_ONCE - len(self._running), now)

    def _begin(self, count: int, now: float) -> None:
        """At most so many: a directory of which no password can be opened here must not hold the
        window up.
        """
        waiting = (
            camera
            for camera in self._cameras
            if camera.id not in self._running
            and now - self._turn(camera) >= DWELL_S
            and self._stage.open_key(camera.id) is None
        )
        for camera in heapq.nsmallest(count, waiting, self._turn):
            if self._stage.preopen(camera.id):
                self._running[camera.id] = now
            else:
                self._examined[camera.id] = now

    def _turn(self, camera: CameraRow) -> float:
        """Since when it waits, as this desk counts: who has waited longest comes first."""
        is_ours = camera.id % self._parts == self._part
        return self._examined.get(camera.id, NEVER) + (0.0 if is_ours else OTHERS_LATER_S)

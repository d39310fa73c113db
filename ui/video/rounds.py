"""Cameras that nobody looks at are examined in turn, and never at the wall's cost."""

from __future__ import annotations

import heapq
import time

from PySide6.QtCore import QObject, QTimer

from app.domain.camera import CameraRow
from app.domain.fault import FAULTY
from app.video.load import is_busy
from ui.video.stage import Stage

AT_ONCE = 4
DWELL_S = 36.0
"""Long enough to see a frozen picture frozen: twenty seconds after its second key frame, which may
be six seconds apart, connecting included."""

LONGEST_S = 65.0
"""One that is in trouble stays until the trouble has lasted long enough to be a fault."""

TICK_MS = 2_000


class Rounds(QObject):
    """Goes round by itself while it has cameras."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._cameras: list[CameraRow] = []
        self._examined: dict[int, float] = {}
        self._running: dict[int, float] = {}
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.step)

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
            self._stage.unexamine(camera_id)
        self._running.clear()

    def step(self) -> None:
        """End what has been examined long enough, and begin with who has waited longest."""
        now = time.monotonic()
        for camera_id, began in list(self._running.items()):
            suspect = self._stage.best_state(camera_id) in FAULTY and now - began < LONGEST_S
            if now - began >= DWELL_S and not suspect:
                del self._running[camera_id]
                self._stage.unexamine(camera_id)
                self._examined[camera_id] = now
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
            and now - self._examined.get(camera.id, -DWELL_S) >= DWELL_S
            and self._stage.open_key(camera.id) is None
        )
        longest = heapq.nsmallest(count, waiting, lambda one: self._examined.get(one.id, 0.0))
        for camera in longest:
            if self._stage.examine(camera.id):
                self._running[camera.id] = now
            else:
                self._examined[camera.id] = now

"""What this desk sees of its cameras, put on record: states, faults, reference pictures."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk import Desk
from app.domain.availability import HOLD_S
from app.domain.camera import StreamState
from app.domain.errors import LinkLost
from app.domain.fault import FAULT_AFTER_S, FAULTY
from app.services import cameras, faults
from app.video.messages import Looked, StreamKey
from ui.tasks import Tasks
from ui.video.stage import Stage

LOOK_MS = 5_000
AGAIN_S = HOLD_S / 2
"""A state that has not changed is noted again in time, since a note counts for a while only."""

NOTED = frozenset(StreamState) - {StreamState.CONNECTING}


class CameraWatch(QObject):
    """Signals: `state_changed(camera id, StreamState)` of the camera as a whole."""

    state_changed = Signal(int, object)

    def __init__(self, desk: Desk, stage: Stage, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._stage = desk, stage
        self._tasks = Tasks(self, on_error)
        self._shown: dict[int, StreamState] = {}
        self._since: dict[int, float] = {}
        self._noted: dict[int, tuple[StreamState, float]] = {}
        self._observed: dict[int, StreamState] = {}
        self._referred: set[int] = set()
        stage.state_changed.connect(self._on_state)
        stage.looked.connect(self._on_looked)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def state(self, camera_id: int) -> StreamState:
        """What is true of a camera now; a fault stays in sight while nobody is connected."""
        shown = self._shown.get(camera_id, StreamState.IDLE)
        last = self._observed.get(camera_id, StreamState.IDLE)
        return last if shown is StreamState.IDLE and last in FAULTY else shown

    def forget_references(self, camera_ids: list[int]) -> None:
        """References were written, here or at another desk: fetch them again."""
        for camera_id in camera_ids:
            if camera_id in self._referred:
                self._tasks.start(self._refer(camera_id))

    # States and faults.

    def _on_state(self, key: StreamKey, _state: StreamState) -> None:
        camera_id, now = key.camera_id, time.monotonic()
        shown = self._stage.best_state(camera_id)
        if self._shown.get(camera_id) is not shown:
            self._shown[camera_id], self._since[camera_id] = shown, now
            self.state_changed.emit(camera_id, self.state(camera_id))
        if shown.flows and camera_id not in self._referred:
            self._referred.add(camera_id)
            self._tasks.start(self._refer(camera_id))
        self._note(camera_id, key, now)

    def _note(self, camera_id: int, key: StreamKey, now: float) -> None:
        shown = self._shown[camera_id]
        noted, at = self._noted.get(camera_id, (None, 0.0))
        if shown in NOTED and (shown is not noted or now - at > AGAIN_S):
            if shown is StreamState.IDLE and noted is StreamState.IDLE:
                return
            self._noted[camera_id] = shown, now
            self._tasks.start(self._put_note(camera_id, key, shown))

    async def _put_note(self, camera_id: int, key: StreamKey, state: StreamState) -> None:
        try:
            await self._desk.run(cameras.note_state, camera_id, key.stream.value, state)
        except LinkLost:
            self._noted.pop(camera_id, None)  # told again with the next look

    def _look(self) -> None:
        """Note again what goes on, and tell what has lasted."""
        now = time.monotonic()
        for camera_id, shown in list(self._shown.items()):
            if key := self._stage.open_key(camera_id):
                self._note(camera_id, key, now)
            lasts = now - self._since[camera_id] >= FAULT_AFTER_S
            told = self._observed.get(camera_id)
            if lasts and shown is not told and (shown in FAULTY or shown is StreamState.LIVE):
                self._observed[camera_id] = shown
                self._tasks.start(self._observe(camera_id, shown))

    async def _observe(self, camera_id: int, state: StreamState) -> None:
        try:
            await self._desk.run(faults.observe, camera_id, state)
        except LinkLost:
            self._observed.pop(camera_id, None)

    # Reference pictures.

    async def _refer(self, camera_id: int) -> None:
        look = await self._desk.ask(faults.reference, camera_id)
        self._stage.refer(camera_id, look)

    def _on_looked(self, told: Looked) -> None:
        self._tasks.start(self._keep_reference(told))

    async def _keep_reference(self, told: Looked) -> None:
        camera_id = told.key.camera_id
        if await self._desk.run(faults.put_reference, camera_id, told.look, told.asked):
            self._stage.refer(camera_id, told.look)

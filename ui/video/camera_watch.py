"""What this desk sees of its cameras, put on record: states, faults, reference pictures."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk import Desk
from app.domain.availability import HOLD_S
from app.domain.camera import StreamState
from app.domain.errors import LinkLost
from app.domain.fault import FAULT_AFTER_S, FAULTY, FaultPicture, lasts_s
from app.services import cameras, faults
from app.services.cameras import StateNote
from app.video.messages import Looked, PictureTaken, StreamKey
from ui.tasks import Tasks
from ui.video.stage import Stage

LOOK_MS = 5_000
AGAIN_S = HOLD_S / 2
"""A state that has not changed is noted again in time, since a note counts for a while only."""

WELL_S = 10.0
"""A camera that answers for a moment now and then is not well: its trouble goes on."""

MOST_WAITING = 20_000
"""Changes that wait while the database is away; the oldest go first."""

PORTION, AWAY_S = 500, 30.0
"""So many changes are written at once, and after a failure not sooner than so many seconds."""

ASK_S = 60.0

NOTED = frozenset(StreamState) - {StreamState.CONNECTING}


class CameraWatch(QObject):
    """Signals: `state_changed(camera id, StreamState)` of the camera as a whole;
    `reference_kept(camera id)` after somebody asked for it.
    """

    state_changed = Signal(int, object)
    reference_kept = Signal(int)

    def __init__(
        self,
        desk: Desk,
        stage: Stage,
        on_error: Callable[[Exception], None],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._desk, self._stage, self._steady = desk, stage, steady
        self._tasks = Tasks(self, on_error)
        self._shown: dict[int, StreamState] = {}
        self._trouble: dict[int, tuple[StreamState, float]] = {}
        self._well: dict[int, float] = {}
        self._noted: dict[int, tuple[StreamState, float]] = {}
        self._to_note: list[StateNote] = []
        self._noting = False
        self._notes_due = 0.0
        self._observed: dict[int, StreamState] = {}
        self._asked = steady()
        self._referred: set[int] = set()
        self._pictured: dict[int, StreamState] = {}  # of faults whose pictures were asked for
        stage.state_changed.connect(self._on_state)
        stage.looked.connect(self._on_looked)
        stage.picture_taken.connect(self._on_picture)
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

    async def rest(self) -> None:
        """The console ends: nobody knows from here on what its cameras do."""
        at = self._desk.clock()
        ended = [
            StateNote(one, "", StreamState.IDLE, at)
            for one, (state, _) in self._noted.items()
            if state is not StreamState.IDLE
        ]
        with contextlib.suppress(LinkLost):
            await self._desk.run(cameras.note_states, self._to_note + ended)

    # States and faults.

    def _on_state(self, key: StreamKey, _state: StreamState) -> None:
        camera_id, now = key.camera_id, self._steady()
        shown = self._stage.best_state(camera_id)
        if self._shown.get(camera_id) is not shown:
            self._shown[camera_id] = shown
            self._time(camera_id, shown, now)
            self.state_changed.emit(camera_id, self.state(camera_id))
        if shown is StreamState.IDLE:
            self._referred.discard(camera_id)  # the engines have forgotten it
        elif shown.flows and camera_id not in self._referred:
            self._referred.add(camera_id)
            self._tasks.start(self._refer(camera_id))
        self._note(camera_id, key, now)

    def _time(self, camera_id: int, shown: StreamState, now: float) -> None:
        """Since when it is in trouble, or well; trying to connect again changes neither."""
        if shown is StreamState.CONNECTING:
            return
        if lasts_s(shown) is not None:
            before, since = self._trouble.get(camera_id, (shown, now))
            if (before in FAULTY) is not (shown in FAULTY):
                since = now  # what passes by itself is no beginning of a fault
            self._trouble[camera_id] = shown, since
            self._well.pop(camera_id, None)
            return
        if shown is StreamState.LIVE:
            self._well.setdefault(camera_id, now)
        else:
            self._trouble.pop(camera_id, None)
            self._well.pop(camera_id, None)

    def _look(self) -> None:
        """Note again what goes on, and tell what has lasted."""
        now = self._steady()
        for camera_id, since in self._well.items():
            if now - since >= WELL_S:
                self._trouble.pop(camera_id, None)
        for camera_id in list(self._shown):
            if key := self._stage.open_key(camera_id):
                self._note(camera_id, key, now)
        self._write_notes()
        for camera_id, (state, since) in list(self._trouble.items()):
            if camera_id in self._well:
                continue
            long_enough = now - since >= (lasts_s(state) or FAULT_AFTER_S)
            if long_enough and lasts_s(self._observed.get(camera_id, StreamState.IDLE)) is None:
                self._tasks.start(self._observe(camera_id, state))
        if (self._trouble or self._well) and now - self._asked >= ASK_S:
            self._asked = now
            self._tasks.start(self._ask_standing())
        for camera_id, since in list(self._well.items()):
            told = self._observed.get(camera_id)
            if now - since >= FAULT_AFTER_S and told is not StreamState.LIVE:
                self._tasks.start(self._observe(camera_id, StreamState.LIVE))

    async def _observe(self, camera_id: int, state: StreamState) -> None:
        self._observed[camera_id] = state
        try:
            await self._desk.run(faults.observe, camera_id, state)
        except LinkLost:
            self._observed.pop(camera_id, None)
            return
        if lasts_s(state) is not None:
            await self._look_at(camera_id, state)

    # What a fault looks like, for whoever assesses and mends it.

    def look_at(self, camera_id: int, state: StreamState) -> None:
        """A person has put this fault of a camera on record: keep what it looks like."""
        self._tasks.start(self._look_at(camera_id, state))

    async def _look_at(self, camera_id: int, state: StreamState) -> None:
        try:
            wanted = await self._desk.ask(faults.wants_picture, camera_id, state)
        except LinkLost:
            self._observed.pop(camera_id, None)  # observed once more, and asked again then
            return
        if wanted:
            self._pictured[camera_id] = state
            self._stage.ask_picture(camera_id)

    def _on_picture(self, told: PictureTaken) -> None:
        """Either stream may answer; the first that does is kept."""
        state = self._pictured.pop(told.key.camera_id, None)
        if state is not None:
            taken_at = datetime.fromtimestamp(told.wall, UTC)
            picture = FaultPicture(state, taken_at, told.jpeg)
            self._tasks.start(self._keep_picture(told.key.camera_id, picture))

    async def _keep_picture(self, camera_id: int, picture: FaultPicture) -> None:
        try:
            await self._desk.run(faults.put_picture, camera_id, picture)
        except LinkLost:
            self._observed.pop(camera_id, None)

    async def _ask_standing(self) -> None:
        """What this desk told last may not be what holds: a fault that somebody closed while its
        camera is still in trouble is opened again, one of another desk, or told by a key, ends here
        as well, and trouble that began after one was well again is the same. Where desks disagree,
        the best is true of a camera: trouble that has gone on all the while takes nothing back.
        """
        now, at = self._steady(), self._desk.clock()
        wrong = {one for one in self._trouble if lasts_s(self._observed_as(one)) is not None}
        well = {one for one, since in self._well.items() if now - since >= FAULT_AFTER_S}
        well = {one for one in well if self._observed_as(one) is StreamState.LIVE}
        began = {one: at - timedelta(seconds=now - self._trouble[one][1]) for one in wrong}
        try:
            known = await self._desk.ask(faults.standing)
        except LinkLost:
            return
        again = {one for one in wrong & {*known.recovered} if began[one] > known.recovered[one]}
        for camera_id in (wrong - known.open) | again | (well & known.awaited):
            self._observed.pop(camera_id, None)  # told once more

    def _observed_as(self, camera_id: int) -> StreamState:
        return self._observed.get(camera_id, StreamState.IDLE)

    # The history of states: one verb at a time writes all that waits, each change by its own time.

    def _note(self, camera_id: int, key: StreamKey, now: float) -> None:
        shown = self._shown.get(camera_id, StreamState.IDLE)
        noted, at = self._noted.get(camera_id, (StreamState.IDLE, 0.0))
        if shown not in NOTED or (shown is noted and now - at <= AGAIN_S):
            return
        if shown is StreamState.IDLE and noted is StreamState.IDLE:
            return
        self._noted[camera_id] = shown, now
        note = StateNote(camera_id, key.stream.value, shown, self._desk.clock())
        self._to_note = [*self._to_note[1 - MOST_WAITING :], note]
        self._write_notes()

    def _write_notes(self) -> None:
        if self._to_note and not self._noting and self._steady() >= self._notes_due:
            self._noting = True
            self._tasks.start(self._put_notes())

    async def _put_notes(self) -> None:
        try:
            while self._to_note:
                notes = self._to_note[:PORTION]
                self._notes_due = self._steady() + AWAY_S  # whatever goes wrong
                try:
                    await self._desk.run(cameras.note_states, notes)
                except LinkLost:
                    # Perhaps written all the same, later: told again, it is not written twice.
                    return
                written = set(notes)
                self._to_note = [one for one in self._to_note if one not in written]
                self._notes_due = 0.0
        finally:
            self._noting = False

    # Reference pictures.

    async def _refer(self, camera_id: int) -> None:
        try:
            look = await self._desk.ask(faults.reference, camera_id)
        except LinkLost:
            self._referred.discard(camera_id)  # asked again when it next changes
            return
        self._stage.refer(camera_id, look)

    def _on_looked(self, told: Looked) -> None:
        self._tasks.start(self._keep_reference(told))

    async def _keep_reference(self, told: Looked) -> None:
        camera_id = told.key.camera_id
        if await self._desk.run(faults.put_reference, camera_id, told.look, told.asked):
            self._stage.refer(camera_id, told.look)
            if told.asked:
                self.reference_kept.emit(camera_id)

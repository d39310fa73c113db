"""The evidence key: from one press on a tile to a still and a clip on record."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app import sidecar
from app.desk import Desk
from app.domain.camera import FRESH_S, CameraRow, Stream
from app.domain.errors import LinkLost, Refusal
from app.domain.evidence import EvidenceKind
from app.domain.people import Signed
from app.evidence_store import Uploads
from app.pending import Pending, Record
from app.services import evidence
from app.services.evidence import Taken
from app.video.messages import Capture, CaptureFailed, ClipTaken, StillTaken, StreamKey
from ui.lanes import Lane
from ui.tasks import Tasks
from ui.video.stage import Stage
from ui.video.uploader import Uploader
from ui.words import tr

log = logging.getLogger(__name__)

BEFORE_S, AFTER_S = 10.0, 5.0
RETRY_MS = 10_000


@dataclass(frozen=True)
class Pressed:
    """One press of the key: which camera, when, and what it will be called."""

    uid: str
    camera: CameraRow
    stream: Stream
    at: datetime
    by: Signed
    preset: str = ""  # where the camera had been turned to


@dataclass(frozen=True)
class StillKept:
    """A still that is on disk and on record."""

    pressed: Pressed
    path: Path
    age: float  # seconds

    @property
    def is_stale(self) -> bool:
        return self.age > FRESH_S


class CaptureKey(QObject):
    """Takes evidence and puts it on record.

    Signals: `still_kept(StillKept)`, `clip_kept(uid, path, seconds)`, `failed(uid, sentence)`.
    """

    still_kept = Signal(object)
    clip_kept = Signal(str, object, float)
    failed = Signal(str, str)

    def __init__(
        self,
        desk: Desk,
        stage: Stage,
        folder: Path,
        pending: Pending,
        uploads: Uploads,
        tasks: Tasks,
    ) -> None:
        super().__init__()
        self.uploader = Uploader(uploads, tasks)
        self._desk, self._stage, self.folder, self._tasks = desk, stage, folder, tasks
        self._waiting = pending
        self._pressed: dict[str, Pressed] = {}
        self._keeping = 0
        self._trying = False
        self._chaining = asyncio.Lock()
        self._lane = Lane("evidence", 2)
        stage.still_taken.connect(self._on_still)
        stage.clip_taken.connect(self._on_clip)
        stage.capture_failed.connect(self._on_failed)
        self._again = QTimer(self, interval=RETRY_MS)
        self._again.timeout.connect(self.retry)
        self._again.start()

    @property
    def pending(self) -> bool:
        """Whether something that was taken is not on disk and on record yet."""
        return bool(self._pressed) or self._keeping > 0

    async def settle(self, within: float) -> None:
        """Wait until nothing is pending, at most so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.pending:
                    await asyncio.sleep(0.05)

    def shut(self) -> None:
        """The console ends; what waits is put on record and copied by the next one."""
        self._again.stop()
        self.uploader.shut()
        self._lane.close()

    def press(self, camera: CameraRow, key: StreamKey, preset: str = "") -> str:
        """Take evidence of what this stream shows now; the capture's uid. `preset`: where the
        camera had been turned to, if anybody knows.
        """
        now = self._desk.clock()
        uid = str(uuid.uuid4())
        pressed = Pressed(uid, camera, key.stream, now, self._desk.signed, preset)
        self._pressed[pressed.uid] = pressed
        base = self.folder / "taking" / pressed.uid
        still, clip = base.with_suffix(".jpg"), base.with_suffix(".mp4")
        self._stage.capture(Capture(pressed.uid, key, still, clip, BEFORE_S, AFTER_S))
        return pressed.uid

    def _on_still(self, told: StillTaken) -> None:
        pressed = self._pressed[told.capture]

        async def keep() -> None:
            path = await self._lane.run(self._name, told.path, told.sha256)
            taken = Taken(
                EvidenceKind.STILL,
                self._below(path),
                told.sha256,
                told.size,
                told.wall,
                told.stream_clock,
                age=told.age,
            )
            await self._keep(pressed, taken)
            self.still_kept.emit(StillKept(pressed, path, told.age))

        self._keeping += 1
        self._tasks.start(self._counted(keep()))

    def _on_clip(self, told: ClipTaken) -> None:
        pressed = self._pressed[told.capture]

        async def keep() -> None:
            path = await self._lane.run(self._name, told.path, told.sha256)
            taken = Taken(
                EvidenceKind.CLIP,
                self._below(path),
                told.sha256,
                told.size,
                told.wall,
                told.stream_clock,
                age=max(0.0, -told.after),  # its last picture came so long before the key
                seconds=told.before + told.after,
                before=told.before,
            )
            await self._keep(pressed, taken)
            self.clip_kept.emit(told.capture, path, taken.seconds)

        self._keeping += 1  # before the press is forgotten: the console must not end between
        self._pressed.pop(told.capture)
        self._tasks.start(self._counted(keep()))

    async def _counted(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        finally:
            self._keeping -= 1

    async def _keep(self, pressed: Pressed, taken: Taken) -> None:
        """On disk first, then in the database; what does not get there is tried again."""
        record = Record(
            pressed.uid,
            pressed.camera.id,
            pressed.stream.value,
            pressed.at,
            taken,
            pressed.by,
            pressed.camera.name,
            pressed.camera.code,
            pressed.preset,
        )
        try:
            await self._lane.run(self._waiting.put, record)
        except OSError as error:
            log.error("evidence cannot be written down as pending: %s", error.strerror)
        await self._put_on_record(record)

    async def _put_on_record(self, record: Record) -> bool:
        try:
            async with self._chaining:
                await self._lane.run(sidecar.write, self.folder, record)
        except OSError as error:
            log.error("no sidecar for %s: %s", record.uid, error.strerror)  # the record counts more
        try:
            await self._desk.run(
                evidence.keep,
                record.uid,
                record.camera_id,
                record.stream,
                record.pressed_at,
                record.taken,
                record.by,
                record.preset,
            )
        except LinkLost:
            return False  # the file is safe; the record follows
        await self._lane.run(self._finish, record)
        self.uploader.push()
        return True

    def _finish(self, record: Record) -> None:
        """It is on record; from here on it waits only to be copied to the store."""
        self.uploader.add(record.taken.path)
        self._waiting.drop(record)

    def retry(self) -> None:
        """Put on record what could not be before, also by a console that was killed."""
        if not self._trying:
            self._tasks.start(self._retry())

    async def _retry(self) -> None:
        self._trying = True
        try:
            for record in await self._lane.run(self._waiting.all):
                if record.uid in self._pressed:
                    continue
                try:
                    if not await self._put_on_record(record):
                        return  # the database is away; the timer comes again
                except Refusal as refusal:
                    # It stays written down for a person to look at; those behind it go on.
                    log.error("evidence %s is not taken on record: %s", record.uid, refusal)
        finally:
            self._trying = False

    def _on_failed(self, told: CaptureFailed) -> None:
        if told.part == "clip":
            self._pressed.pop(told.capture, None)
        self.failed.emit(told.capture, tr(told.reason))

    def _name(self, path: Path, sha256: str) -> Path:
        """Name a file by its content, so that no two desks' files ever have one name."""
        named = self.folder / sha256[:2] / f"{sha256}{path.suffix}"
        named.parent.mkdir(parents=True, exist_ok=True)
        path.replace(named)
        return named

    def _below(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

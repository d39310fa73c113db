"""The evidence key: from one press on a tile to a still and a clip on record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.domain.camera import FRESH_S, CameraRow, Stream
from app.domain.deadline import CITY
from app.domain.errors import LinkLost
from app.domain.evidence import EvidenceKind
from app.domain.people import Signed
from app.services import evidence
from app.services.evidence import Taken
from app.video.messages import Capture, CaptureFailed, ClipTaken, StillTaken, StreamKey
from ui.tasks import Tasks
from ui.video.stage import Stage
from ui.words import tr

BEFORE_S, AFTER_S = 10.0, 5.0


@dataclass(frozen=True)
class Pressed:
    """One press of the key: which camera, when, and what it will be called."""

    uid: str
    camera: CameraRow
    stream: Stream
    at: datetime
    by: Signed


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

    def __init__(self, desk: Desk, stage: Stage, folder: Path, tasks: Tasks) -> None:
        super().__init__()
        self._desk, self._stage, self.folder, self._tasks = desk, stage, folder, tasks
        self._pressed: dict[str, Pressed] = {}
        self._waiting: list[tuple[Pressed, Taken]] = []
        stage.still_taken.connect(self._on_still)
        stage.clip_taken.connect(self._on_clip)
        stage.capture_failed.connect(self._on_failed)

    def press(self, camera: CameraRow, key: StreamKey) -> str:
        """Take evidence of what this stream shows now; the capture's uid."""
        now = self._desk.clock()
        pressed = Pressed(str(uuid.uuid4()), camera, key.stream, now, self._desk.signed)
        self._pressed[pressed.uid] = pressed
        day = now.astimezone(CITY).strftime("%Y/%m/%d")
        base = self.folder / day / pressed.uid
        still, clip = base.with_suffix(".jpg"), base.with_suffix(".mp4")
        self._stage.capture(Capture(pressed.uid, key, still, clip, BEFORE_S, AFTER_S))
        return pressed.uid

    def _on_still(self, told: StillTaken) -> None:
        pressed = self._pressed[told.capture]
        taken = Taken(
            EvidenceKind.STILL,
            self._below(told.path),
            told.sha256,
            told.path.stat().st_size,
            told.wall,
            told.stream_clock,
            age=told.age,
        )

        async def keep() -> None:
            await self._keep(pressed, taken)
            self.still_kept.emit(StillKept(pressed, told.path, told.age))

        self._tasks.start(keep())

    def _on_clip(self, told: ClipTaken) -> None:
        pressed = self._pressed.pop(told.capture)
        taken = Taken(
            EvidenceKind.CLIP,
            self._below(told.path),
            told.sha256,
            told.path.stat().st_size,
            told.wall,
            told.stream_clock,
            seconds=told.before + told.after,
            before=told.before,
        )

        async def keep() -> None:
            await self._keep(pressed, taken)
            self.clip_kept.emit(told.capture, told.path, taken.seconds)

        self._tasks.start(keep())

    async def _keep(self, pressed: Pressed, taken: Taken) -> None:
        try:
            await self._desk.run(
                evidence.keep,
                pressed.uid,
                pressed.camera.id,
                pressed.stream.value,
                pressed.at,
                taken,
                pressed.by,
            )
        except LinkLost:
            self._waiting.append((pressed, taken))  # the file is safe; the record follows

    def retry(self) -> None:
        """The database answers again: put on record what could not be before."""
        waiting, self._waiting = self._waiting, []
        for pressed, taken in waiting:
            self._tasks.start(self._keep(pressed, taken))

    def _on_failed(self, told: CaptureFailed) -> None:
        if told.part == "clip":
            self._pressed.pop(told.capture, None)
        self.failed.emit(told.capture, tr(told.reason))

    def _below(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

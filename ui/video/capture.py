"""The evidence key: from one press on a tile to a still and a clip on record."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from app import sidecar
from app.desk import Desk
from app.domain.camera import FRESH_S, CameraRow
from app.domain.errors import LinkLost, Refusal
from app.domain.evidence import EvidenceKind
from app.durable import whole_file
from app.evidence_store import Uploads
from app.pending import Pending, Press, Record
from app.services import evidence
from app.services.evidence import Taken
from app.video import facts
from app.video.messages import (
    Capture,
    CaptureFailed,
    ClipTaken,
    Replayed,
    ReplayReady,
    StillTaken,
    StreamKey,
)
from ui.lanes import Lane
from ui.tasks import Tasks
from ui.video.stage import Stage
from ui.video.uploader import Uploader
from ui.words import tr

log = logging.getLogger(__name__)

BEFORE_S, AFTER_S = 10.0, 5.0
RETRY_MS = 10_000
FINISHED_AFTER = timedelta(seconds=30)
"""An engine whose window has died finishes its clips well within this."""


ABANDONED_AFTER_S = 86_400.0
"""A part of a file that nobody has gone on with for a day is removed."""


@dataclass(frozen=True)
class StillKept:
    """A still that is on disk and on record."""

    pressed: Press
    path: Path
    age: float  # seconds

    @property
    def is_stale(self) -> bool:
        return self.age > FRESH_S and not self.pressed.replayed


class Shown(NamedTuple):
    """What a replay shows: which one, where it stands (seconds), and its picture in small."""

    replay: ReplayReady
    position: float
    like: bytes


class CaptureKey(QObject):
    """Takes evidence and puts it on record.

    Signals: `still_kept(StillKept)`, `clip_kept(uid, path, seconds)`, `failed(uid, sentence)`;
    `handed_over(path)`: a replay's file is wanted no longer.
    """

    still_kept = Signal(object)
    clip_kept = Signal(str, object, float)
    failed = Signal(str, str)
    handed_over = Signal(object)

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
        self._pressed: dict[str, Press] = {}
        self._parts: dict[str, set[str]] = {}  # of each press, what has not come yet
        self._keeping = 0
        self._trying = self._swept = False
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
        uid, at, by = str(uuid.uuid4()), self._desk.clock(), self._desk.signed
        longer = self._stage.reaching_back(key, BEFORE_S)
        press = Press(
            uid, camera.id, at, by, camera.name, camera.code, preset,
            key.stream.value, longer.stream.value,
        )  # fmt: skip
        self._pressed[uid], self._parts[uid] = press, {"still", "clip"}
        self._keeping += 1
        self._tasks.start(self._counted(self._begin(press)))
        base = self.folder / "taking" / uid
        still, clip = base.with_suffix(".jpg"), base.with_suffix(".mp4")
        if longer == key:
            self._stage.capture(Capture(uid, key, still, clip, BEFORE_S, AFTER_S))
        else:  # the main stream was opened a moment ago: what happened before is on the other one
            self._stage.capture(Capture(uid, key, still, None, BEFORE_S, AFTER_S))
            self._stage.capture(Capture(uid, longer, None, clip, BEFORE_S, AFTER_S))
        return uid

    def press_replayed(
        self, camera: CameraRow, key: StreamKey, shown: Shown, preset: str = ""
    ) -> str:
        """Make evidence of what a replay shows: the picture on the screen, and all that was
        replayed as the clip; the capture's uid.
        """
        uid, at, by = str(uuid.uuid4()), self._desk.clock(), self._desk.signed
        stream, frozen = key.stream.value, shown.replay.frozen
        # A frozen picture is stale whoever chose it: it was none of its moment either.
        chosen = frozen is None or shown.replay.wall + shown.position < frozen
        press = Press(
            uid, camera.id, at, by, camera.name, camera.code, preset, stream, stream, chosen
        )
        self._pressed[uid], self._parts[uid] = press, {"still", "clip"}
        self._keeping += 1
        self._tasks.start(self._counted(self._begin_replayed(press, key, shown, time.time())))
        return uid

    async def _begin_replayed(
        self, press: Press, key: StreamKey, shown: Shown, pressed: float
    ) -> None:
        await self._begin(press)
        ready, base = shown.replay, self.folder / "taking" / press.uid
        still, clip = base.with_suffix(".jpg"), base.with_suffix(".mp4")
        try:
            await self._lane.run(_hand_over, ready.path, clip)
        except OSError as error:
            why = "回放片段已不在或磁盘已满，没有取证：请重新回放"
            for part in ("still", "clip"):
                self._on_failed(CaptureFailed(press.uid, part, why))
            log.error("a replay could not be kept: %s", error.strerror)
            return
        finally:
            self.handed_over.emit(ready.path)
        replayed = Replayed(
            ready.wall,
            ready.stream_clock,
            ready.seconds,
            pressed,
            shown.position,
            shown.like,
            ready.frozen,
        )
        self._stage.capture(Capture(press.uid, key, still, clip, 0.0, 0.0, replayed))

    async def _begin(self, press: Press) -> None:
        try:
            await self._lane.run(self._waiting.begin, press)
        except OSError as error:
            log.error("a press cannot be written down: %s", error.strerror)

    def _on_still(self, told: StillTaken) -> None:
        if press := self._pressed.get(told.capture):
            self._keeping += 1
            self._tasks.start(self._counted(self._take_still(press, told)))

    async def _take_still(self, press: Press, told: StillTaken) -> None:
        path = await self._take(press, told, _of_still(told))
        self.still_kept.emit(StillKept(press, path, told.age))

    def _on_clip(self, told: ClipTaken) -> None:
        if press := self._pressed.get(told.capture):  # else it is adopted with a later look
            self._keeping += 1
            self._tasks.start(self._counted(self._take_clip(press, told)))

    async def _take_clip(self, press: Press, told: ClipTaken) -> None:
        taken = _of_clip(told)
        path = await self._take(press, told, taken)
        self.clip_kept.emit(told.capture, path, taken.seconds)

    async def _take(self, press: Press, told: StillTaken | ClipTaken, taken: Taken) -> Path:
        """Name the file, put it on record, and let its facts go."""
        try:
            path = await self._lane.run(self._name, told.path, told.sha256)
            if not await self._keep(press, replace(taken, path=self._below(path))):
                raise Refusal("证据已取，但磁盘和数据库都写不进登记：请清理磁盘，稍后自动重试")
            await self._lane.run(facts.drop, told.path)
        except Exception:
            self._pressed.pop(press.uid, None)  # its files are adopted with a later look
            self._parts.pop(press.uid, None)
            raise
        await self._part_over(press, taken.kind.value)
        return path

    async def _part_over(self, press: Press, part: str) -> None:
        """Nothing more comes of this part; after the last one the press is forgotten."""
        parts = self._parts.get(press.uid, set())
        parts.discard(part)
        if not parts and press.uid in self._pressed:
            del self._pressed[press.uid]
            del self._parts[press.uid]
            await self._lane.run(self._waiting.over, press.uid)

    async def _counted(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        finally:
            self._keeping -= 1

    async def _keep(self, press: Press, taken: Taken) -> bool:
        """On disk first, then in the database; what does not get there is tried again. False if
        neither would take it.
        """
        record, kept = press.record(taken), True
        try:
            await self._lane.run(self._waiting.put, record)
        except OSError as error:
            log.error("evidence cannot be written down as pending: %s", error.strerror)
            kept = False
        return await self._put_on_record(record) or kept

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
                record.replayed,
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
            await self._adopt()
        finally:
            self._trying = False

    async def _adopt(self) -> None:
        """What a console that was killed had taken, and had not put on record."""
        for press in await self._lane.run(self._waiting.begun):
            if press.uid in self._pressed or self._desk.clock() - press.pressed_at < FINISHED_AFTER:
                continue  # it is being taken, perhaps by an engine that finishes its work
            try:
                await self._adopt_press(press)
            except (OSError, Refusal) as error:
                log.error("evidence %s is not adopted yet: %s", press.uid, error)
        if not self._swept:
            self._swept = True
            before = time.time() - ABANDONED_AFTER_S
            await self._lane.run(facts.sweep, self.folder / "taking", before)

    async def _adopt_press(self, press: Press) -> None:
        taking = self.folder / "taking"
        for told in await self._lane.run(facts.found, taking, press.uid, self.folder):
            taken = _of_still(told) if isinstance(told, StillTaken) else _of_clip(told)
            await self._take(press, told, taken)
        await self._lane.run(self._waiting.over, press.uid)

    def _on_failed(self, told: CaptureFailed) -> None:
        if press := self._pressed.get(told.capture):
            if press.replayed and told.part == "clip":  # handed over already, and nobody's now
                clip = self.folder / "taking" / f"{press.uid}.mp4"
                self._tasks.start(self._lane.run(partial(clip.unlink, missing_ok=True)))
            self._tasks.start(self._part_over(press, told.part))
        self.failed.emit(told.capture, tr(told.reason))

    def _name(self, path: Path, sha256: str) -> Path:
        """Name a file by its content; one that was named before, by a console that died, stays."""
        named = facts.name_of(self.folder, path, sha256)
        named.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() or not named.exists():
            path.replace(named)
        return named

    def _below(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _hand_over(replay: Path, clip: Path) -> None:
    """The replay's file as evidence, also when its window is closed a moment later."""
    clip.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(replay, clip)
    except OSError:  # another disk, or a share that knows no links
        with whole_file(clip) as part:
            shutil.copyfile(replay, part)


def _of_still(told: StillTaken) -> Taken:
    """Not named yet: `path` is filled in when it is."""
    return Taken(
        EvidenceKind.STILL, "", told.sha256, told.size, told.wall, told.stream_clock, age=told.age
    )


def _of_clip(told: ClipTaken) -> Taken:
    return Taken(
        EvidenceKind.CLIP,
        "",
        told.sha256,
        told.size,
        told.wall,
        told.stream_clock,
        age=max(0.0, -told.after),  # its last picture came so long before the key
        seconds=told.before + told.after,
        before=told.before,
    )

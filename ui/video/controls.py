"""The hand on the cameras of this desk: movements that always stop, presets, framing."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.domain.access import Access, Right
from app.domain.audit import Act
from app.domain.camera import CameraRow
from app.domain.camera_source import SourceRow
from app.domain.errors import LinkLost
from app.domain.network import Networks
from app.domain.ptz import Box, Move, Preset
from app.secrets import Seal
from app.services import audit
from app.sources.mover import Mover
from app.sources.moving import Moving
from app.sources.opening import open_source
from app.sources.source import Source, SourceFailed
from ui.lanes import Lane
from ui.tasks import Tasks

T = TypeVar("T")

NOT_YOURS = "您不能控制这个点位，或它没有云台"
GOES_OUT_WITHIN_S = 1.5
LETS_GO_WITHIN_S = 90.0
NOTED_FOR_S = 60.0
"""Movements of one camera the same way within this time are one line of the audit."""

IN_HAND_S, NEVER = audit.IN_HAND.total_seconds(), -1e9


class Controls(QObject):
    """Speaks to the sources from threads; the window never waits.

    Signals: `failed(SourceFailed, stopped, CameraRow)`: an order did not get through, to whichever
    camera (None: one that a console before this one had left turning); `turned(int)`: a camera
    was turned to a preset or away from one; `shared(AuditLine)`: somebody moves the same camera at
    another desk.
    """

    failed = Signal(object, bool, object)
    turned = Signal(int)
    shared = Signal(object)
    _failed = Signal(object, bool, object)

    def __init__(
        self,
        desk: Desk,
        seal: Seal,
        networks: tuple[str, ...],
        moving: Path,
        on_error: Callable[[Exception], None],
    ) -> None:
        """`moving`: the file that says what is in motion, for a console that comes after."""
        super().__init__()
        self._desk, self._seal, self._networks = desk, seal, Networks(networks)
        self._moving = Moving(moving)
        self._tasks = Tasks(self, on_error)
        self._lane = Lane("ptz ask", 4)
        self._failed.connect(self.failed)  # from a mover's thread to the window's
        self._rows: dict[int, SourceRow] = {}
        self._access: Access | None = None
        self._sources: dict[int, Source] = {}
        self._storing = threading.Lock()
        self._opening: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        """One for each source: a name that is looked up for long holds up no other."""

        self._hands: dict[tuple[int, str], Mover] = {}
        """One for each camera of a source that is held, or whose stop has not got through yet: a
        second one would stop the first one's movement."""

        self._held: dict[int, Mover] = {}
        self._moved: dict[tuple[int, str], CameraRow] = {}  # who is behind each of these channels
        self._places: dict[int, str] = {}
        self._noted: dict[int, tuple[str, float]] = {}
        self._by_hand: dict[int, float] = {}  # when it was moved here last
        self._turns: dict[int, int] = {}

    def know(self, sources: Iterable[SourceRow], access: Access | None) -> None:
        """The sources and rights as they are now; one that has changed is opened anew."""
        rows = {source.id: source for source in sources}
        with self._storing:  # from here on nothing is kept that was opened by what was known before
            before, self._rows, self._access = self._rows, rows, access
            changed = [n for n, row in before.items() if rows.get(n) != row]
            gone = {n: old for n in changed if (old := self._sources.pop(n, None))}
        for source_id, old in gone.items():
            moving = [one for (through, _), one in self._hands.items() if through == source_id]
            threading.Thread(target=_end_and_close, args=(moving, old), daemon=True).start()
            self._held = {k: one for k, one in self._held.items() if one not in moving}
            self._hands = {k: one for k, one in self._hands.items() if one not in moving}
        self._stop_what_was_left()

    def _stop_what_was_left(self) -> None:
        """A console that was killed here with a key held down has left these turning, or a source
        that was changed meanwhile could not stop them.
        """
        for source_id, channel in self._moving.now():
            hand = self._hands.get((source_id, channel))
            if source_id in self._rows and (hand is None or not hand.is_alive()):
                self._hand(source_id, channel, moves=True).let_go()

    def _hand(self, source_id: int, channel: str, moves: bool = False) -> Mover:
        """The mover of this camera, in somebody's hand now."""
        key = source_id, channel
        if (known := self._hands.get(key)) is not None and known.take():
            return known

        def noted(begins: bool) -> None:
            if begins:
                self._moving.begins(source_id, channel)
            elif self._hands.get(key) in (None, mover):  # else a newer one moves it by now
                self._moving.ends(source_id, channel)

        opening = partial(self._source, source_id)
        self._hands = {k: one for k, one in self._hands.items() if one.is_alive()}
        failed = partial(self._tell_failed, self._moved.get(key))
        self._hands[key] = mover = Mover(opening, channel, failed, noted, moves)
        mover.start()
        return mover

    def _tell_failed(self, camera: CameraRow | None, failure: Exception, stopped: bool) -> None:
        """From a mover's thread."""
        self._failed.emit(failure, stopped, camera)

    def forget_person(self) -> None:
        """Nobody's rights hold until the directory has told the next one's."""
        self.stop_all()
        self._access = None
        self._noted.clear()

    def may(self, camera: CameraRow | None) -> bool:
        """Whether whoever sits here may move this camera, and it can be moved."""
        return bool(
            camera
            and camera.ptz
            and camera.source_id in self._rows
            and self._access
            and self._access.may(Right.CONTROL, camera)
        )

    def place(self, camera_id: int) -> str:
        """Token of the preset that the camera was turned to last; empty if it was moved since."""
        return self._places.get(camera_id, "")

    # Moving.

    def move(self, camera: CameraRow, move: Move) -> None:
        """Move on while this is called again at least every second; `STILL` stops at once."""
        mover = self._held.get(camera.id)
        if not move.moves and mover is not None:
            mover.stop()  # whoever may not move it any more may still let it stand
            return
        if not self.may(camera):
            return
        self._moved[camera.source_id or 0, camera.channel] = camera
        self._held[camera.id] = mover = self._hand(camera.source_id or 0, camera.channel)
        if move.moves:
            self._move_on(camera, move.signs)
            mover.want(move)
        else:
            mover.stop()

    def stop(self, camera_id: int) -> None:
        """Let go of it; it stands still."""
        if mover := self._held.pop(camera_id, None):
            mover.let_go()

    def stop_all(self) -> None:
        """Let go of every camera: somebody else sits down, the desk is locked, the window ends."""
        for camera_id in list(self._held):
            self.stop(camera_id)

    def close(self) -> None:
        """Stop everything and wait, a moment at most, until the stops have gone out."""
        self.stop_all()
        hands = list(self._hands.values())
        ending = [
            threading.Thread(
                target=_end_and_close,
                args=([one for one in hands if one.moves_through(source)], source),
                daemon=True,
            )
            for source in self._sources.values()
        ]
        self._sources.clear()
        for thread in ending:
            thread.start()
        for thread in ending:
            thread.join(GOES_OUT_WITHIN_S)
        self._lane.close()

    def _move_on(self, camera: CameraRow, way: str) -> None:
        self._leave_place(camera.id)
        self._turns[camera.id] = self._turns.get(camera.id, 0) + 1
        self._by_hand[camera.id] = time.monotonic()
        noted, at = self._noted.get(camera.id, ("", -NOTED_FOR_S))
        if way != noted or time.monotonic() - at >= NOTED_FOR_S:
            self._noted[camera.id] = way, time.monotonic()
            self._tasks.start(self._take_in_hand(camera.id, way))

    def _leave_place(self, camera_id: int) -> None:
        if self._places.pop(camera_id, None) is not None:
            self.turned.emit(camera_id)

    # Presets and framing. Each raises SourceFailed or Refusal.

    async def presets(self, camera: CameraRow) -> list[Preset]:
        return await self._ask(camera, lambda source: source.presets(camera.channel))

    async def go_to(self, camera: CameraRow, preset: str) -> None:
        await self._let_stand(camera)
        turned = self._turns.get(camera.id, 0)
        await self._ask(camera, lambda source: source.go_to(camera.channel, preset))
        if self._turns.get(camera.id, 0) != turned:
            return  # somebody has taken it in hand meanwhile: nobody knows where it looks
        self._places[camera.id] = preset
        self.turned.emit(camera.id)
        self._noted.pop(camera.id, None)
        self._note(camera, f"调用预置位 {preset}")

    async def remember(self, camera: CameraRow, name: str) -> Preset:
        turned = self._turns.get(camera.id, 0)
        preset = await self._ask(camera, lambda source: source.remember(camera.channel, name))
        if self._turns.get(camera.id, 0) == turned:  # else it looks elsewhere by now
            self._places[camera.id] = preset.token
        self._note(camera, f"设置预置位 {preset.token} {name}")
        return preset

    async def forget(self, camera: CameraRow, preset: str) -> None:
        await self._ask(camera, lambda source: source.forget(camera.channel, preset))
        self._note(camera, f"删除预置位 {preset}")

    async def frame(self, camera: CameraRow, box: Box, nearer: bool) -> None:
        await self._let_stand(camera)
        if self.may(camera):  # now: an answer that comes late must not undo what came after
            self._move_on(camera, "拉框放大" if nearer else "拉框缩小")
        await self._ask(camera, lambda source: source.frame(camera.channel, box, nearer))

    async def _let_stand(self, camera: CameraRow) -> None:
        """End what moves it, and wait until its stop has gone out: a stop that came after the next
        order would end that one.
        """
        self._held.pop(camera.id, None)
        if mover := self._hands.get((camera.source_id or 0, camera.channel)):
            mover.let_go()
            await self._lane.run(mover.join, GOES_OUT_WITHIN_S)

    def turn_to_its_preset(self, camera: CameraRow, asked: bool = False) -> None:
        """Before a tour shows it, or a re-check that somebody has asked for (`asked`). A failure is
        told and holds nothing up.
        """
        if camera.preset and self.may(camera):
            self._tasks.start(self._turn(camera, asked))

    async def _turn(self, camera: CameraRow, asked: bool) -> None:
        """A tour does not pull a camera out of anybody's hand, here or at another desk; one that
        cannot be known in time is left where it is.
        """
        held = self._held.get(camera.id)
        lately = time.monotonic() - self._by_hand.get(camera.id, NEVER) < IN_HAND_S
        if (held is not None and held.moves) or (lately and not asked):
            return
        turned = self._turns.get(camera.id, 0)
        try:
            elsewhere = await self._desk.ask(audit.in_hand_elsewhere, camera.id)
        except LinkLost:
            return
        if elsewhere is None and self._turns.get(camera.id, 0) == turned:
            await self.go_to(camera, camera.preset)

    async def _ask(self, camera: CameraRow, question: Callable[[Source], T]) -> T:
        if not self.may(camera):
            raise SourceFailed(NOT_YOURS)
        return await self._lane.run(lambda: question(self._source(camera.source_id or 0)))

    def _source(self, source_id: int) -> Source:
        with self._storing:
            opening = self._opening[source_id]
        with opening:
            while True:
                with self._storing:
                    row, known = self._rows.get(source_id), self._sources.get(source_id)
                if known is not None:
                    return known
                if row is None:
                    raise SourceFailed(NOT_YOURS)
                opened = open_source(row, self._seal, self._networks)
                with self._storing:
                    if self._rows.get(source_id) == row:
                        self._sources[source_id] = opened
                        return opened
                _close(opened)  # by an address that holds no more

    async def _take_in_hand(self, camera_id: int, way: str) -> None:
        if elsewhere := await self._desk.run(audit.take_in_hand, camera_id, way):
            self.shared.emit(elsewhere)

    def _note(self, camera: CameraRow, target: str) -> None:
        self._tasks.start(self._put_note(camera.id, target))

    async def _put_note(self, camera_id: int, target: str) -> None:
        await self._desk.run(audit.note, Act.CONTROL, camera_id, target)


def _end_and_close(movers: list[Mover], source: Source) -> None:
    """A source is closed when nothing has a stop to send through it any more."""
    for mover in movers:
        mover.let_go()
    for mover in movers:
        mover.join(LETS_GO_WITHIN_S)
        mover.abandon()
    _close(source)


def _close(source: Source) -> None:
    with suppress(Exception):  # it is of no more use, whatever it says
        source.close()

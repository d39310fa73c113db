"""Gives each engine its streams, and tells one that was started again what it must know.

The window speaks to this object only. Its methods may be called from any thread and never block;
what the engines say arrives through `hear`, called on a thread of the supervisor's own.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.domain.camera import Stream, StreamState
from app.domain.evidence import RING_S
from app.domain.network import PRIVATE
from app.video.engine_process import EngineProcess
from app.video.frames import Slot, memory_folder
from app.video.messages import (
    Alive,
    AskLook,
    AskPicture,
    Capture,
    CaptureFailed,
    ClipTaken,
    Close,
    Decode,
    EngineLost,
    FromEngine,
    Hide,
    Looked,
    Open,
    Refer,
    Replay,
    ReplayFailed,
    ReplayReady,
    Show,
    StateChanged,
    StillTaken,
    Stop,
    StreamKey,
    ToEngine,
)

FIRST_ENGINES, MOST_ENGINES, STREAMS_EACH = 4, 8, 40
"""So many at once, on a machine with as many cores; then another as soon as each has its fill. With
128 streams in one process its threads spend more time waiting for the interpreter than reading:
twice the processor time of four processes with 32 each.
"""

LINGER_S = 10.0
"""A stream nobody looks at any more stays connected this long: its ring may still be wanted."""


@dataclass(frozen=True)
class View:
    """A place where a stream's pictures arrive; the window paints from `slot`."""

    id: int
    key: StreamKey
    slot: Slot


class Engines:
    """All engine processes of one desk."""

    def __init__(
        self,
        hear: Callable[[FromEngine], None],
        count: int | None = None,
        networks: tuple[str, ...] = PRIVATE,
        ring_s: float = RING_S,
    ) -> None:
        self._hear, self._networks, self._ring_s = hear, networks, ring_s
        self.lock = threading.RLock()
        self._ids = itertools.count(1)
        self._opened: dict[StreamKey, Open] = {}
        self._home: dict[StreamKey, int] = {}
        self._shown: dict[int, Show] = {}
        self._slots: dict[int, Slot] = {}
        self._leaving: dict[StreamKey, threading.Timer] = {}
        self._references: dict[int, bytes] = {}  # by camera, while a stream of it is open
        self._replays: dict[str, int] = {}  # which engine was asked
        self._pending: dict[tuple[str, str], int] = {}  # the same, by capture and part
        self.ended = False
        sweep(memory_folder())
        self._folder = Path(tempfile.mkdtemp(prefix=f"zhishou-{os.getpid()}-", dir=memory_folder()))
        self._grows = count is None
        wanted = count or max(1, min(os.cpu_count() or 1, FIRST_ENGINES))
        self._engines = [EngineProcess(self, number) for number in range(wanted)]

    # What the window asks.

    def open(self, key: StreamKey, url: str) -> None:
        """Connect a stream and keep it connected until `close`; again is no second connection."""
        with self.lock:
            self._stay(key)
            known = self._opened.get(key)
            if known is not None and known.url == url:
                return
            if known is not None:  # the address or the password has been put right
                self._send(key, Close(key))
                del self._opened[key], self._home[key]
            self._home[key] = self._roomiest()
            self._opened[key] = Open(key, url, self._ring_s, self._networks)
            self._send(key, self._opened[key])
            for told in self._known_of(key):
                self._send(key, told)
            for shown in self._shown.values():  # views of the address that was wrong go on
                if shown.key == key:
                    self._send(key, shown)

    def close(self, key: StreamKey) -> None:
        """Let a stream go after a while, unless it is opened again meanwhile."""
        with self.lock:
            if key in self._opened and key not in self._leaving and not self.ended:
                timer = threading.Timer(LINGER_S, self._close_now, (key,))
                timer.daemon = True
                self._leaving[key] = timer
                timer.start()

    def stay(self, key: StreamKey) -> None:
        """A stream that was about to go is wanted again."""
        with self.lock:
            self._stay(key)

    def view(self, key: StreamKey, width: int, height: int, decode: Decode) -> View:
        """Begin to look at an opened stream at this size, in device pixels."""
        with self.lock:
            view = next(self._ids)
            path = self._place() / f"view-{view}"
            slot = Slot(path, create=True)
            self._slots[view] = slot
            self._shown[view] = Show(view, key, path, width, height, decode)
            self._send(key, self._shown[view])
            return View(view, key, slot)

    def resize(self, view: View, width: int, height: int, decode: Decode) -> None:
        """Want another size or another way of decoding for a view."""
        with self.lock:
            if view.id not in self._shown:
                return
            wanted = Show(view.id, view.key, view.slot.path, width, height, decode)
            if wanted != self._shown[view.id]:
                self._shown[view.id] = wanted
                self._send(view.key, wanted)

    def hide(self, view: View) -> None:
        """No longer look; the slot's memory goes with the last reference to it."""
        with self.lock:
            if self._shown.pop(view.id, None):
                self._send(view.key, Hide(view.id))
                self._slots.pop(view.id).close()

    def refer(self, key: StreamKey, look: bytes | None) -> None:
        """Hold an open stream's picture against this one, and what is opened of its camera later.

        It is forgotten with the camera's last stream: of ten thousand cameras that are examined in
        turn they would come to half a gigabyte.
        """
        with self.lock:
            if look is None:
                self._references.pop(key.camera_id, None)
            elif self._is_open(key.camera_id):
                self._references[key.camera_id] = look
            self._send(key, Refer(key, look))

    def ask_look(self, key: StreamKey) -> None:
        """Ask for the picture of now; the answer comes as Looked."""
        with self.lock:
            self._send(key, AskLook(key))

    def ask_picture(self, key: StreamKey) -> None:
        """Ask for a small picture of now; the answer, if there is one, comes as PictureTaken."""
        with self.lock:
            self._send(key, AskPicture(key))

    def capture(self, wanted: Capture) -> None:
        """Take evidence; answers come as StillTaken, ClipTaken or CaptureFailed."""
        with self.lock:
            home = self._home.get(wanted.key)
            if wanted.replayed is not None and (home is None or not self._engines[home].runs):
                # Any engine can: the file is there, and its stream may be closed by now.
                home = next((n for n, one in enumerate(self._engines) if one.runs), None)
            if home is None or not self._engines[home].runs:
                # Told from another thread: whoever asks expects no answer within the question.
                threading.Thread(target=self._refuse, args=(wanted,), daemon=True).start()
                return
            self._pending |= {(wanted.capture, part): home for part in wanted.parts}
            self._engines[home].send(wanted)

    def replay(self, wanted: Replay) -> None:
        """Write what is kept of a stream; the answer is ReplayReady or ReplayFailed."""
        with self.lock:
            home = self._home.get(wanted.key)
            if home is None or not self._engines[home].runs:
                failed = ReplayFailed(wanted.replay, "这一路正在重新连接，请稍后再回放")
                threading.Thread(target=self.say, args=(failed,), daemon=True).start()
                return
            self._replays[wanted.replay] = home
            self._send(wanted.key, wanted)

    def _refuse(self, wanted: Capture) -> None:
        for part in wanted.parts:
            self.say(CaptureFailed(wanted.capture, part, "这一路正在重新连接，请稍后再取证"))

    def pids(self) -> list[int]:
        """The process numbers of the engines that run now."""
        return [engine.pid for engine in self._engines if engine.pid]

    def stop(self) -> None:
        """End all engines and remove their slots."""
        with self.lock:
            self.ended = True
            for timer in self._leaving.values():
                timer.cancel()
            for engine in self._engines:
                engine.send(Stop())
        for engine in self._engines:
            engine.end()
        for slot in self._slots.values():
            slot.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # Inside.

    def _roomiest(self) -> int:
        """The engine with the fewest streams; a new one where all have their fill."""
        load = Counter({number: 0 for number in range(len(self._engines))})
        load.update(self._home.values())
        number = min(load, key=lambda number: (load[number], number))
        if self._grows and load[number] >= STREAMS_EACH and len(self._engines) < MOST_ENGINES:
            number = len(self._engines)
            self._engines.append(EngineProcess(self, number))
        return number

    def _stay(self, key: StreamKey) -> None:
        if timer := self._leaving.pop(key, None):
            timer.cancel()

    def _close_now(self, key: StreamKey) -> None:
        with self.lock:
            if self._leaving.get(key) is not threading.current_thread():
                return  # opened again in the meantime
            del self._leaving[key]
            if self.ended or self._opened.pop(key, None) is None:
                return
            self._send(key, Close(key))
            self._home.pop(key, None)
            if not self._is_open(key.camera_id):
                self._references.pop(key.camera_id, None)
        # An engine that is just dying would never say it.
        self.say(StateChanged(key, StreamState.IDLE))

    def _send(self, key: StreamKey, message: ToEngine) -> None:
        if key in self._home:
            self._engines[self._home[key]].send(message)

    def _is_open(self, camera_id: int) -> bool:
        return any(StreamKey(camera_id, stream) in self._opened for stream in Stream)

    def _place(self) -> Path:
        """The folder of slots and doors. Where it lies in a system's /tmp that is cleared out of
        what has not been used for days, it is made again.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return self._folder

    def door(self, number: int) -> str | None:
        """Beside the slots: a listener's own choice is a folder made once in /tmp, and an engine
        that died after that was cleared out would never start again.
        """
        if sys.platform == "win32":
            return None
        return str(self._place() / f"door-{number}-{next(self._ids)}")

    def hear_from(self, number: int, message: FromEngine) -> None:
        """Pass on what an engine says; of a stream that is another's by now it knows nothing."""
        match message:
            case Alive():
                return
            case StateChanged(key=key) | Looked(key=key):
                with self.lock:
                    if self._home.get(key) != number:
                        return
        self.say(message)

    def say(self, message: FromEngine) -> None:
        """Tell the window, and note what is answered by it."""
        with self.lock:
            match message:
                case StillTaken(capture=capture):
                    self._pending.pop((capture, "still"), None)
                case ReplayReady(replay=replay) | ReplayFailed(replay=replay):
                    self._replays.pop(replay, None)
                case ClipTaken(capture=capture):
                    self._pending.pop((capture, "clip"), None)
                case CaptureFailed(capture=capture, part=part):
                    self._pending.pop((capture, part), None)
        self._hear(message)

    def engine_began(self, number: int) -> None:
        """Tell a new engine all that its forerunner knew."""
        with self.lock:
            for key, opened in self._opened.items():
                if self._home[key] == number:
                    for told in (opened, *self._known_of(key)):
                        self._engines[number].send_now(told)
            for shown in self._shown.values():
                if self._home.get(shown.key) == number:
                    self._engines[number].send_now(shown)

    def _known_of(self, key: StreamKey) -> Iterator[ToEngine]:
        if look := self._references.get(key.camera_id):
            yield Refer(key, look)

    def engine_lost(self, number: int) -> None:
        with self.lock:
            keys = tuple(key for key, home in self._home.items() if home == number)
            unfinished = [at for at, asked in self._pending.items() if asked == number]
            replays = [one for one, asked in self._replays.items() if asked == number]
        self._hear(EngineLost(number, keys))
        for capture, part in unfinished:
            self.say(CaptureFailed(capture, part, "视频引擎重启，请再按一次取证键"))
        for replay in replays:
            self.say(ReplayFailed(replay, "视频引擎重启，请再回放一次"))


def sweep(folder: Path) -> None:
    """Remove the slots of consoles that were killed: their memory is theirs no more."""
    if sys.platform == "win32":
        return  # a process number is soon another's there, and files in use cannot be removed
    for left in folder.glob("zhishou-*-*"):
        number = left.name.split("-")[1]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            shutil.rmtree(left, ignore_errors=True)

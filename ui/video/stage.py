"""Between the wall and the engines: which streams are open, what is true of them, who looks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.camera import (
    PICTURE_TROUBLES,
    CameraRow,
    Stream,
    StreamState,
    with_credentials,
)
from app.domain.camera_source import SourceKind, SourceRow, play_address
from app.domain.errors import Refusal
from app.domain.evidence import RING_S
from app.domain.network import PRIVATE
from app.secrets import Seal
from app.video.messages import (
    Capture,
    CaptureFailed,
    ClipTaken,
    Decode,
    EngineLost,
    FromEngine,
    Looked,
    PictureTaken,
    Replay,
    ReplayFailed,
    ReplayReady,
    StateChanged,
    StillTaken,
    StreamKey,
)
from app.video.supervisor import Engines, View

HOLD_MS = 12_000
"""So long a clip may still want the packets of a stream that nobody looks at."""


class NoMemory(Refusal):
    """This machine has no memory for another picture."""


class Stage(QObject):
    """All streams of this desk; one connection each, however many tiles show it.

    Signals: `state_changed(StreamKey, StreamState)`, `spoilt(StreamKey, seconds)`: its picture was
    found to have been in trouble for so long; `still_taken(StillTaken)`,
    `clip_taken(ClipTaken)`, `capture_failed(CaptureFailed)`, `engine_lost(EngineLost)`,
    `looked(Looked)`, `picture_taken(PictureTaken)`, `replay_ready(ReplayReady)`,
    `replay_failed(ReplayFailed)`, `refused(Refusal)`; all on the window's thread, whichever thread
    the engines spoke on.
    """

    state_changed = Signal(object, object)
    spoilt = Signal(object, float)
    still_taken = Signal(object)
    clip_taken = Signal(object)
    capture_failed = Signal(object)
    engine_lost = Signal(object)
    looked = Signal(object)
    picture_taken = Signal(object)
    replay_ready = Signal(object)
    replay_failed = Signal(object)
    refused = Signal(object)
    _heard = Signal(object)

    def __init__(
        self, seal: Seal, networks: tuple[str, ...] = PRIVATE, ring_s: float = RING_S
    ) -> None:
        super().__init__()
        self._seal = seal
        self._cameras: dict[int, CameraRow] = {}
        self._sources: dict[int, SourceRow] = {}
        self._states: dict[StreamKey, StreamState] = {}
        self._flows_since: dict[StreamKey, float] = {}
        self.directories = 0
        """How many directories were known so far: what one refused the next may allow."""

        self._looking: Counter[StreamKey] = Counter()
        self._heard.connect(self._on_heard)
        self.ring_s = ring_s
        self.engines = Engines(self._heard.emit, networks=networks, ring_s=ring_s)

    def know(self, cameras: Iterable[CameraRow], sources: Iterable[SourceRow] = ()) -> None:
        """The directory as it is now."""
        self.directories += 1
        self._sources = {source.id: source for source in sources}
        before, self._cameras = self._cameras, {camera.id: camera for camera in cameras}
        for key in list(self._looking):
            now, was = self._cameras.get(key.camera_id), before.get(key.camera_id)
            if now is not None and was is not None:
                self._open(key, now, quiet=now == was)  # the same address: no second connection

    @property
    def cameras(self) -> list[CameraRow]:
        """The directory, in its order."""
        return list(self._cameras.values())

    def camera(self, camera_id: int) -> CameraRow | None:
        return self._cameras.get(camera_id)

    def state(self, key: StreamKey) -> StreamState:
        """What the engine last said of a stream; the packet clock may know better."""
        return self._states.get(key, StreamState.IDLE)

    def best_state(self, camera_id: int) -> StreamState:
        """What is true of a camera: a trouble of its picture, live if either stream is, else what
        the sub stream says.
        """
        states = [
            self._states.get(StreamKey(camera_id, stream), StreamState.IDLE)
            for stream in (Stream.SUB, Stream.MAIN)
        ]
        troubles = [state for state in states if state in PICTURE_TROUBLES]
        if troubles or StreamState.LIVE in states:
            return troubles[0] if troubles else StreamState.LIVE
        return next((state for state in states if state is not StreamState.IDLE), StreamState.IDLE)

    def open_key(self, camera_id: int) -> StreamKey | None:
        """A stream of this camera that is wanted now, the sub stream first."""
        keys = (StreamKey(camera_id, stream) for stream in (Stream.SUB, Stream.MAIN))
        return next((key for key in keys if self._looking[key] > 0), None)

    def suited(self, camera: CameraRow, stream: Stream) -> Stream:
        """The stream to show where this one is wanted: a camera with one address for both, as a
        platform's is, has no other, and a second connection would bring the same.
        """
        source = self._sources.get(camera.source_id or 0)
        one = source is not None and source.kind is SourceKind.WVP
        return Stream.SUB if one or camera.main_url == camera.sub_url else stream

    def preopen(self, camera_id: int, stream: Stream = Stream.SUB) -> bool:
        """Connect a camera's stream without showing it: its pictures are judged, no more. True if
        that can be; then `unopen` is owed.
        """
        key, camera = StreamKey(camera_id, stream), self._cameras.get(camera_id)
        if camera is None or not self._open(key, camera, quiet=True):
            return False
        self._looking[key] += 1
        return True

    def unopen(self, camera_id: int, stream: Stream = Stream.SUB) -> None:
        """It has been judged, or its turn has come, or will not: who looks at it now holds it by
        itself.
        """
        self._release(StreamKey(camera_id, stream))

    def refer(self, camera_id: int, look: bytes | None) -> None:
        """Hold a camera's pictures against this one, on both streams."""
        for stream in Stream:
            self.engines.refer(StreamKey(camera_id, stream), look)

    def ask_look(self, key: StreamKey) -> None:
        """Ask for the picture of now, to become the reference; the answer is `looked`."""
        self.engines.ask_look(key)

    def ask_picture(self, camera_id: int) -> None:
        """Ask for a small picture of a camera's newest; `picture_taken` answers for each stream of
        it that is connected, or was a moment ago, and has one.
        """
        for stream in (Stream.SUB, Stream.MAIN):
            self.engines.ask_picture(StreamKey(camera_id, stream))

    def look(self, key: StreamKey, width: int, height: int, decode: Decode) -> View | None:
        """Begin to look at a stream at this size; None, with a word, if it cannot be opened;
        `NoMemory`, with a word as well, if it can be as soon as there is memory.
        """
        camera = self._cameras.get(key.camera_id)
        if camera is None:
            return None
        if not self._open(key, camera):
            return None
        try:
            view = self.engines.view(key, width, height, decode)
        except OSError as error:
            self._looking[key] += 1
            self._release(key)
            full = NoMemory("本机内存已满，打不开新的画面：请关闭一些窗格或其他程序")
            self.refused.emit(full)
            raise full from error
        self._looking[key] += 1
        return view

    def _open(self, key: StreamKey, camera: CameraRow, quiet: bool = False) -> bool:
        """Connect the stream at the camera's present address; False, with a word, if sealed."""
        try:
            url = self._address(key, camera)
        except Refusal as refusal:
            if not quiet:
                self.refused.emit(refusal)
            return False
        self.engines.open(key, url)
        return True

    def _address(self, key: StreamKey, camera: CameraRow) -> str:
        """What the engine connects to, with its login; a platform's camera is asked for by name."""
        source = self._sources.get(camera.source_id or 0)
        if source is not None and source.kind is SourceKind.WVP:
            password = self._seal.open(source.secret)
            return play_address(source.address, source.username, password, camera.channel)
        url = camera.main_url if key.stream is Stream.MAIN else camera.sub_url
        return with_credentials(url, camera.username, self._seal.open(camera.secret))

    def resize(self, view: View, width: int, height: int, decode: Decode) -> None:
        self.engines.resize(view, width, height, decode)

    def leave(self, view: View) -> None:
        """Look no longer; the stream goes some seconds after its last viewer."""
        self.engines.hide(view)
        self._release(view.key)

    def _release(self, key: StreamKey) -> None:
        self._looking[key] -= 1
        if self._looking[key] <= 0:
            del self._looking[key]
            self.engines.close(key)

    def reaching_back(self, key: StreamKey, seconds: float) -> StreamKey:
        """Whichever stream of this camera holds so many seconds: this one, unless it was opened too
        lately and the other has been connected for longer. The other is held on to for a while.
        """
        other = StreamKey(key.camera_id, Stream.SUB if key.stream is Stream.MAIN else Stream.MAIN)
        now = time.monotonic()
        mine, its = self._flows_since.get(key, now), self._flows_since.get(other, now)
        if now - mine >= seconds or its >= mine:
            return key
        self._looking[other] += 1
        self.engines.stay(other)
        QTimer.singleShot(HOLD_MS, self, lambda: self._release(other))
        return other

    def capture(self, wanted: Capture) -> None:
        self.engines.capture(wanted)

    def replay(self, wanted: Replay) -> None:
        self.engines.replay(wanted)

    def stop(self) -> None:
        self.engines.stop()

    def _on_heard(self, message: FromEngine) -> None:
        match message:
            case StateChanged(key, state):
                self._states[key] = state
                if message.lasted > 0:
                    self.spoilt.emit(key, message.lasted)
                if not (state.flows or state is StreamState.LATE):
                    self._flows_since.pop(key, None)
                else:
                    self._flows_since.setdefault(key, time.monotonic())
                self.state_changed.emit(key, state)
            case StillTaken():
                self.still_taken.emit(message)
            case ClipTaken():
                self.clip_taken.emit(message)
            case CaptureFailed():
                self.capture_failed.emit(message)
            case ReplayReady():
                self.replay_ready.emit(message)
            case ReplayFailed():
                self.replay_failed.emit(message)
            case Looked():
                self.looked.emit(message)
            case PictureTaken():
                self.picture_taken.emit(message)
            case EngineLost(_, keys):
                for key in keys:
                    self._flows_since.pop(key, None)
                    self._states[key] = StreamState.CONNECTING
                    self.state_changed.emit(key, StreamState.CONNECTING)
                self.engine_lost.emit(message)

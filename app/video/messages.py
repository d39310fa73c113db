"""What the window and an engine say to each other. Plain values; they are pickled over a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app.domain.camera import Stream, StreamState
from app.domain.network import PRIVATE


class Decode(Enum):
    """How much of a stream is decoded for a view."""

    FULL = "full"
    KEYFRAMES = "keyframes"


@dataclass(frozen=True)
class StreamKey:
    """One stream of one camera: the unit of connection."""

    camera_id: int
    stream: Stream


# To the engine.


@dataclass(frozen=True)
class Open:
    """Connect this stream and keep it connected. The address carries credentials: never log it."""

    key: StreamKey
    url: str
    ring_seconds: float
    networks: tuple[str, ...] = PRIVATE  # an address outside them is not opened

    def __repr__(self) -> str:
        return f"Open({self.key})"


@dataclass(frozen=True)
class Close:
    """Let this stream go."""

    key: StreamKey


@dataclass(frozen=True)
class Show:
    """Write this stream's pictures into a slot, scaled to fit `width` x `height` device pixels."""

    view: int
    key: StreamKey
    slot: Path
    width: int
    height: int
    decode: Decode


@dataclass(frozen=True)
class Hide:
    """This view is no longer looked at."""

    view: int


@dataclass(frozen=True)
class Refer:
    """What this stream's picture is held against (`Look.packed`); None takes it away."""

    key: StreamKey
    look: bytes | None


@dataclass(frozen=True)
class AskLook:
    """Answer with the picture of now, to become the reference."""

    key: StreamKey


@dataclass(frozen=True)
class AskPicture:
    """Answer with this stream's newest key frame, small; with nothing where there is none."""

    key: StreamKey


@dataclass(frozen=True)
class Replayed:
    """Which moment of a replay became evidence. `wall` (Unix time) and `stream_clock` are its first
    picture's, `pressed` is when the key was; `position` is where the player said it stood, and
    `like` the picture that was on the screen, 64 x 36 grey, since players tell a time too early or
    too late by a few pictures.
    """

    wall: float
    stream_clock: float
    seconds: float
    pressed: float
    position: float
    like: bytes
    frozen: float | None = None  # as in `ReplayReady`


@dataclass(frozen=True)
class Capture:
    """Take evidence now: a still at once, a clip of `before` and `after` seconds later; None where
    one of them is not wanted of this stream. `replayed`: of a replay that lies at `clip` already.
    """

    capture: str
    key: StreamKey
    still: Path | None
    clip: Path | None
    before: float
    after: float
    replayed: Replayed | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """What is wanted: "still", "clip" or both."""
        return tuple(part for part in ("still", "clip") if getattr(self, part) is not None)


@dataclass(frozen=True)
class Replay:
    """Write all that is kept of this stream as a clip, to be looked at once."""

    replay: str
    key: StreamKey
    path: Path


@dataclass(frozen=True)
class Stop:
    """End the engine."""


# From the engine.


@dataclass(frozen=True)
class StateChanged:
    """A stream's state as the engine knows it. `detail` is a short technical word, redacted;
    `lasted` how long it had been true before it could be known, seconds.
    """

    key: StreamKey
    state: StreamState
    detail: str = ""
    lasted: float = 0.0


@dataclass(frozen=True)
class StillTaken:
    """The still is on disk. `age` is how old its packet was when the key was pressed, seconds."""

    capture: str
    path: Path
    sha256: str
    size: int  # bytes
    width: int
    height: int
    wall: float  # Unix time its packet came
    stream_clock: float  # seconds on the stream's own clock
    age: float


@dataclass(frozen=True)
class ClipTaken:
    """The clip is on disk and closed. `before` and `after` tell what it really spans, seconds."""

    capture: str
    path: Path
    sha256: str
    size: int  # bytes
    wall: float  # Unix time its first packet came
    stream_clock: float
    before: float
    after: float


@dataclass(frozen=True)
class CaptureFailed:
    """No still or no clip could be taken, and why, as a sentence for the operator."""

    capture: str
    part: str  # "still" or "clip"
    reason: str


@dataclass(frozen=True)
class ReplayReady:
    """What the ring held lies in this file. `wall` is the Unix time of its first picture,
    `stream_clock` its time on the stream's own clock; `frozen` since when all its pictures are the
    same (Unix time), None if they are not.
    """

    replay: str
    path: Path
    wall: float
    seconds: float
    stream_clock: float
    frozen: float | None = None


@dataclass(frozen=True)
class ReplayFailed:
    """Nothing can be replayed, and why, as a sentence for the operator."""

    replay: str
    reason: str


@dataclass(frozen=True)
class Looked:
    """A picture made small. `asked` by somebody, or the first that has been in order for long."""

    key: StreamKey
    look: bytes
    asked: bool


@dataclass(frozen=True)
class PictureTaken:
    """A small picture (JPEG) and when it came (Unix time): no evidence, and written nowhere."""

    key: StreamKey
    jpeg: bytes
    wall: float


@dataclass(frozen=True)
class Alive:
    """Said each second; an engine that no longer says it is hung and is replaced."""


@dataclass(frozen=True)
class EngineLost:
    """Said by the supervisor: this engine process ended and its streams are being brought back."""

    engine: int
    keys: tuple[StreamKey, ...]


ToEngine = Open | Close | Show | Hide | Refer | AskLook | AskPicture | Capture | Replay | Stop
FromEngine = (
    StateChanged
    | StillTaken
    | ClipTaken
    | CaptureFailed
    | ReplayReady
    | ReplayFailed
    | Looked
    | PictureTaken
    | Alive
    | EngineLost
)

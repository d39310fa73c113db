"""Evidence: what was taken from a camera, when, by whom, and whether it may be believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from app.domain.camera import FRESH_S

RING_S, LONGEST_RING_S = 30.0, 600.0
"""How many seconds of each stream are kept, if nothing else is set, and at most: what instant
evidence and replay reach back to. 30 s of a sub stream take some four megabytes.
"""


class EvidenceKind(Enum):
    """A picture or a film."""

    STILL = "still"
    CLIP = "clip"


class Purpose(Enum):
    """What a capture is to show."""

    REPORT = "report"  # the problem
    AFTER = "after"  # 核查: how the place looks after it was dealt with


@dataclass(eq=False)
class Mark:
    """A moment that somebody pointed out when reviewing: seconds from a clip's beginning."""

    evidence_id: int
    seconds: float
    note: str
    person: str
    at: datetime
    id: int = field(init=False)


@dataclass(eq=False)
class Capture:
    """One press of the evidence key: a still and a clip of one moment."""

    uid: str
    camera_id: int
    camera: str  # its name at that moment
    stream: str
    pressed_at: datetime
    person_id: int
    person: str
    desk: str
    case_id: int | None = None
    preset: str = ""  # where the camera had been turned to; empty: unknown
    purpose: Purpose = Purpose.REPORT
    replayed: bool = False  # of a moment that somebody chose in a replay
    items: list[Evidence] = field(default_factory=list)
    id: int = field(init=False)
    version: int = field(init=False)

    def is_stale(self, item: Evidence) -> bool:
        """Whether a picture was older than two seconds when the key was pressed, and nobody had
        chosen it for that.
        """
        return item.age > FRESH_S and not self.replayed


@dataclass(eq=False)
class Evidence:
    """One file of a capture. Its bytes are named by their SHA-256."""

    kind: EvidenceKind
    path: str  # below the evidence folder
    sha256: str
    size: int  # bytes
    taken_at: datetime  # wall clock of the picture (a clip: of its first packet)
    stream_clock: float  # seconds on the stream's own clock
    age: float  # seconds between the picture and the key; 0 for a clip
    seconds: float  # how long a clip is; 0 for a still
    before: float  # seconds of a clip ahead of the key
    id: int = field(init=False)

"""Evidence kept: what the engines took, on record with who pressed the key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.domain.errors import Refusal
from app.domain.evidence import Capture, Evidence, EvidenceKind
from app.domain.people import Signed
from app.domain.workflow import REGISTERING
from db.unit_of_work import Work


@dataclass(frozen=True)
class Taken:
    """A file that an engine wrote, as the record will tell it."""

    kind: EvidenceKind
    path: str  # below the evidence folder
    sha256: str
    size: int
    wall: float  # Unix time
    stream_clock: float
    age: float = 0.0
    seconds: float = 0.0
    before: float = 0.0


def keep(
    work: Work,
    uid: str,
    camera_id: int,
    stream: str,
    pressed_at: datetime,
    taken: Taken,
    by: Signed | None = None,
) -> None:
    """Put one file of a capture on record; the first makes the capture.

    `by` is who pressed the key: somebody else may sit at the desk when the clip is whole.
    """
    by = by or work.by
    if by.role not in REGISTERING:
        raise Refusal("您的岗位不能取证")
    capture = work.evidence.by_uid(uid)
    if capture is None:
        camera = work.cameras.get(camera_id)
        capture = work.evidence.add(
            Capture(
                uid,
                camera_id,
                camera.name,
                stream,
                pressed_at,
                by.person_id,
                by.name,
                by.desk,
            )
        )
    capture.stream = capture.stream or stream
    if any(item.sha256 == taken.sha256 for item in capture.items):
        return
    capture.items.append(
        Evidence(
            taken.kind,
            taken.path,
            taken.sha256,
            taken.size,
            datetime.fromtimestamp(taken.wall, UTC),
            taken.stream_clock,
            taken.age,
            taken.seconds,
            taken.before,
        )
    )
    if capture.case_id:
        # A clip comes seconds after its still; whoever looks at the case must hear of it.
        work.touch("case", capture.case_id)


def still_of(work: Work, uid: str) -> tuple[str, float] | None:
    """Path and age of the still of a capture, if it is on record."""
    capture = work.evidence.by_uid(uid)
    items = capture.items if capture else []
    return next(((i.path, i.age) for i in items if i.kind is EvidenceKind.STILL), None)


def verify(work: Work, folder: Path) -> tuple[int, list[str]]:
    """How many files were checked against their hashes, and which are changed or gone."""
    checked, changed = 0, []
    for capture in work.evidence.everything():
        for item in capture.items:
            checked += 1
            path = folder / item.path
            if not path.is_file() or sha256(path) != item.sha256:
                changed.append(item.path)
    return checked, changed


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Evidence kept: what the engines took, on record with who pressed the key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from app.domain.access import Right
from app.domain.audit import SHORTEST_REASON, Act
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.evidence import Capture, Evidence, EvidenceKind, Mark, Purpose
from app.domain.people import ONLOOKERS, Signed
from app.domain.workflow import REGISTERING
from app.services import audit, rights
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


@dataclass(frozen=True)
class MarkLine:
    """A moment that somebody pointed out: seconds from the clip's beginning."""

    seconds: float
    note: str
    person: str


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence as a screen shows it."""

    id: int
    capture: str
    kind: str
    path: str
    sha256: str
    taken_at: datetime
    seconds: float
    before: float
    age: float
    is_stale: bool
    replayed: bool
    camera_id: int
    camera: str
    code: str  # of the camera: public security's want a reason
    person: str
    desk: str
    purpose: Purpose
    preset: str
    marks: tuple[MarkLine, ...]


def lines_of(work: Work, captures: Sequence[Capture]) -> list[EvidenceLine]:
    """Every piece of these captures, in their order."""
    marks: dict[int, list[MarkLine]] = {}
    for mark in work.evidence.marks([item.id for one in captures for item in one.items]):
        told = MarkLine(mark.seconds, mark.note, mark.person)
        marks.setdefault(mark.evidence_id, []).append(told)
    codes = {one.camera_id: work.cameras.get(one.camera_id).code for one in captures}
    return [
        EvidenceLine(
            item.id,
            capture.uid,
            item.kind.value,
            item.path,
            item.sha256,
            item.taken_at,
            item.seconds,
            item.before,
            item.age,
            capture.is_stale(item),
            capture.replayed,
            capture.camera_id,
            capture.camera,
            codes[capture.camera_id],
            capture.person,
            capture.desk,
            capture.purpose,
            capture.preset,
            tuple(marks.get(item.id, ())),
        )
        for capture in captures
        for item in capture.items
    ]


def note_view(work: Work, evidence_id: int, reason: str = "") -> None:
    """Put on record that this piece was looked at; a Refusal if that wants a reason, or if this
    role may not look back at this camera. Whoever took it may see it.
    """
    capture, item = work.evidence.capture_of(evidence_id), work.evidence.item(evidence_id)
    if capture.person_id != work.by.person_id and not _may(work, Right.REPLAY, capture):
        raise Refusal("您的岗位不能查看这个点位的证据")
    audit.note(work, Act.VIEW, capture.camera_id, _in_words(item), reason)


def note_export(work: Work, evidence_id: int, reason: str, position: float | None = None) -> None:
    """Put on record that this piece is taken out, or one picture of it, so many seconds from its
    beginning; a Refusal if this role may not, or without a reason: an export always has one.
    """
    capture, item = work.evidence.capture_of(evidence_id), work.evidence.item(evidence_id)
    if not _may(work, Right.EXPORT, capture):
        raise Refusal("您的岗位不能导出这个点位的画面")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("请写明导出原因（至少 {n} 个字）", n=SHORTEST_REASON)
    one = "" if position is None else f" 第 {position:.1f} 秒单帧"
    audit.note(work, Act.EXPORT, capture.camera_id, _in_words(item) + one, reason)


def note_no_export(work: Work, evidence_id: int, why: str) -> None:
    """Put on record that the export which was noted just before left no file."""
    capture, item = work.evidence.capture_of(evidence_id), work.evidence.item(evidence_id)
    told = f"{_in_words(item)} 没有导出：{why}"
    audit.note(work, Act.EXPORT, capture.camera_id, told, "没有导出，无文件留下")


def _may(work: Work, right: Right, capture: Capture) -> bool:
    access = rights.access(work)
    row = next(one for one in work.cameras.rows() if one.id == capture.camera_id)
    return access.may(right, row)


def _in_words(item: Evidence) -> str:
    """A piece as the audit names it: what, of when, and the beginning of its hash."""
    kind = "照片" if item.kind is EvidenceKind.STILL else "录像"
    return f"{kind} {item.taken_at.astimezone(CITY):%Y-%m-%d %H:%M:%S} {item.sha256[:12]}"


def mark(work: Work, evidence_id: int, seconds: float, note: str) -> None:
    """Point out a moment of a clip, or a still."""
    if work.by.role in ONLOOKERS:
        raise Refusal("您的岗位不能标记证据")
    if not note.strip():
        raise Refusal("请写明标记的内容")
    capture, item = work.evidence.capture_of(evidence_id), work.evidence.item(evidence_id)
    told = Mark(evidence_id, max(0.0, seconds), note.strip()[:300], work.by.name, work.now)
    work.evidence.add_mark(told)
    audit.notes(
        work,
        [(Act.MARK, capture.camera_id, _in_words(item), note)],
    )
    if capture.case_id:
        work.touch("case", capture.case_id)


def keep(
    work: Work,
    uid: str,
    camera_id: int,
    stream: str,
    pressed_at: datetime,
    taken: Taken,
    by: Signed | None = None,
    preset: str = "",
    replayed: bool = False,
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
                preset=preset,
                replayed=replayed,
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


class OnRecord(NamedTuple):
    """What is on record of a capture: its still's path and how stale it was (seconds, or 0), its
    clip's seconds; None where there is none.
    """

    still: str | None
    stale_s: float
    clip_s: float | None
    replayed: bool


def on_record(work: Work, uid: str) -> OnRecord | None:
    """What is on record of a capture; None where nothing is."""
    capture = work.evidence.by_uid(uid)
    if capture is None:
        return None
    items = {item.kind: item for item in capture.items}
    still, clip = items.get(EvidenceKind.STILL), items.get(EvidenceKind.CLIP)
    stale_s = still.age if still is not None and capture.is_stale(still) else 0.0
    clip_s = clip.seconds if clip is not None else None
    return OnRecord(still.path if still else None, stale_s, clip_s, capture.replayed)


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

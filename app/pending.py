"""Evidence on disk whose record is not in the database yet: written down, so none is lost."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.evidence import EvidenceKind
from app.domain.people import Role, Signed
from app.durable import write_whole
from app.services.evidence import Taken

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Press:
    """One press of the evidence key: which camera, when, by whom, and what it will be called."""

    uid: str
    camera_id: int
    pressed_at: datetime
    by: Signed
    camera: str = ""  # its name, for the sidecar
    code: str = ""
    preset: str = ""  # where the camera had been turned to
    stream: str = ""  # which stream the still is of
    clip_stream: str = ""  # and the clip: the one whose ring reaches back further
    replayed: bool = False  # it is of a moment that was chosen in a replay

    def record(self, taken: Taken) -> Record:
        """What is to be put on record of one of its files."""
        of_clip = taken.kind is EvidenceKind.CLIP
        return Record(
            self.uid,
            self.camera_id,
            self.clip_stream if of_clip else self.stream,
            self.pressed_at,
            taken,
            self.by,
            self.camera,
            self.code,
            self.preset,
            self.replayed,
        )


@dataclass(frozen=True)
class Record:
    """What `evidence.keep` is to be told of one file."""

    uid: str
    camera_id: int
    stream: str
    pressed_at: datetime
    taken: Taken
    by: Signed
    camera: str = ""
    code: str = ""
    preset: str = ""
    replayed: bool = False


PRESS = ".press"


class Pending:
    """The records of one desk that wait, one small file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, press: Press) -> None:
        """The key was pressed: whatever becomes of this console, its files find their record."""
        self._write(self._folder / f"{press.uid}{PRESS}", press)

    def over(self, uid: str) -> None:
        """All files of this press are written down by themselves, or will never come."""
        (self._folder / f"{uid}{PRESS}").unlink(missing_ok=True)

    def begun(self) -> list[Press]:
        """Presses that are not over."""
        found = []
        for path in sorted(self._folder.glob(f"*{PRESS}")):
            try:
                found.append(_read_press(json.loads(path.read_text(encoding="utf-8"))))
            except (ValueError, TypeError, KeyError):
                log.exception("a press of the evidence key cannot be read: %s", path)
        return found

    def put(self, record: Record) -> None:
        """Write it down; after this returns it survives the death of the machine."""
        self._write(self._path(record), record, record.taken.kind)

    def _write(self, path: Path, told_of: Press | Record, kind: EvidenceKind | None = None) -> None:
        told = asdict(told_of)
        told["pressed_at"] = told_of.pressed_at.isoformat()
        told["by"]["role"] = told_of.by.role.value
        if kind is not None:
            told["taken"]["kind"] = kind.value
        write_whole(path, json.dumps(told, ensure_ascii=False).encode())

    def drop(self, record: Record) -> None:
        """It is on record."""
        self._path(record).unlink(missing_ok=True)

    def all(self) -> list[Record]:
        """What waits, oldest first; a file that cannot be read is left where it is."""
        found = []
        for path in sorted(self._folder.glob("*.json"), key=lambda one: one.stat().st_mtime):
            try:
                found.append(_read(json.loads(path.read_text(encoding="utf-8"))))
            except (ValueError, TypeError, KeyError):
                continue
        return found

    def _path(self, record: Record) -> Path:
        return self._folder / f"{record.uid}-{record.taken.kind.value}.json"


def _read_press(told: dict[str, Any]) -> Press:
    by = {**told["by"], "role": Role(told["by"]["role"])}
    at = datetime.fromisoformat(told["pressed_at"])
    return Press(**{**told, "pressed_at": at, "by": Signed(**by)})


def _read(told: dict[str, Any]) -> Record:
    taken = {**told["taken"], "kind": EvidenceKind(told["taken"]["kind"])}
    by = {**told["by"], "role": Role(told["by"]["role"])}
    return Record(
        told["uid"],
        told["camera_id"],
        told["stream"],
        datetime.fromisoformat(told["pressed_at"]),
        Taken(**taken),
        Signed(**by),
        told.get("camera", ""),
        told.get("code", ""),
        told.get("preset", ""),
        told.get("replayed", False),
    )

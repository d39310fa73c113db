"""Evidence on disk whose record is not in the database yet: written down, so none is lost."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.evidence import EvidenceKind
from app.domain.people import Role, Signed
from app.services.evidence import Taken


@dataclass(frozen=True)
class Record:
    """What `evidence.keep` is to be told of one file."""

    uid: str
    camera_id: int
    stream: str
    pressed_at: datetime
    taken: Taken
    by: Signed
    camera: str = ""  # its name, for the sidecar
    code: str = ""
    preset: str = ""


class Pending:
    """The records of one desk that wait, one small file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, record: Record) -> None:
        """Write it down; after this returns it survives the death of the machine."""
        self._folder.mkdir(parents=True, exist_ok=True)
        told = asdict(record)
        told["pressed_at"] = record.pressed_at.isoformat()
        told["taken"]["kind"] = record.taken.kind.value
        told["by"]["role"] = record.by.role.value
        path = self._path(record)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

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
    )

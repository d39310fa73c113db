"""Forms that were not sent yet, kept in files of this desk so that a crash loses no word.

They lie beside the database, not in it: the link to the database may be what is broken.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.draft import CaseDraft, Source, Urgency
from app.durable import write_whole


class Drafts:
    """The drafts of one account at this desk."""

    def __init__(self, folder: Path, person_id: int) -> None:
        self._folder = folder / str(person_id)

    def keep(self, draft: CaseDraft) -> None:
        """Write the draft; after this returns it survives the death of the machine."""
        told = asdict(draft)
        told["source"], told["urgency"] = draft.source.value, draft.urgency.value
        told["seen_at"] = draft.seen_at.isoformat() if draft.seen_at else None
        write_whole(self._path(draft.uid), json.dumps(told, ensure_ascii=False).encode())

    def drop(self, uid: str) -> None:
        """The draft became a case, or was thrown away."""
        self._path(uid).unlink(missing_ok=True)

    def all(self) -> list[CaseDraft]:
        """Every draft, oldest first; a file that cannot be read is left where it is."""
        found = []
        for path in sorted(self._folder.glob("*.json"), key=lambda p: p.stat().st_mtime):
            try:
                found.append(_read(json.loads(path.read_text(encoding="utf-8"))))
            except (ValueError, TypeError, KeyError):
                continue
        return found

    def _path(self, uid: str) -> Path:
        return self._folder / f"{uid}.json"


def _read(told: dict[str, Any]) -> CaseDraft:
    known = {field.name for field in fields(CaseDraft)}
    told = {name: value for name, value in told.items() if name in known}
    told["source"], told["urgency"] = Source(told["source"]), Urgency(told["urgency"])
    told["captures"] = tuple(told["captures"])
    told["seen_at"] = datetime.fromisoformat(told["seen_at"]) if told["seen_at"] else None
    return CaseDraft(**told)

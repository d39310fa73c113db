"""What an engine knows of a piece of evidence, laid beside it until the piece is on record.

A window that dies between the key and the record leaves the file and these facts; the next console
on the same folder puts them on record.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from app.durable import write_whole
from app.video.messages import ClipTaken, StillTaken

log = logging.getLogger(__name__)

KINDS = {"still": StillTaken, "clip": ClipTaken}
SUFFIX = ".told"


def write(told: StillTaken | ClipTaken) -> None:
    """Lay the facts beside the file; both are on disk when this returns."""
    kind = "still" if isinstance(told, StillTaken) else "clip"
    said = json.dumps({"kind": kind, **asdict(told), "path": told.path.name})
    write_whole(beside(told.path), said.encode())


def found(folder: Path, capture: str, named: Path | None = None) -> list[StillTaken | ClipTaken]:
    """What of this press lies complete in the folder, or in `named`, where files have their hash
    for a name: a console may die between naming a file and putting it on record.
    """
    pieces = []
    for path in sorted(folder.glob(f"{capture}.*{SUFFIX}")):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            piece = KINDS[told.pop("kind")](**{**told, "path": folder / told["path"]})
        except (ValueError, TypeError, KeyError):
            log.exception("facts of evidence cannot be read: %s", path)
            continue
        if piece.path.exists() or (named and name_of(named, piece.path, piece.sha256).exists()):
            pieces.append(piece)
    return pieces


def name_of(folder: Path, file: Path, sha256: str) -> Path:
    """Where a file lies once it is named by its content: no two desks' files have one name."""
    return folder / sha256[:2] / f"{sha256}{file.suffix}"


def drop(file: Path) -> None:
    """The file is on record, or on its way there."""
    beside(file).unlink(missing_ok=True)


def sweep(folder: Path, before: float) -> None:
    """Remove the parts of files that nobody has gone on with since `before` (Unix time): their
    engine died. What is whole stays, on record or not.
    """
    for path in folder.glob("*.part"):
        with suppress(OSError):  # gone meanwhile
            if path.stat().st_mtime < before:
                path.unlink()


def beside(file: Path) -> Path:
    return file.with_name(file.name + SUFFIX)

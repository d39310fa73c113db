"""What is known of each evidence file, beside it: checked without any database.

Each file has a sidecar, a JSON of the same name with `.json` behind it, that tells its SHA-256,
camera, clocks, person and desk. Each desk adds a line for it to its manifest, and each line seals
the one before, so that no file, no sidecar and no line can be changed or taken out unnoticed. What
a chain cannot tell by itself is that its end was cut off: the database knows how many there are.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.pending import Record

MANIFEST = "manifest-{desk}.txt"
FIRST_LINK = "0" * 64


@dataclass
class Checked:
    """How many files were checked, and the paths below the folder of those that are not as told."""

    checked: int = 0
    changed: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return {"checked": self.checked, "changed": self.changed}


def write(folder: Path, record: Record) -> Path:
    """Write the sidecar of a file that is on disk, and its line in the desk's manifest.

    Writing it again for the same file leaves one line. Not safe for two threads at once.
    """
    taken = record.taken
    told = {
        "file": taken.path,
        "sha256": taken.sha256,
        "size": taken.size,
        "kind": taken.kind.value,
        "camera": record.camera,
        "camera_code": record.code,
        "stream": record.stream,
        "pressed_at": record.pressed_at.isoformat(),
        "wall_clock": taken.wall,
        "stream_clock": taken.stream_clock,
        "age_s": taken.age,
        "seconds": taken.seconds,
        "person": record.by.name,
        "role": record.by.role.value,
        "desk": record.by.desk,
        "capture": record.uid,
    }
    path = folder / f"{taken.path}.json"
    coded = json.dumps(told, ensure_ascii=False, indent=1).encode()
    manifest = folder / MANIFEST.format(desk=_plain(record.by.desk))
    lines = _lines(manifest)
    if any(name == taken.path for _, name in lines):
        return path
    _put(path, coded)
    whole = not lines or manifest.read_bytes().endswith(b"\n")
    link = _link(lines[-1][0] if lines else FIRST_LINK, coded, taken.path)
    with manifest.open("ab") as file:
        if not whole:
            file.write(b"\n")  # the power went in the middle of the last line
        file.write(f"{link} {taken.path}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    return path


def verify(folder: Path) -> Checked:
    """Hold every file of every manifest against its sidecar, and every manifest against itself."""
    found = Checked()
    for manifest in sorted(folder.glob(MANIFEST.format(desk="*"))):
        link = FIRST_LINK
        for told, name in _lines(manifest):
            found.checked += 1
            sidecar = folder / f"{name}.json"
            coded = sidecar.read_bytes() if sidecar.is_file() else b""
            link = _link(link, coded, name)
            if link != told or not _as_told(folder / name, coded):
                found.changed.append(name)
                link = told  # the lines after it may still be whole
    listed = {
        name for manifest in folder.glob(MANIFEST.format(desk="*")) for _, name in _lines(manifest)
    }
    for name in _sidecars(folder):
        if name not in listed:  # its line was taken out, or it was put here by somebody
            found.checked += 1
            found.changed.append(name)
    return found


def _as_told(file: Path, sidecar: bytes) -> bool:
    try:
        told = json.loads(sidecar)
        with file.open("rb") as opened:
            return bool(hashlib.file_digest(opened, "sha256").hexdigest() == told["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _link(before: str, sidecar: bytes, name: str) -> str:
    return hashlib.sha256(
        before.encode() + hashlib.sha256(sidecar).digest() + name.encode()
    ).hexdigest()


def _lines(manifest: Path) -> list[tuple[str, str]]:
    if not manifest.exists():
        return []
    text = manifest.read_bytes().decode("utf-8", errors="replace")
    lines = text.split("\n")  # and at nothing else: splitlines knows other ends of lines too
    if not lines[-1]:
        lines.pop()
    return [(link, name) for link, _, name in (line.partition(" ") for line in lines)]


def _sidecars(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.json")):
        yield path.relative_to(folder).as_posix().removesuffix(".json")


def _put(path: Path, coded: bytes) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(coded)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _plain(desk: str) -> str:
    """A desk's name as a part of a file's name."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in desk) or "desk"

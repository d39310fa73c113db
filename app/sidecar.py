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
import secrets
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from app.durable import write_whole
from app.evidence_store import StoreFailed, open_url
from app.pending import Record

MANIFEST = "manifest-{desk}.txt"
IDENTITY = "desk.id"
FIRST_LINK = "0" * 64


MEDIA = (".jpg", ".mp4")


@dataclass
class Checked:
    """How many files were checked, and the paths below the folder of those that are not as told."""

    checked: int = 0
    changed: list[str] = field(default_factory=list)
    untold: int = 0  # pictures and clips that no record tells of

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {"checked": self.checked, "changed": self.changed}
        return {**told, "unrecorded": self.untold} if self.untold else told


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
        "replayed": record.replayed,
        "seconds": taken.seconds,
        "person": record.by.name,
        "role": record.by.role.value,
        "desk": record.by.desk,
        "capture": record.uid,
    }
    path = folder / f"{taken.path}.json"
    coded = json.dumps(told, ensure_ascii=False, indent=1).encode()
    manifest = folder / MANIFEST.format(desk=f"{_plain(record.by.desk)}-{identity(folder)}")
    _cut_torn_line(manifest)
    lines = _lines(manifest)
    if any(name == taken.path for _, name in lines):
        return path
    write_whole(path, coded)
    link = _link(lines[-1][0] if lines else FIRST_LINK, coded, taken.path)
    with manifest.open("ab") as file:
        file.write(f"{link} {taken.path}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    return path


def identity(folder: Path) -> str:
    """What tells this folder's manifests from those of another desk of the same name, or of this
    desk before it was installed anew: made once, kept in the folder.
    """
    path = folder / IDENTITY
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        made = secrets.token_hex(4)
        write_whole(path, made.encode())
        return made


def verify(where: Path | str, endpoint: str = "") -> Checked:
    """Hold every file of every manifest against its sidecar, and every manifest against itself.

    `where` is a folder, or the URL of an evidence store; a StoreFailed if that cannot be read.
    """
    files = _Files(where, endpoint)
    found = Checked()
    listed: set[str] = set()
    for manifest in files.manifests():
        link = FIRST_LINK
        for told, name in _read_lines(files.read(manifest)):
            found.checked += 1
            listed.add(name)
            coded = files.read(f"{name}.json")
            link = _link(link, coded, name)
            if link != told or not files.is_as_told(name, coded):
                found.changed.append(name)
                link = told  # the lines after it may still be whole
    for name in files.sidecars():
        if name in listed:
            continue
        found.checked += 1
        coded = files.read(f"{name}.json")
        if is_copy(coded) and not files.manifests():  # made for somebody outside, in their folder
            if not files.is_as_told(name, coded):
                found.changed.append(name)
        else:  # its line was taken out, or it was put here by somebody
            found.changed.append(name)
    found.untold = files.untold()
    return found


def is_copy(sidecar: bytes) -> bool:
    """Whether this is what an export leaves beside a copy."""
    try:
        return "copy_of_sha256" in json.loads(sidecar)
    except (ValueError, TypeError):
        return False


class _Files:
    """A folder or a store, read through fsspec by names below its root."""

    def __init__(self, where: Path | str, endpoint: str) -> None:
        self._files, self._root = open_url(str(where), endpoint)
        try:
            self._names = sorted(
                str(one)[len(self._root) :].lstrip("/") for one in self._files.find(self._root)
            )
        except Exception as error:  # fsspec's many; their texts may carry keys
            raise _silent(error) from None

    def manifests(self) -> list[str]:
        return [name for name in self._names if fnmatch(name, MANIFEST.format(desk="*"))]

    def sidecars(self) -> list[str]:
        """Names of files that a sidecar tells of."""
        return [name.removesuffix(".json") for name in self._names if name.endswith(".json")]

    def untold(self) -> int:
        """How many pictures and clips no sidecar tells of: nobody can say whether they changed."""
        told = set(self.sidecars())
        seen = [n for n in self._names if n.endswith(MEDIA) and not n.startswith("taking/")]
        return sum(name not in told for name in seen)

    def read(self, name: str) -> bytes:
        """The bytes of a small file; none if it is not there."""
        try:
            return bytes(self._files.cat_file(f"{self._root}/{name}"))
        except FileNotFoundError:
            return b""
        except Exception as error:  # silence is no proof of a change
            raise _silent(error) from None

    def is_as_told(self, name: str, sidecar: bytes) -> bool:
        try:
            told = json.loads(sidecar)
            with self._files.open(f"{self._root}/{name}", "rb") as opened:
                return bool(hashlib.file_digest(opened, "sha256").hexdigest() == told["sha256"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return False
        except OSError as error:
            raise _silent(error) from None


def _silent(error: Exception) -> StoreFailed:
    why = type(error).__name__
    return StoreFailed("证据库没有应答（{why}）：请检查网络和存储", why=why)


def _link(before: str, sidecar: bytes, name: str) -> str:
    return hashlib.sha256(
        before.encode() + hashlib.sha256(sidecar).digest() + name.encode()
    ).hexdigest()


def _cut_torn_line(manifest: Path) -> None:
    """The power went in the middle of the last line: its file is not on record yet, and is told
    of again.
    """
    coded = manifest.read_bytes() if manifest.exists() else b""
    if coded and not coded.endswith(b"\n"):
        os.truncate(manifest, coded.rfind(b"\n") + 1)


def _lines(manifest: Path) -> list[tuple[str, str]]:
    return _read_lines(manifest.read_bytes()) if manifest.exists() else []


def _read_lines(coded: bytes) -> list[tuple[str, str]]:
    text = coded.decode("utf-8", errors="replace")
    lines = text.split("\n")  # and at nothing else: splitlines knows other ends of lines too
    if not lines[-1]:
        lines.pop()
    return [(link, name) for link, _, name in (line.partition(" ") for line in lines)]


def _plain(desk: str) -> str:
    """A desk's name as a part of a file's name."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in desk) or "desk"

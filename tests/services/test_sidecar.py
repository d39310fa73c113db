"""Sidecars and manifests: no changed byte goes unnoticed, and no database is asked."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import sidecar
from app.domain.evidence import EvidenceKind
from app.domain.people import Role, Signed
from app.pending import Pending, Record
from app.services.evidence import Taken, sha256
from app.sidecar import IDENTITY

WHO = Signed(1, "林某", Role.OPERATOR, "甲席/1")


def taken(folder: Path, number: int) -> Record:
    """A file of evidence on disk, as a desk has just taken it."""
    path = folder / "2026" / "03" / f"{number}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(random.Random(number).randbytes(2000))
    name = path.relative_to(folder).as_posix()
    told = Taken(EvidenceKind.STILL, name, sha256(path), 2000, 1.0, 2.0, age=0.1)
    at = datetime(2026, 3, 4, tzinfo=UTC)
    return Record(f"uid-{number}", 7, "sub", at, told, WHO, "体育西路口", "C1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(12):
        record = taken(tmp_path, number)
        sidecar.write(tmp_path, record)
        sidecar.write(tmp_path, record)  # again is the same
    return tmp_path


def test_that_what_was_not_touched_is_whole(folder: Path) -> None:
    assert sidecar.verify(folder).told() == {"checked": 12, "changed": []}


def test_that_a_changed_byte_is_found_wherever_it_is(folder: Path) -> None:
    dice = random.Random(5)
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != IDENTITY]
    for _ in range(500):
        path = dice.choice(files)
        before = path.read_bytes()
        coded = bytearray(before)
        coded[dice.randrange(len(coded))] ^= 1 << dice.randrange(8)
        path.write_bytes(coded)
        assert sidecar.verify(folder).changed, path
        path.write_bytes(before)
    assert not sidecar.verify(folder).changed


def test_that_what_is_missing_swapped_or_added_is_found_and_named(folder: Path) -> None:
    path = folder / "2026/03/4.jpg"
    path.unlink()
    assert sidecar.verify(folder).changed == ["2026/03/4.jpg"]
    path.write_bytes(random.Random(4).randbytes(2000))
    manifest = next(folder.glob("manifest-*.txt"))
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(lines[:4] + lines[5:]))
    assert "2026/03/4.jpg" in sidecar.verify(folder).changed
    manifest.write_text("".join([*lines[:4], lines[5], lines[4], *lines[6:]]))
    assert sidecar.verify(folder).changed
    manifest.write_text("".join(lines))
    (folder / "x.jpg.json").write_text("{}")
    assert sidecar.verify(folder).changed == ["x.jpg"]


def test_that_an_untouched_copy_is_no_change_and_what_no_record_tells_of_is_counted(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "给街道.mp4"
    copy.write_bytes(b"film")
    told = {"file": copy.name, "sha256": sha256(copy), "copy_of_sha256": "0" * 64}
    copy.with_name("给街道.mp4.json").write_text(json.dumps(told), "utf-8")
    (tmp_path / "x.jpg").write_bytes(b"unknown")
    found = sidecar.verify(tmp_path)
    assert (found.checked, found.changed, found.untold) == (1, [], 1)
    assert found.told() == {"checked": 1, "changed": [], "unrecorded": 1}
    copy.write_bytes(b"other")
    assert sidecar.verify(tmp_path).changed == ["给街道.mp4"]


def test_that_calling_a_changed_file_a_copy_hides_nothing(folder: Path) -> None:
    manifest = next(folder.glob("manifest-*.txt"))
    lines = manifest.read_text("utf-8").splitlines(keepends=True)
    manifest.write_text("".join(lines[:-1]), "utf-8")
    file = folder / lines[-1].split()[1]
    file.write_bytes(b"forged")
    beside = file.with_name(f"{file.name}.json")
    told = {**json.loads(beside.read_text("utf-8")), "sha256": sha256(file)}
    beside.write_text(json.dumps({**told, "copy_of_sha256": "x"}), "utf-8")
    assert sidecar.verify(folder).changed == [lines[-1].split()[1]]


def test_that_a_record_that_waits_comes_back_as_it_was(tmp_path: Path) -> None:
    pending = Pending(tmp_path / "pending")
    record = taken(tmp_path, 1)
    pending.put(record)
    (tmp_path / "pending" / "broken.json").write_text("{")
    assert pending.all() == [record]
    pending.drop(record)
    assert pending.all() == []

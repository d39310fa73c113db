"""Files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.durable import whole_file, write_whole


def test_that_what_was_there_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "a.json"
    write_whole(path, b"old")
    with pytest.raises(ValueError, match="half-way"):
        write_half(path)
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert [one.name for one in path.parent.iterdir()] == ["a.json"]
    assert path.read_bytes() == b"new"


def write_half(path: Path) -> None:
    with whole_file(path) as part:
        part.write_bytes(b"new, and cut off")
        raise ValueError("half-way")


def test_that_file_and_name_are_on_disk_when_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    really = os.fsync

    def watch(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        really(handle)

    monkeypatch.setattr(os, "fsync", watch)
    write_whole(tmp_path / "a", b"x")
    assert synced == [(tmp_path / "a").stat().st_ino, tmp_path.stat().st_ino]

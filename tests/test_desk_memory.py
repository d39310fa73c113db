"""A desk remembers what it was told last, whichever thread gets its turn first."""

from __future__ import annotations

from pathlib import Path

from app.desk_memory import DeskMemory


def test_that_what_was_asked_later_stays(tmp_path: Path) -> None:
    memory = DeskMemory(tmp_path / "home")
    assert memory.read() == {}
    late = memory.keeping({"wall": 1})
    memory.keep({"wall": 2})
    late()
    assert memory.read() == {"wall": 2}
    memory.keep({"wall": 3})
    assert DeskMemory(tmp_path / "home").read() == {"wall": 3}


def test_that_a_broken_file_is_an_empty_one(tmp_path: Path) -> None:
    for broken in (b"{", b"[1]", b"\xff\xfe"):
        (tmp_path / "desk.json").write_bytes(broken)
        assert DeskMemory(tmp_path).read() == {}

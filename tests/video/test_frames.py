"""Picture slots: what one side writes the other side sees, whole."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from app.video.frames import PLACES, Slot


def test_that_a_reader_sees_the_newest_picture_and_the_packet_clock(tmp_path: Path) -> None:
    writer, reader = Slot(tmp_path / "slot", create=True), Slot(tmp_path / "slot")
    assert reader.picture() is None
    for number in range(1, 2 * PLACES + 2):
        writer.tick(100.0 + number)
        writer.write(memoryview(bytes([number]) * 16 * 4 * 2), 16, 2, 64, 100.0 + number, 5.0)
        picture = reader.picture()
        assert picture is not None
        assert (picture.number, picture.width, picture.height) == (number, 16, 2)
        assert bytes(reader.pixels(picture)) == bytes([number]) * 128
        assert reader.packet_at == picture.arrived == 100.0 + number
    writer.close()
    assert not (tmp_path / "slot").exists()


def test_that_a_picture_being_shown_outlives_two_newer_ones(tmp_path: Path) -> None:
    slot = Slot(tmp_path / "slot", create=True)
    slot.write(memoryview(b"\x01" * 64), 16, 1, 64, 1.0, 1.0)
    shown = slot.picture()
    assert shown is not None
    for value in (2, 3):
        slot.write(memoryview(bytes([value]) * 64), 16, 1, 64, 1.0, 1.0)
    assert bytes(slot.pixels(shown)) == b"\x01" * 64
    slot.close()


@pytest.mark.skipif(sys.platform == "win32", reason="files there have their memory")
def test_that_what_a_full_machine_cannot_give_is_an_error_and_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = Slot(tmp_path / "slot", create=True)
    slot.write(memoryview(bytes(64)), 16, 1, 64, 1.0, 1.0)

    def full(handle: int, at: int, size: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "posix_fallocate", full)
    slot.write(memoryview(bytes(64)), 16, 1, 64, 1.0, 1.0)  # has its memory already
    with pytest.raises(OSError, match="full"):
        slot.write(memoryview(bytes(128)), 16, 2, 64, 1.0, 1.0)
    assert slot.number == 2
    with pytest.raises(OSError, match="full"):
        Slot(tmp_path / "other", create=True)
    assert not (tmp_path / "other").exists()
    slot.close()

"""Picture slots in shared memory: one process writes pictures, another paints them.

A slot is a file of 4 096 bytes of head and three pictures. Picture number n lies in place n mod 3,
so a reader that paints picture n in less than two frame times is never overwritten; the number is
published last, in one aligned eight-byte write. The file is sparse: a place costs the memory of the
pictures it really held. That memory is asked for before it is touched, since touching what a full
machine cannot give ends the process.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

HEAD_BYTES = 4096
PLACES = 3
PLACE_BYTES = 3840 * 2160 * 4
"""A picture for a whole 4K screen; untouched memory costs nothing."""

_NUMBER, _PACKET_AT = 0, 1  # words of the head
_PLACES_AT, _PLACE_FACTS = 64, 64  # bytes of the head: where the places' facts begin, and of each
_FACTS = struct.Struct("QQQdd")  # width, height, stride, arrived, wall


class Picture(NamedTuple):
    """What is known of one picture in a slot, its pixels aside."""

    number: int
    width: int
    height: int
    stride: int  # bytes of a line
    arrived: float  # time.monotonic() when its packet came
    wall: float  # time.time() when its packet came


def memory_folder() -> Path:
    """Where slots live: memory where the system offers it as a folder."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() and os.access(shared, os.W_OK) else Path(tempfile.gettempdir())


class Slot:
    """One slot, for either side. The side that creates it also removes it."""

    def __init__(self, path: Path, create: bool = False) -> None:
        self.path = path
        self._owner = create
        size = HEAD_BYTES + PLACES * PLACE_BYTES
        flags = os.O_RDWR | (os.O_CREAT | os.O_EXCL if create else 0)
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if create:
                os.ftruncate(handle, size)
                _reserve(handle, 0, HEAD_BYTES)
            self._map = mmap.mmap(handle, size)
        except OSError:
            if create:
                path.unlink()
            raise
        finally:
            os.close(handle)
        self._reserved = 0  # bytes of each place
        self._memory = memoryview(self._map)
        self._words = self._memory[:HEAD_BYTES].cast("Q")
        self._reals = self._memory[:HEAD_BYTES].cast("d")

    def write(
        self, pixels: memoryview, width: int, height: int, stride: int, arrived: float, wall: float
    ) -> None:
        """Put one picture (BGRA, `stride` bytes a line) into the slot and publish it.

        OSError where the machine has no memory left for a picture of this size.
        """
        if stride * height > self._reserved and not self._grow(stride * height):
            return
        number = self._words[_NUMBER] + 1
        place = number % PLACES
        start = HEAD_BYTES + place * PLACE_BYTES
        self._memory[start : start + stride * height] = pixels[: stride * height]
        at = _PLACES_AT + place * _PLACE_FACTS
        _FACTS.pack_into(self._memory, at, width, height, stride, arrived, wall)
        self._words[_NUMBER] = number

    def _grow(self, size: int) -> bool:
        """Ask for memory for pictures of so many bytes; False if the other side has let go."""
        try:
            handle = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            return False
        try:
            for place in range(PLACES):
                _reserve(handle, HEAD_BYTES + place * PLACE_BYTES, size)
        finally:
            os.close(handle)
        self._reserved = size
        return True

    def tick(self, at: float) -> None:
        """Note that a packet came at `at` (monotonic seconds): truth is read from this clock."""
        self._reals[_PACKET_AT] = at

    @property
    def packet_at(self) -> float:
        """When the last packet came (monotonic seconds); 0.0 before the first."""
        return self._reals[_PACKET_AT]

    @property
    def number(self) -> int:
        """How many pictures were published; 0 before the first."""
        return self._words[_NUMBER]

    def picture(self) -> Picture | None:
        """The newest picture's facts, or None before the first."""
        number = self._words[_NUMBER]
        if not number:
            return None
        at = _PLACES_AT + (number % PLACES) * _PLACE_FACTS
        return Picture(number, *_FACTS.unpack_from(self._memory, at))

    def pixels(self, picture: Picture) -> memoryview:
        """The memory of this picture, valid until two newer ones were written."""
        start = HEAD_BYTES + (picture.number % PLACES) * PLACE_BYTES
        return self._memory[start : start + picture.stride * picture.height]

    def close(self) -> None:
        """Let go of the memory; the owner also removes the file. Views handed out keep it alive."""
        if self._owner:
            with suppress(PermissionError):  # Windows keeps a file that is still mapped
                self.path.unlink(missing_ok=True)
            self._owner = False


def _reserve(handle: int, at: int, size: int) -> None:
    if sys.platform != "win32":  # a file there has its memory from the beginning
        os.posix_fallocate(handle, at, size)

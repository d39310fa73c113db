"""Where a ring's packets lie: chunks of memory beside the heap.

Packets are of all sizes and stay for half a minute while millions of other things come and go on
the heap. Among those they would leave gaps that nothing fits into, and an engine would grow for
hours without anything being lost (`./zhishou bench soak`).
"""

from __future__ import annotations

import mmap
import sys
from contextlib import suppress

from av.buffer import Buffer

CHUNK = 256 * 1024
"""Bytes: some seconds of a sub stream. What is larger gets a chunk of its own."""


class Shelf:
    """Takes packets of one stream. A chunk goes back to the system when nobody holds any packet of
    it any more.
    """

    def __init__(self) -> None:
        self._chunk = memoryview(b"")
        self._at = 0

    def put(self, packet: Buffer) -> memoryview:
        """A copy of the packet's bytes that stays as long as it is held. Raises OSError where there
        is no memory.
        """
        size = packet.buffer_size
        if self._at + size > len(self._chunk):
            self._chunk, self._at = memoryview(_chunk(max(CHUNK, size))), 0
        place = self._chunk[self._at : self._at + size]
        place[:] = memoryview(packet)
        self._at += size
        return place


def _chunk(size: int) -> mmap.mmap:
    """Memory of this process alone, where the system knows a difference. Raises OSError."""
    if sys.platform == "win32":
        return mmap.mmap(-1, size)
    chunk = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if sys.platform == "linux":
        # Neighbours would be joined to pages of 2 MB, and each stay until the last of them goes.
        with suppress(OSError):  # a kernel without such pages
            chunk.madvise(mmap.MADV_NOHUGEPAGE)
    return chunk

"""One heap of the C library for all threads of a process.

glibc gives each thread a heap of its own, up to eight for each core, and what is free in one is of
no use to the others. An engine's threads read packets of all sizes for ever: their heaps fill up
unevenly and grow for hours (`./zhishou bench soak`: half a megabyte an hour in each process), which
no leak explains. With one heap they wait for one another for a moment at a large allocation;
small ones each thread keeps at hand.
"""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8
"""As malloc.h of glibc numbers it."""


def keep_one_heap() -> None:
    """To be called before the process starts its threads; does nothing where there is no glibc."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_ARENA_MAX, 1)

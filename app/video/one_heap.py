"""One heap of the C library for all threads of a process.

glibc gives each thread a heap of its own, up to eight for each core, and what is free in one is of
no use to the others. An engine's threads read packets of all sizes for ever: their heaps fill up
unevenly and grow for hours (`./zhishou bench soak`: half a megabyte an hour in each process), which
no leak explains. With one heap they wait for one another at what a thread does not keep at hand:
what is large, and what FFmpeg wants aligned. That costs less than `./zhishou bench wall` sways by.
"""

from __future__ import annotations

import ctypes
import os
import sys

_M_ARENA_MAX = -8
"""As malloc.h of glibc numbers it."""


GIVE_BACK_EACH_S = 300.0
"""Some milliseconds of work, and what is asked for anew after it costs a fault for each page."""


def give_back() -> None:
    """Let the system have the pages of the heap that hold nothing; does nothing without glibc.

    Whatever is freed between two things that stay would else be kept for good. With it both engines
    grow by 0.2 MB an hour in `./zhishou bench soak`, and grew by 0.7 before.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def with_one_heap() -> dict[str, str]:
    """The environment for a process that has one heap from its first moment on."""
    return {**os.environ, "MALLOC_ARENA_MAX": "1"}


def keep_one_heap() -> None:
    """The same for this process, before it starts threads; does nothing where there is no glibc."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_ARENA_MAX, 1)

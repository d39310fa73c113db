"""One heap of the C library for all threads, counted as the library itself counts them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import ctypes, sys, threading
from app.video.one_heap import keep_one_heap

if sys.argv[2] == "one":
    keep_one_heap()
everybody = threading.Barrier(6)

def allocate():
    kept = [bytes(2000) for _ in range(100)]
    everybody.wait()  # all at once: a heap whose thread has ended is given to the next
    del kept

threads = [threading.Thread(target=allocate) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's way")


def heaps(told: Path, how: str) -> int:
    subprocess.run([sys.executable, "-c", SCRIPT, str(told), how], check=True)
    return told.read_text().count("<heap nr=")


def test_that_threads_share_one_heap(tmp_path: Path) -> None:
    assert heaps(tmp_path / "one.xml", "one") == 1
    assert heaps(tmp_path / "many.xml", "many") > 1, "as the library does by itself"

"""One heap of the C library for all threads, as the library and the system count them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.camera import Stream
from app.video.messages import Decode, StreamKey
from app.video.one_heap import with_one_heap
from app.video.supervisor import Engines
from tests.cameras import TestCameras
from tests.video.ear import Ear, pictures

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
print(flush=True)
sys.stdin.readline()
"""

HEAP_BYTES = 64 * 1024 * 1024
"""Each further heap of glibc is so much address space, at a multiple of that."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not Path("/lib64/ld-linux-x86-64.so.2").exists(),
    reason="as glibc does it on 64 bits",
)


def further_heaps(pid: int) -> int:
    """How many heaps beside the first, seen from outside: what of each is not in use yet is a
    mapping that nobody may read, up to its end.
    """
    found = 0
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        place, rights, *_, inode = line.split()[:5]
        begin, end = (int(part, 16) for part in place.split("-"))
        long = 1024 * 1024 < end - begin < HEAP_BYTES  # a thread's stack has a page of that kind
        found += rights == "---p" and inode == "0" and long and end % HEAP_BYTES == 0
    return found


def heaps(told: Path, how: str, environment: dict[str, str] | None = None) -> tuple[int, int]:
    """How many the library tells of, and how many beside the first are seen."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(told), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seen = further_heaps(process.pid)
        process.communicate(b"\n")
    return told.read_text().count("<heap nr="), seen


def test_that_threads_share_one_heap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    assert heaps(tmp_path / "one.xml", "one") == (1, 0)
    assert heaps(tmp_path / "told.xml", "many", with_one_heap()) == (1, 0)
    told, seen = heaps(tmp_path / "many.xml", "many")
    assert told == seen + 1 > 1, "as the library does by itself"


GIVE = """
import ctypes
from app.video.one_heap import give_back

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def held():
    with open("/proc/self/smaps_rollup") as told:
        return next(int(line.split()[1]) for line in told if line.startswith("Pss_Anon:"))

places = [libc.malloc(20_000) for _ in range(2_000)]
for place in places:
    ctypes.memset(place, 1, 20_000)
for number, place in enumerate(places):
    if number % 8:
        libc.free(place)  # what stays lies between, so that the heap cannot shrink
full = held()
give_back()
print(full - held())
"""


def test_that_pages_that_hold_nothing_are_given_back() -> None:
    told = subprocess.run([sys.executable, "-c", GIVE], capture_output=True, check=True)
    assert int(told.stdout) > 20_000, "of the 35 000 kB that were freed"


@pytest.mark.video
def test_that_an_engine_has_one_heap_for_all_its_streams(cameras: TestCameras, ear: Ear) -> None:
    engines = Engines(ear, count=1)
    try:
        for number in range(6):
            key = StreamKey(number, Stream.SUB)
            engines.open(key, cameras.url("sub"))
            pictures(engines.view(key, 160, 90, Decode.FULL), 2)
        assert [further_heaps(pid) for pid in engines.pids()] == [0]
    finally:
        engines.stop()

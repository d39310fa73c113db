"""What the benches share: cameras with a clock in the picture, a console, and processor time."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from PySide6.QtCore import QTimer

from app.demo import city
from app.demo.demo import LOOP_SECONDS, Job, encode_all
from app.demo.loops import FPS, is_there
from app.demo.places import SPOTS
from app.demo.rtsp import Served
from app.demo.streets import CLOCK_BITS
from app.desk import Desk
from app.domain.camera import Camera, StreamState
from app.domain.errors import Refusal
from app.domain.people import Role, Signed
from app.main import Console, open_desk, run_console
from app.settings import Settings, read_settings
from app.video.frames import Picture
from app.video.load import processor_s
from db.unit_of_work import Work

LOOPS, PHASES = 4, 8
"""Different streets, and different moments at which they send their key frames. More cameras than
there are of both share streams, each with a connection of its own: the server, which no console
has to carry, would else take more of the machine than the console.
"""


def clocked_loops() -> list[Path]:
    """Sub streams whose pictures carry their number; encoded once and kept."""
    folder = user_cache_path("zhishou-bench")
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        Job(seed, f"实测 {seed}", folder / f"c{seed}-main.h264", folder / f"c{seed}-sub.h264", True)
        for seed in range(1, LOOPS + 1)
    ]
    list(encode_all([job for job in jobs if not is_there(job.sub)]))
    return [job.sub for job in jobs]


def served(count: int) -> list[Served]:
    """What so many cameras send, one after the other; some more than once."""
    loops = clocked_loops()
    kinds = [
        Served(f"/bench{n:02d}", str(loops[n % LOOPS]), ahead=n // LOOPS / PHASES)
        for n in range(LOOPS * PHASES)
    ]
    return [kinds[n % len(kinds)] for n in range(count)]


@contextmanager
def bench_home() -> Iterator[Settings]:
    """A data folder that goes when the bench is over."""
    home = Path(tempfile.mkdtemp(prefix="zhishou-bench-"))
    try:
        yield replace(read_settings({"ZHISHOU_HOME": str(home)}), desk="bench", idle_lock_minutes=0)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def furnish(work: Work, urls: Sequence[str], cases: int) -> Signed:
    """People, cameras for the streams, and cases; who sits at the desk."""
    dice = random.Random(7)
    city.make_people(work, dice)
    work.session.flush()
    for n, url in enumerate(urls):
        spot = SPOTS[n % len(SPOTS)]
        work.cameras.add(
            Camera(
                f"B{n:04d}",
                f"{spot.name} {n}",
                spot.district,
                "",
                spot.name,
                spot.lon,
                spot.lat,
                url,
                url,
            )
        )
    if cases:
        city.make_cases(work, cases, 365, dice)
    person = work.people.by_login("operator")
    assert person is not None
    return Signed(person.id, person.name, Role.OPERATOR, "bench")


def in_console(
    settings: Settings, urls: Sequence[str], measure: Callable[[Console], Any], cases: int = 0
) -> Any:
    """Open the real window on these streams and run `measure`, a coroutine function; its result."""
    desk: Desk = open_desk(settings)
    signed, _ = desk.do_now(furnish, urls, cases)
    kept: list[Any] = []

    def script(console: Console) -> asyncio.Future[int]:
        async def run() -> int:
            try:
                kept.append(await measure(console))
            except Exception:
                traceback.print_exc()  # the console ends all the same
                return 1
            return 0

        return asyncio.ensure_future(run())

    run_console(settings, desk, signed, script)
    if not kept:
        raise Refusal("实测没有完成，原因见上")
    return kept[0]


async def all_live(console: Console, count: int, within: float = 30) -> None:
    """Wait until so many tiles are live."""
    async with asyncio.timeout(within):
        while (
            sum(t.truth.state is StreamState.LIVE for t in console.window.eyes.wall.tiles) < count
        ):
            await asyncio.sleep(0.05)


class LoopGaps:
    """How long the window's event loop was away, between two ticks of a one-millisecond timer.

    Counted in tenths of a millisecond: a thousand numbers a second, kept one by one, would look
    like a leak of the window's after an hour.
    """

    def __init__(self, console: Console) -> None:
        self._timer = QTimer(console.window, interval=1)
        self._timer.timeout.connect(self._tick)
        self._last: float | None = None
        self._counted: Counter[int] = Counter()

    def start(self) -> None:
        self._counted, self._last = Counter(), None
        self._timer.start()

    def stop(self) -> dict[str, float]:
        """p50, p95, p99 and max in milliseconds."""
        self._timer.stop()
        told, total = {}, self._counted.total()
        for share in (50, 95, 99, 100):
            passed = 0
            for tenths, count in sorted(self._counted.items()):
                passed += count
                if passed * 100 >= total * share:
                    told["max" if share == 100 else f"p{share}"] = tenths / 10
                    break
        return told

    def _tick(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self._counted[round((now - self._last) * 10_000)] += 1
        self._last = now


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    ordered = sorted(values)
    if not ordered:
        return {"p50": float("nan"), "p95": float("nan"), "p99": float("nan")}
    return {
        f"p{share}": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 1)
        for share in (50, 95, 99)
    }


def cpu_seconds(pids: Sequence[int]) -> float:
    """Processor time of these processes so far; one that has ended counts nothing."""
    return sum(processor_s(pid) for pid in pids)


def own_memory_mb(pids: Sequence[int]) -> float:
    """Memory that these processes asked for, code and files left out.

    What files they map counts less as soon as another program maps them too, which has nothing to
    do with what these processes do.
    """
    return memory_mb(pids, "Pss_Anon:", "Pss_Shmem:")


def memory_mb(pids: Sequence[int], *kinds: str) -> float:
    """Proportional memory of these processes: what they share counts once."""
    total, wanted = 0, kinds or ("Pss:",)
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as told:
                lines = told.read().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith(wanted))
    return round(total / 1024, 1)


def read_clock(picture: Picture, pixels: memoryview) -> int | None:
    """The number that a picture's strip carries; None if the strip cannot be read."""
    row = picture.height - max(2, picture.height // 40)
    cells = CLOCK_BITS + 2
    levels = []
    for cell in range(cells):
        column = int((cell + 0.5) * picture.width / cells)
        at = row * picture.stride + column * 4
        levels.append(pixels[at] + pixels[at + 1] + pixels[at + 2])
    white, black = levels[0], levels[1]
    if white - black < 300:
        return None
    middle = (white + black) / 2
    return sum(1 << bit for bit, level in enumerate(levels[2:]) if level > middle)


def delay_ms(number: int, ahead: float, painted_wall: float) -> float:
    """How long ago a picture of this number, of a stream so far ahead, was made when painted."""
    loop = float(LOOP_SECONDS)
    return ((painted_wall + ahead - number / FPS) % loop) * 1000

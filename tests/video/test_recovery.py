"""A network that goes and comes back, and engines that die: everything is there again by itself."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.camera import Stream, StreamState
from app.video.messages import Decode, StreamKey
from app.video.supervisor import Engines
from tests.cameras import TestCameras
from tests.chaos import Cable
from tests.video.ear import Ear, pictures

S = StreamState
pytestmark = pytest.mark.video

CAMERAS = 24
CUT_S = 20.0
"""Long enough for the pauses between tries to have grown beyond what is promised."""

BACK_WITHIN_S = 10.0
KILLS = 12


@pytest.fixture
def engines(ear: Ear) -> Iterator[Engines]:
    made = Engines(ear, count=2)
    yield made
    made.stop()


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def files_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_that_every_camera_is_back_soon_after_the_network_is(
    engines: Engines, cameras: TestCameras, ear: Ear
) -> None:
    url = cameras.url("sub")
    port = int(url.split(":")[2].split("/")[0])
    keys = [StreamKey(n, Stream.SUB) for n in range(CAMERAS)]

    def live() -> int:
        return sum(ear.state(key) is S.LIVE for key in keys)

    with Cable(port) as cable:
        for key in keys:
            engines.open(key, url.replace(str(port), str(cable.port)))
        ear.wait_for(lambda: live() == CAMERAS, 30)
        before = {pid: (threads_of(pid), files_of(pid)) for pid in engines.pids()}
        cable.cut()
        cut = time.monotonic()
        ear.wait_for(lambda: live() == 0, 10)  # `bench recover` tells how soon
        while time.monotonic() - cut < CUT_S:
            time.sleep(0.1)
        cable.mend()
        ear.wait_for(lambda: live() == CAMERAS, BACK_WITHIN_S)

        def none_left() -> bool:
            return all(
                threads_of(pid) <= threads and files_of(pid) <= files + 2
                for pid, (threads, files) in before.items()
            )

        until = time.monotonic() + 10
        while not none_left() and time.monotonic() < until:
            time.sleep(0.2)
        assert none_left(), before


@pytest.mark.expects_log
def test_that_an_engine_killed_again_and_again_is_back_and_others_go_on(
    engines: Engines, cameras: TestCameras, ear: Ear
) -> None:
    url = cameras.url("sub")
    keys = [StreamKey(n, Stream.SUB) for n in range(4)]
    for key in keys:
        engines.open(key, url)
    views = {key: engines.view(key, 320, 180, Decode.FULL) for key in keys}
    ear.wait_for(lambda: all(ear.state(key) is S.LIVE for key in keys), 20)
    here = threading.active_count()
    for _ in range(KILLS):
        victim, witness = engines.pids()
        mine = [key for key in keys if engines._home[key] == 0]
        other = next(key for key in keys if engines._home[key] == 1)
        seen = views[other].slot.number
        os.kill(victim, signal.SIGKILL)
        ear.wait_for(lambda v=victim: engines.pids()[0] not in (v, 0), 5)  # type: ignore[misc]
        for key in mine:  # the waits end a hang; how fast it is, `bench recover --kills` measures
            pictures(views[key], 1, within=5)
        assert engines.pids()[1] == witness
        assert views[other].slot.number > seen
    assert threading.active_count() <= here + 1

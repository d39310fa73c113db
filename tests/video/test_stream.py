"""When a stream is tried again: soon where it may be back, seldom where it was refused."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator

import pytest

from app.domain.camera import Stream, StreamState
from app.domain.network import PRIVATE
from app.video import stream as module
from app.video.gates import Gates
from app.video.messages import Looked, Open, StateChanged, StreamKey
from app.video.route import Route
from app.video.stream import LATE_FOR_S, RENEWED_EACH_S, CameraStream
from tests.cameras import TestCameras
from tests.video.ear import wait_for

S = StreamState
KEY = StreamKey(1, Stream.SUB)


@pytest.fixture
def stream() -> CameraStream:
    """One that is never started."""
    gates = Gates(1)
    return CameraStream(Open(KEY, "rtsp://127.0.0.1:9/x", 30.0, PRIVATE), print, gates, {})


def test_that_a_stream_late_for_a_minute_is_connected_anew_and_not_again_at_once(
    stream: CameraStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        now = 5_000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    asked: list[float] = []
    while clock.now < 5_000 + RENEWED_EACH_S + 2 * LATE_FOR_S:
        stream._late = not 20 < clock.now - 5_000 < 25  # a moment in time begins it anew
        if stream._is_behind_for_long():
            asked.append(clock.now - 5_000)
        clock.now += 1.0
    first, second = asked
    assert 25 + LATE_FOR_S < first < 25 + LATE_FOR_S + 3
    assert RENEWED_EACH_S < second - first < RENEWED_EACH_S + 3


def test_that_a_stream_that_ended_while_it_waited_asks_its_platform_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def find(self: Route) -> str:
        asked.append(self.platform)
        raise OSError

    monkeypatch.setattr(Route, "find", find)
    gates = Gates(1)
    url = "wvp+http://u:p@10.0.0.1:18080?channel=1"
    held = gates.door("u:p@10.0.0.1:18080", False)
    held.acquire()
    waiting = CameraStream(Open(KEY, url, 30.0, PRIVATE), print, gates, {})
    waiting.start()
    other = CameraStream(Open(KEY, "rtsp://10.0.0.2/x", 30.0, PRIVATE), print, gates, {})
    other.start()
    thread = waiting._thread
    assert thread is not None
    wait_for(lambda: bool(asked), 10)  # the direct one does not wait for the platform
    other.end()
    waiting.end()
    held.release()
    thread.join(5)
    assert not thread.is_alive()
    assert other._thread is not None
    other._thread.join(5)
    assert asked == [""]


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Python frees what nobody holds, and does not look for circles."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.video
def test_that_a_stream_is_gone_with_its_last_packet_as_soon_as_it_has_ended(
    cameras: TestCameras, no_collector: None
) -> None:
    states: list[StreamState] = []

    def tell(said: StateChanged | Looked) -> None:
        if isinstance(said, StateChanged):
            states.append(said.state)

    url = cameras.url("sub")
    stream = CameraStream(Open(KEY, url, 30.0, ("127.0.0.0/8",)), tell, Gates(1), {})
    stream.start()
    wait_for(lambda: S.LIVE in states, 20)
    thread, gone = stream._thread, weakref.ref(stream)
    assert thread is not None
    stream.end()
    thread.join(10)
    assert not stream.lingers(time.monotonic())
    del stream
    assert gone() is None

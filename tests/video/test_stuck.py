"""A read that is fed with something else than pictures: left behind, and bounded from then on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.camera import Stream, StreamState
from app.video import route
from app.video import stream as streams
from app.video.gates import Gates
from app.video.messages import Looked, Open, StateChanged, StreamKey
from app.video.stream import CameraStream
from tests.video.ear import wait_for
from tests.video.liar import Liar

pytestmark = pytest.mark.video

KEY = StreamKey(1, Stream.SUB)


@pytest.fixture
def liar(loops: dict[str, Path]) -> Iterator[Liar]:
    with Liar(loops) as server:
        yield server


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience in tenths: what is tested is that it ends, not when."""
    monkeypatch.setattr(streams, "STUCK_AFTER_S", 0.7)
    monkeypatch.setattr(streams, "STUCK_FOR_S", 0.3)
    monkeypatch.setattr(route, "READ_TIMEOUT_S", 0.4)


@pytest.fixture
def heard() -> list[StreamState]:
    return []


@pytest.fixture
def stream(soon: None, liar: Liar, heard: list[StreamState]) -> Iterator[CameraStream]:
    made = begun(liar, heard, {})
    yield made
    made.end()


def begun(liar: Liar, heard: list[StreamState], bounded: dict[StreamKey, float]) -> CameraStream:
    """A stream of a camera whose encoder hangs two seconds after each connection."""

    def tell(said: StateChanged | Looked) -> None:
        if isinstance(said, StateChanged):
            heard.append(said.state)

    gates = Gates(1)
    opened = Open(KEY, liar.url("starves", 1), 30.0, ("127.0.0.0/8",))
    made = CameraStream(opened, tell, gates, bounded)
    made.start()
    return made


def reading() -> int:
    """How many threads follow the stream."""
    return sum(thread.name == "stream 1 sub" for thread in threading.enumerate())


def test_that_a_stuck_read_is_left_behind_and_no_second_one_ever_is(
    stream: CameraStream, heard: list[StreamState]
) -> None:
    live = StreamState.LIVE
    wait_for(lambda: heard.count(live) == 1, 10, stream)
    assert not stream._is_bounded
    wait_for(lambda: heard.count(live) == 2, 20, stream)  # of another connection
    assert StreamState.STALLED in heard
    assert stream._is_bounded
    assert reading() == 2
    wait_for(lambda: heard.count(live) == 4, 30, stream)  # twice ended by PyAV, in its own time
    assert reading() == 2
    assert stream._turn == 1


def test_that_a_stream_ended_while_stuck_is_bounded_when_it_is_opened_again(
    soon: None, liar: Liar, heard: list[StreamState]
) -> None:
    bounded: dict[StreamKey, float] = {}
    ended = begun(liar, heard, bounded)
    wait_for(lambda: starves(ended), 10)
    ended.end()
    wait_for(lambda: not ended.lingers(time.monotonic()), 10)
    assert KEY in bounded
    assert ended.ring.snapshot() is None  # its thread keeps nothing until the camera closes


def test_that_a_stream_whose_first_thread_is_stuck_for_ever_keeps_no_picture_when_it_ends(
    stream: CameraStream, heard: list[StreamState]
) -> None:
    wait_for(lambda: heard.count(StreamState.LIVE) == 2, 25, stream)
    stuck = stream._left
    assert stuck is not None
    assert stuck.is_alive()
    assert stream.ring.snapshot() is not None
    stream.end()
    wait_for(lambda: not stream.lingers(time.monotonic()), 10)
    assert stuck.is_alive(), "else nothing would be held anyway"
    assert stream.ring.snapshot() is None


def starves(stream: CameraStream) -> bool:
    """Whether no picture has come for half a second, after some had."""
    held = stream.ring.snapshot()
    return held is not None and time.monotonic() - held[1][-1].arrived > 0.5

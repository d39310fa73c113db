"""What is heard and seen of engines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.domain.camera import Stream, StreamState
from app.video.messages import FromEngine, StateChanged, StreamKey
from app.video.stream import CameraStream
from app.video.supervisor import View

SUB = StreamKey(1, Stream.SUB)


class Ear:
    """Hears what the engines say."""

    def __init__(self) -> None:
        self.heard: list[FromEngine] = []
        self._news = threading.Condition()

    def __call__(self, message: FromEngine) -> None:
        with self._news:
            self.heard.append(message)
            self._news.notify_all()

    def wait_for(self, true: Callable[[], object], within: float = 15.0) -> None:
        with self._news:
            assert self._news.wait_for(true, within), self.heard[-5:]

    def state(self, key: StreamKey) -> StreamState | None:
        told = [m for m in self.heard if isinstance(m, StateChanged) and m.key == key]
        return told[-1].state if told else None

    def wait_state(self, key: StreamKey, state: StreamState, within: float = 15.0) -> None:
        self.wait_for(lambda: self.state(key) is state, within)

    def of(self, kind: type) -> list[FromEngine]:
        return [message for message in self.heard if isinstance(message, kind)]


def pictures(view: View, more: int, within: float = 10.0) -> float:
    """Wait for so many more pictures; how long it took."""
    wanted, began = view.slot.number + more, time.monotonic()
    while view.slot.number < wanted:
        assert time.monotonic() - began < within, f"{view.slot.number} of {wanted}"
        time.sleep(0.02)
    return time.monotonic() - began


def wait_for(done: Callable[[], bool], within: float, watched: CameraStream | None = None) -> None:
    """Wait, as an engine's watchdog does, until it is so."""
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < within
        if watched is not None:
            watched.watch(time.monotonic())
        time.sleep(0.02)

"""An engine: a process that holds many streams, so that a broken one never reaches the window.

Run as ``python -m app.video.engine ADDRESS`` with the pipe's key on standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection

import av.logging

from app.video.gates import Gates
from app.video.lateness import Lateness
from app.video.load import is_short_of_memory
from app.video.messages import (
    Alive,
    AskLook,
    AskPicture,
    Capture,
    Close,
    FromEngine,
    Hide,
    Open,
    Refer,
    Replay,
    Show,
    Stop,
    StreamKey,
    ToEngine,
)
from app.video.one_heap import GIVE_BACK_EACH_S, give_back
from app.video.stream import CameraStream
from app.video.taking import Taking

HANDSHAKES_AT_ONCE = 4
"""Many cameras asked at once answer slower than a few after another (MediaMTX issue 4210)."""

TOGETHER_S = 20.0
"""Cameras that fell silent within this time are thought to have had one cause: silence is noticed
after two seconds at best and after a read has timed out at worst."""

SETTLE_S = 9.0
"""A clip is finished well within this after its key: five seconds, and three for late packets."""

MEMORY_EACH_S = 1.0


class Engine:
    """The streams of one process and what the window asks of them."""

    def __init__(self, send: Callable[[FromEngine], None]) -> None:
        self._send = send
        self._gates = Gates(HANDSHAKES_AT_ONCE)
        self._streams: dict[StreamKey, CameraStream] = {}
        self._ended: list[CameraStream] = []  # whose threads may still sit in a read
        self._bounded: dict[StreamKey, float] = {}
        self._clocks: dict[StreamKey, Lateness] = {}  # what is learnt of each camera's
        self._views: dict[int, StreamKey] = {}
        self._looked_at, self._gave_back_at = 0.0, time.monotonic()
        self.taking = Taking(send, self._streams.get)

    def handle(self, message: ToEngine) -> bool:
        """Do what is asked; False to end."""
        match message:
            case Open():
                self._open(message)
            case Close(key):
                if stream := self._streams.pop(key, None):
                    stream.end()
                    self._ended.append(stream)
                    if not self._clocks[key].has_learnt:  # the round visits ten thousand cameras
                        del self._clocks[key]
            case Show():
                self._show(message)
            case Hide(view):
                looked = self._views.pop(view, None)
                if looked and (stream := self._streams.get(looked)):
                    stream.hide(view)
            case Refer(key, look):
                if stream := self._streams.get(key):
                    stream.refer(look)
            case AskLook(key):
                if stream := self._streams.get(key):
                    stream.ask_look()
            case AskPicture():
                self.taking.picture(message)
            case Capture():
                self.taking.capture(message)
            case Replay():
                self.taking.replay(message)
            case Stop():
                return False
        return True

    def watch(self) -> None:
        now = time.monotonic()
        for stream in self._streams.values():
            try:
                stream.watch(now)
            except Exception as error:  # those behind it are watched all the same
                tell_type("watchdog", type(error))
        self._ended = [stream for stream in self._ended if stream.lingers(now)]
        if now - self._gave_back_at >= GIVE_BACK_EACH_S:
            self._gave_back_at = now
            give_back()
        if now - self._looked_at >= MEMORY_EACH_S:
            self._looked_at, short = now, is_short_of_memory()
            for stream in self._streams.values():
                stream.ring.is_short = short

    def _open(self, message: Open) -> None:
        if known := self._streams.get(message.key):
            known.tell_again()
            return
        clock = self._clocks.setdefault(message.key, Lateness())
        stream = CameraStream(message, self._send, self._gates, self._bounded, clock)
        stream.on_return = self._on_return
        self._streams[message.key] = stream
        stream.start()

    def _on_return(self, since: float) -> None:
        """A camera is back: those that went away with it had the same cause, and need not wait for
        the end of a pause that has grown to half a minute.
        """
        for other in list(self._streams.values()):
            down = other.down_since
            if down is not None and abs(down - since) < TOGETHER_S:
                other.try_soon()

    def _show(self, message: Show) -> None:
        before = self._views.get(message.view)
        if before not in (None, message.key) and (old := self._streams.get(before)):
            old.hide(message.view)
        if stream := self._streams.get(message.key):
            self._views[message.view] = message.key
            stream.show(message)


def took_turn(engine: Engine, message: ToEngine | None) -> bool:
    """Do what is asked and look after the streams; False to end. Forty streams do not end of what
    one of them, or the system, could not do.
    """
    try:
        if message is not None and not engine.handle(message):
            return False
        engine.watch()
    except OSError:
        pass  # the window has let the slot go before we could write to it, or memory is full
    except Exception as error:
        tell_type("order", type(error))
    return True


def serve(pipe: Connection) -> None:
    """Serve the window until it says Stop or is gone."""
    lock = threading.Lock()

    def send(message: FromEngine) -> None:
        with lock, suppress(OSError):  # the window is gone: the loop below sees it too
            pipe.send(message)

    engine = Engine(send)
    said = 0.0
    while True:
        if (now := time.monotonic()) - said >= 1.0:
            said = now
            send(Alive())
        try:
            message = pipe.recv() if pipe.poll(0.25) else None
        except (EOFError, OSError):
            break  # the window is gone
        if not took_turn(engine, message):
            break
    # Evidence that was asked for is finished: the next console finds it where it lies.
    engine.taking.settle(SETTLE_S)
    os._exit(0)  # threads may sit in a read that only a camera can end


def tell_type_only(told: threading.ExceptHookArgs) -> None:
    """A thread's last words, without their text: it may carry an address with its password."""
    tell_type(f"thread {told.thread.name if told.thread else '?'}", told.exc_type)


def tell_type(where: str, kind: type[BaseException]) -> None:
    """What went wrong, without its text: it may carry an address with its password."""
    sys.stderr.write(f"engine {where}: {kind.__name__}\n")


def main(arguments: list[str]) -> None:
    threading.excepthook = tell_type_only
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the window; it tells us to stop
    av.logging.set_level(av.logging.PANIC)  # FFmpeg would print addresses with their passwords
    key = bytes.fromhex(sys.stdin.readline().strip())
    serve(Client(arguments[0], authkey=key))


if __name__ == "__main__":
    main(sys.argv[1:])

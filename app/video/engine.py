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
from pathlib import Path

import av.logging

from app.video import evidence, facts
from app.video.lateness import Lateness
from app.video.load import is_short_of_memory
from app.video.messages import (
    Alive,
    AskLook,
    Capture,
    CaptureFailed,
    ClipTaken,
    Close,
    Examine,
    FromEngine,
    Hide,
    Open,
    Refer,
    Replay,
    ReplayFailed,
    ReplayReady,
    Show,
    StillTaken,
    Stop,
    StreamKey,
    ToEngine,
)
from app.video.ring import Coding, RingPacket
from app.video.stream import CameraStream, Gates

HANDSHAKES_AT_ONCE = 4
"""Many cameras asked at once answer slower than a few after another (MediaMTX issue 4210)."""

TOGETHER_S = 20.0
"""Cameras that fell silent within this time are thought to have had one cause: silence is noticed
after two seconds at best and after a read has timed out at worst."""

SETTLE_S = 9.0
"""A clip is finished well within this after its key: five seconds, and three for late packets."""

MEMORY_EACH_S = 1.0
TOO_FULL = "本机内存不足：请关闭其他程序后再试"

LATE_S = 3.0
"""How long after its time a clip waits for the packets of a stream that has stalled."""


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
        self._taking: list[threading.Thread] = []
        self._looked_at = 0.0

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
            case Examine(key, on):
                if stream := self._streams.get(key):
                    stream.examine(on)
            case Refer(key, look):
                if stream := self._streams.get(key):
                    stream.refer(look)
            case AskLook(key):
                if stream := self._streams.get(key):
                    stream.ask_look()
            case Capture():
                self._begin_capture(message)
            case Replay():
                self._begin_replay(message)
            case Stop():
                return False
        return True

    def watch(self) -> None:
        now = time.monotonic()
        for stream in self._streams.values():
            stream.watch(now)
        self._ended = [stream for stream in self._ended if stream.lingers(now)]
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

    def settle(self, within: float) -> None:
        """Finish what evidence is being written, at most so many seconds."""
        until = time.monotonic() + within
        for taking in list(self._taking):
            taking.join(max(0.0, until - time.monotonic()))

    def _begin_capture(self, wanted: Capture) -> None:
        self._taking = [one for one in self._taking if one.is_alive()]
        taking = threading.Thread(target=self._capture, args=(wanted,), daemon=True)
        try:
            taking.start()
        except RuntimeError:  # the system gives no more threads
            for part in wanted.parts:
                self._fail(wanted, part, TOO_FULL)
            return
        self._taking.append(taking)

    def _capture(self, wanted: Capture) -> None:
        pressed = time.monotonic()
        stream = self._streams.get(wanted.key)
        held = stream.ring.snapshot() if stream else None
        if stream is None or held is None:
            for part in wanted.parts:
                self._fail(wanted, part, "这一路还没有收到过画面，无法取证")
            return
        if wanted.still is not None:
            self._still(wanted, wanted.still, stream, pressed, *held)
        if wanted.clip is not None:
            self._clip(wanted, wanted.clip, stream, pressed, *held)

    def _still(
        self,
        wanted: Capture,
        path: Path,
        stream: CameraStream,
        pressed: float,
        coding: Coding,
        packets: list[RingPacket],
    ) -> None:
        try:
            frame, packet, sar = evidence.newest_frame(coding, packets)
            evidence.write_still(frame, sar, path)
            told = StillTaken(
                wanted.capture,
                path,
                evidence.sha256(path),
                path.stat().st_size,
                frame.width,
                frame.height,
                packet.wall,
                float(packet.pts * coding.time_base),
                stream.age_at(pressed, packet),
            )
            facts.write(told)
        except MemoryError:
            self._fail(wanted, "still", TOO_FULL)
        except (evidence.NoPicture, av.error.FFmpegError):
            self._fail(wanted, "still", "画面数据损坏，抓拍失败；录像片段仍会保存")
        except OSError as error:
            self._fail(wanted, "still", f"抓拍无法写入磁盘：{error.strerror}")
        else:
            self._send(told)

    def _clip(
        self,
        wanted: Capture,
        path: Path,
        stream: CameraStream,
        pressed: float,
        coding: Coding,
        packets: list[RingPacket],
    ) -> None:
        until = pressed + wanted.after
        chosen = evidence.cut(packets, pressed, wanted.before)
        while time.monotonic() < until + LATE_S:
            held = stream.ring.snapshot()
            if held is None or held[1][0].arrived > chosen[0].arrived:
                break  # the camera came back with a new clock: keep what there was before
            chosen = evidence.cut(held[1], pressed, wanted.before)
            if chosen[-1].arrived >= until:
                break
            time.sleep(0.1)
        chosen = [packet for packet in chosen if packet.arrived <= until + 0.2]
        try:
            evidence.write_clip(coding, chosen, path)
            told = ClipTaken(
                wanted.capture,
                path,
                evidence.sha256(path),
                path.stat().st_size,
                chosen[0].wall,
                float(chosen[0].pts * coding.time_base),
                pressed - chosen[0].arrived,
                chosen[-1].arrived - pressed,
            )
            facts.write(told)
        except MemoryError:
            self._fail(wanted, "clip", TOO_FULL)
            return
        except (OSError, av.error.FFmpegError, KeyError, ValueError) as error:
            self._fail(wanted, "clip", f"录像片段未能保存（{type(error).__name__}）")
            return
        self._send(told)

    def _begin_replay(self, wanted: Replay) -> None:
        try:
            threading.Thread(target=self._replay, args=(wanted,), daemon=True).start()
        except RuntimeError:
            self._send(ReplayFailed(wanted.replay, TOO_FULL))

    def _replay(self, wanted: Replay) -> None:
        stream = self._streams.get(wanted.key)
        held = stream.ring.snapshot() if stream else None
        if held is None:
            self._send(ReplayFailed(wanted.replay, "这一路还没有收到过画面，无法回放"))
            return
        coding, packets = held
        try:
            evidence.write_clip(coding, packets, wanted.path)
        except MemoryError:
            self._send(ReplayFailed(wanted.replay, TOO_FULL))
            return
        except (OSError, av.error.FFmpegError, KeyError, ValueError):
            self._send(ReplayFailed(wanted.replay, "回放片段写不出来：磁盘已满或画面数据损坏"))
            return
        seconds = packets[-1].arrived - packets[0].arrived
        self._send(ReplayReady(wanted.replay, wanted.path, packets[0].wall, seconds))

    def _fail(self, wanted: Capture, part: str, reason: str) -> None:
        """Tell it, and leave no file of it: one without its facts is nobody's evidence."""
        path = wanted.still if part == "still" else wanted.clip
        if path is not None:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._send(CaptureFailed(wanted.capture, part, reason))


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
        sys.stderr.write(f"engine: {type(error).__name__}\n")  # its text may carry an address
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
    engine.settle(SETTLE_S)
    os._exit(0)  # threads may sit in a read that only a camera can end


def tell_type_only(told: threading.ExceptHookArgs) -> None:
    """A thread's last words, without their text: it may carry an address with its password."""
    name = told.thread.name if told.thread else "?"
    sys.stderr.write(f"engine thread {name} died: {told.exc_type.__name__}\n")


def main(arguments: list[str]) -> None:
    threading.excepthook = tell_type_only
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the window; it tells us to stop
    av.logging.set_level(av.logging.PANIC)  # FFmpeg would print addresses with their passwords
    key = bytes.fromhex(sys.stdin.readline().strip())
    serve(Client(arguments[0], authkey=key))


if __name__ == "__main__":
    main(sys.argv[1:])

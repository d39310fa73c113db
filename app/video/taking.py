"""Evidence and replays, made of what the rings hold, each on a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import av

from app.video import evidence, facts, jpeg
from app.video.messages import (
    AskPicture,
    Capture,
    CaptureFailed,
    ClipTaken,
    FromEngine,
    PictureTaken,
    Replay,
    Replayed,
    ReplayFailed,
    ReplayReady,
    StillTaken,
    StreamKey,
)
from app.video.ring import Coding, RingPacket
from app.video.stream import CameraStream

LATE_S = 3.0
"""How long after its time a clip waits for the packets of a stream that has stalled."""

TOO_FULL = "本机内存不足：请关闭其他程序后再试"


class Moment(NamedTuple):
    """A picture that becomes a still: when it came (Unix time), its time on the stream's own clock,
    and how old it was when the key was pressed, in seconds.
    """

    picture: evidence.Shaped
    wall: float
    stream_clock: float
    age: float


class Taking:
    """What an engine is asked to write; `send` tells the window what came of it."""

    def __init__(
        self,
        send: Callable[[FromEngine], None],
        stream_of: Callable[[StreamKey], CameraStream | None],
    ) -> None:
        self._send, self._stream_of = send, stream_of
        self._taking: list[threading.Thread] = []
        self._one_by_one = threading.Lock()

    def capture(self, wanted: Capture) -> None:
        """Take evidence; each of its parts is answered."""
        self._taking = [one for one in self._taking if one.is_alive()]
        work = self._capture if wanted.replayed is None else self._keep_replay
        taking = threading.Thread(target=work, args=(wanted,), daemon=True)
        try:
            taking.start()
        except RuntimeError:  # the system gives no more threads
            self._fail_all(wanted, TOO_FULL)
        else:
            self._taking.append(taking)

    def replay(self, wanted: Replay) -> None:
        """Write all that is held of a stream, to be looked at."""
        try:
            threading.Thread(target=self._replay, args=(wanted,), daemon=True).start()
        except RuntimeError:
            self._send(ReplayFailed(wanted.replay, TOO_FULL))

    def picture(self, wanted: AskPicture) -> None:
        """Tell what a stream shows, in small; nothing where it cannot be told."""
        with suppress(RuntimeError):  # the system gives no more threads
            threading.Thread(target=self._picture, args=(wanted,), daemon=True).start()

    def settle(self, within: float) -> None:
        """Finish what evidence is being written, at most so many seconds."""
        until = time.monotonic() + within
        for taking in list(self._taking):
            taking.join(max(0.0, until - time.monotonic()))

    # Of now.

    def _capture(self, wanted: Capture) -> None:
        pressed = time.monotonic()
        stream = self._stream_of(wanted.key)
        held = stream.ring.snapshot() if stream else None
        if stream is None or held is None:
            self._fail_all(wanted, "这一路还没有收到过画面，无法取证")
            return
        coding, packets = held

        def newest() -> Moment:
            picture, packet = evidence.newest_picture(coding, packets)
            clock = float(packet.pts * coding.time_base)
            return Moment(picture, packet.wall, clock, stream.age_at(pressed, packet))

        if wanted.still is not None:
            self._still(wanted, wanted.still, newest)
        if wanted.clip is not None:
            self._clip(wanted, wanted.clip, stream, pressed, coding, packets)

    def _still(self, wanted: Capture, path: Path, find: Callable[[], Moment]) -> None:
        try:
            moment = find()
            evidence.write_still(moment.picture, path)
            told = StillTaken(
                wanted.capture,
                path,
                evidence.sha256(path),
                path.stat().st_size,
                moment.picture.frame.width,
                moment.picture.frame.height,
                moment.wall,
                moment.stream_clock,
                moment.age,
            )
        except MemoryError:
            self._fail(wanted, "still", TOO_FULL)
        except (evidence.NoPicture, av.error.FFmpegError):
            self._fail(wanted, "still", "画面数据损坏，取不到照片；录像片段仍会保存")
        except OSError as error:
            self._fail(wanted, "still", f"照片无法写入磁盘：{error.strerror}")
        except Exception as error:  # whatever it was, who pressed the key is answered
            self._fail(wanted, "still", f"照片未能保存（{type(error).__name__}）")
        else:
            self._kept(told)

    def _clip(
        self,
        wanted: Capture,
        path: Path,
        stream: CameraStream,
        pressed: float,
        coding: Coding,
        packets: Sequence[RingPacket],
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
        first, last = chosen[0], chosen[-1]
        clock = float(first.pts * coding.time_base)

        def write() -> ClipTaken:
            evidence.write_clip(coding, chosen, path)
            before, after = pressed - first.arrived, last.arrived - pressed
            return _clip_of(wanted.capture, path, first.wall, clock, before, after)

        self._tell_clip(wanted, write)

    def _tell_clip(self, wanted: Capture, write: Callable[[], ClipTaken]) -> None:
        try:
            told = write()
        except MemoryError:
            self._fail(wanted, "clip", TOO_FULL)
        except Exception as error:
            self._fail(wanted, "clip", f"录像片段未能保存（{type(error).__name__}）")
        else:
            self._kept(told)

    def _kept(self, told: StillTaken | ClipTaken) -> None:
        """The file is whole. Its facts are for a window that dies before it has heard of it; where
        there is no room for them the file is kept all the same.
        """
        with suppress(OSError):
            facts.write(told)
        self._send(told)

    def _picture(self, wanted: AskPicture) -> None:
        stream = self._stream_of(wanted.key)
        group = stream.ring.newest_group() if stream else []
        held = stream.ring.snapshot() if stream else None
        if not group or held is None:
            return
        with self._one_by_one, suppress(evidence.NoPicture, av.error.FFmpegError, MemoryError):
            # The key frame alone: a switch that fails takes forty cameras with it.
            picture, packet = evidence.newest_picture(held[0], group[:1])
            self._send(PictureTaken(wanted.key, jpeg.small(*picture), packet.wall))

    # Of the last half minute.

    def _replay(self, wanted: Replay) -> None:
        stream = self._stream_of(wanted.key)
        held = stream.ring.snapshot() if stream else None
        if stream is None or held is None:
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
        first, seconds = packets[0], packets[-1].arrived - packets[0].arrived
        clock = float(first.pts * coding.time_base)
        told = ReplayReady(wanted.replay, wanted.path, first.wall, seconds, clock, stream.frozen)
        self._send(told)

    def _keep_replay(self, wanted: Capture) -> None:
        """The still is the picture that was on the screen; the clip is what was replayed."""
        replayed, clip = wanted.replayed, wanted.clip
        assert replayed is not None
        assert clip is not None
        if wanted.still is not None:
            self._still(wanted, wanted.still, lambda: _seen(clip, replayed))

        def told() -> ClipTaken:
            before = replayed.pressed - replayed.wall
            after = replayed.seconds - before
            clock = replayed.stream_clock
            return _clip_of(wanted.capture, clip, replayed.wall, clock, before, after)

        self._tell_clip(wanted, told)

    # What could not be done.

    def _fail_all(self, wanted: Capture, reason: str) -> None:
        for part in wanted.parts:
            self._fail(wanted, part, reason)

    def _fail(self, wanted: Capture, part: str, reason: str) -> None:
        """Tell it, and leave no file of it: one without its facts is nobody's evidence."""
        path = wanted.still if part == "still" else wanted.clip
        if path is not None:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._send(CaptureFailed(wanted.capture, part, reason))


def _clip_of(
    capture: str, path: Path, wall: float, clock: float, before: float, after: float
) -> ClipTaken:
    size = path.stat().st_size
    return ClipTaken(capture, path, evidence.sha256(path), size, wall, clock, before, after)


def _seen(clip: Path, replayed: Replayed) -> Moment:
    picture, at = evidence.picture_at(clip, replayed.position, replayed.like)
    wall = replayed.wall + at
    shown = wall if replayed.frozen is None else min(wall, replayed.frozen)
    return Moment(picture, wall, replayed.stream_clock + at, replayed.pressed - shown)

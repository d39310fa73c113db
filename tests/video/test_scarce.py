"""A machine without memory, threads or room on its disk: said, and nothing else is lost of it."""

from __future__ import annotations

import errno
import os
import threading
import time
from fractions import Fraction
from pathlib import Path

import av
import pytest

from app.domain.camera import Stream, StreamState
from app.domain.network import PRIVATE
from app.video import evidence, facts, shelf
from app.video.engine import Engine, took_turn
from app.video.gates import Gates
from app.video.messages import (
    AskLook,
    Capture,
    CaptureFailed,
    FromEngine,
    Open,
    Replay,
    ReplayFailed,
    StateChanged,
    Stop,
    StreamKey,
)
from app.video.ring import Coding, RingPacket
from app.video.stream import CameraStream
from app.video.taking import TOO_FULL

KEY = StreamKey(1, Stream.SUB)
OPENED = Open(KEY, "rtsp://127.0.0.1:9/x", 30.0, PRIVATE)
CODING = Coding("h264", Fraction(1, 25), b"")


def refuse(self: threading.Thread) -> None:
    raise RuntimeError


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Thread, "start", refuse)


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def packet(number: int) -> av.Packet:
    made = av.Packet(bytes(1000))
    made.pts, made.is_keyframe = number, True
    return made


def test_that_a_stream_without_memory_for_its_packets_is_no_camera_in_trouble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[object] = []
    stream = CameraStream(OPENED, said.append, Gates(1), {})
    stream.ring.begin(CODING)
    stream._pictures.begin(CODING)
    stream._on_packet(packet(0))
    with monkeypatch.context() as scarce:
        scarce.setattr(shelf, "_chunk", full)
        stream._shelf = shelf.Shelf()
        stream._on_packet(packet(1))
        assert stream.ring.snapshot() is None, "with a hole in it, it would be no evidence"
    stream._on_packet(packet(2))
    held = stream.ring.snapshot()
    assert held is not None
    assert [one.pts for one in held[1]] == [2]
    assert said == [StateChanged(KEY, StreamState.LIVE)]


def test_that_a_press_without_a_thread_to_take_it_is_answered(
    no_threads: None, tmp_path: Path
) -> None:
    said: list[FromEngine] = []
    engine = Engine(said.append)
    wanted = Capture("uid", KEY, tmp_path / "a.jpg", tmp_path / "a.mp4", 10.0, 5.0)
    assert took_turn(engine, wanted)
    assert said == [CaptureFailed("uid", part, TOO_FULL) for part in ("still", "clip")]
    assert took_turn(engine, Replay(4, KEY, tmp_path / "r.mp4"))
    assert said[2:] == [ReplayFailed(4, TOO_FULL)]


def test_that_a_stream_without_a_thread_gets_one_when_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Engine(lambda said: None)
    with monkeypatch.context() as scarce:
        scarce.setattr(threading.Thread, "start", refuse)
        assert took_turn(engine, OPENED)
    stream = engine._streams[KEY]
    assert stream._thread is not None
    assert not stream._thread.is_alive()
    engine.watch()
    assert stream._thread.is_alive()
    stream.end()
    stream._thread.join(10)


def test_that_an_engine_goes_on_when_one_order_cannot_be_carried_out(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = Engine(lambda said: None)

    def fail(message: object) -> bool:
        raise ValueError("rtsp://user:secret@10.0.0.1/x")

    with monkeypatch.context() as broken:
        broken.setattr(engine, "handle", fail)
        assert took_turn(engine, AskLook(KEY))
    assert "ValueError" in (told := capfd.readouterr().err)
    assert "secret" not in told
    assert not took_turn(engine, Stop())


def test_that_a_clip_which_the_disk_has_no_room_for_leaves_no_part_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 64, 64, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    coded = [*encoder.encode(av.VideoFrame(64, 64, "yuv420p")), *encoder.encode(None)]
    kept = [RingPacket(bytes(one), n, n == 0, float(n), float(n)) for n, one in enumerate(coded)]
    clip = tmp_path / "taking" / "a.mp4"
    with monkeypatch.context() as scarce:
        scarce.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            evidence.write_clip(CODING, kept, clip)
    assert list(clip.parent.iterdir()) == []
    evidence.write_clip(CODING, kept, clip)
    assert [one.name for one in clip.parent.iterdir()] == ["a.mp4"]


def test_that_parts_of_a_dead_engine_go_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    now = time.time()
    for name, age in (
        ("a.mp4.part", 2.0),
        ("b.mp4.part", 0.1),
        ("c.mp4", 9.0),
        ("c.mp4.told", 9.0),
    ):
        path = tmp_path / name
        path.write_bytes(b"x")
        os.utime(path, (now - age * 86_400, now - age * 86_400))
    facts.sweep(tmp_path, now - 86_400)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.mp4.part", "c.mp4", "c.mp4.told"]

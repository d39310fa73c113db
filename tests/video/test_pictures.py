"""What is made of a stream's packets, with really coded pictures: shown, and dated, truly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.domain.camera import Stream, StreamState
from app.video import pictures
from app.video.frames import Slot
from app.video.messages import Decode, Show, StreamKey
from app.video.pictures import DAMAGED_FOR_S, Pictures
from app.video.ring import Coding, Ring, RingPacket

WIDE, HIGH, FPS, GROUP = 320, 240, 25, 50
KEY = StreamKey(1, Stream.SUB)


def coded(count: int) -> list[av.Packet]:
    """So many packets of a moving street, a key frame each two seconds."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDE, HIGH, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.gop_size = GROUP
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "sc_threshold": "0"}
    dice = np.random.default_rng(5)
    street = dice.integers(0, 255, (HIGH // 8, WIDE // 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    found = []
    for n in range(count):
        frame = av.VideoFrame.from_ndarray(np.roll(street, n * 3, 1), "rgb24")
        frame.pts = n
        found += encoder.encode(frame)
    return [*found, *encoder.encode(None)]


class Watched:
    """A stream that somebody looks at: fed packet by packet, by a clock of its own."""

    def __init__(self, folder: Path, decode: Decode = Decode.FULL) -> None:
        self.ring = Ring(30.0)
        self.pictures = Pictures(self.ring, lambda look, asked: None)
        coding = Coding("h264", Fraction(1, FPS), b"")
        self.ring.begin(coding)
        self.pictures.begin(coding)
        self.slot = Slot(folder / "view", create=True)
        self._wanted = Show(1, KEY, folder / "view", WIDE, HIGH, decode)
        self.now = 1_000.0

    def look(self) -> None:
        self.pictures.show(self._wanted, self.now)

    def feed(self, packet: av.Packet, late: bool = False) -> None:
        self.now += 1 / FPS
        kept = RingPacket(bytes(packet), packet.pts or 0, packet.is_keyframe, self.now, 0.0)
        self.ring.put(kept)
        if kept.key:
            self.pictures.hear_key(self.now)
        self.pictures.take(packet, kept, self.now, late)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.pictures.hide(1)
    made.slot.close()


class Puzzled:
    """A decoder that has met a feature it was never taught."""

    def decode(self, packet: av.Packet | None) -> list[av.VideoFrame]:
        raise av.error.PatchWelcomeError(0, "not implemented")


@pytest.mark.parametrize("mode", [Decode.FULL, Decode.KEYFRAMES])
def test_that_whatever_a_decoder_calls_it_the_stream_is_broken_and_its_packets_are_kept(
    watched: Watched, mode: Decode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched.pictures, "_new_decoder", Puzzled)
    watched._wanted = replace(watched._wanted, decode=mode)
    watched.look()
    for packet in coded(4 * GROUP):
        watched.feed(packet)
    assert watched.pictures.are_broken(watched.now)
    assert watched.ring.snapshot() is not None


def spoilt(packet: av.Packet) -> av.Packet:
    """Half of what the packet held, as if the rest had been lost on the way."""
    whole = bytes(packet)
    made = av.Packet(whole[: len(whole) // 2] + bytes(len(whole) // 4))
    made.pts = packet.pts
    return made


def test_that_pictures_patched_with_old_ones_are_said_to_be_damaged(watched: Watched) -> None:
    watched.look()
    packets = coded(8 * FPS)
    for packet in packets[: 4 * FPS]:
        watched.feed(packet)
    assert watched.pictures.verdict is None
    for packet in packets[4 * FPS + 1 : 6 * FPS]:  # one group without its key frame, and halved
        watched.feed(spoilt(packet))
    for packet in packets[1:GROUP]:
        watched.feed(spoilt(packet))
    assert watched.slot.number > 4 * FPS, "what there is goes on being shown"
    assert watched.pictures.verdict is StreamState.DAMAGED
    for packet in packets[6 * FPS :]:
        watched.feed(packet)
    for packet in coded(round(DAMAGED_FOR_S) * FPS):
        watched.feed(packet)
    assert watched.pictures.verdict is None, "whole again"


def test_that_a_group_too_long_to_be_caught_up_with_is_shown_from_its_key_frame(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "CATCH_UP_PIXELS", 10 * WIDE * HIGH)
    packets = coded(2 * GROUP)
    for packet in packets[:30]:
        watched.feed(packet)
    came = watched.now - 29 / FPS
    watched.look()
    watched.feed(packets[30])
    shown = watched.slot.picture()
    assert shown is not None
    assert shown.arrived == pytest.approx(came), "as old as it is"
    assert watched.pictures.waits
    for packet in packets[31 : GROUP + 5]:
        watched.feed(packet)
    shown = watched.slot.picture()
    assert shown is not None
    assert shown.arrived == watched.now
    assert not watched.pictures.waits


def test_that_a_key_frame_is_painted_again_for_a_view_that_grows_and_never_an_older_one(
    watched: Watched,
) -> None:
    packets = coded(2 * GROUP)
    for packet in packets[:30]:
        watched.feed(packet)
    came = watched.now - 29 / FPS
    watched._wanted = replace(watched._wanted, decode=Decode.KEYFRAMES, width=64, height=64)
    watched.look()
    watched.feed(packets[30])
    first = watched.slot.picture()
    assert first is not None, "it does not wait for the next key frame"
    assert first.arrived == pytest.approx(came)
    watched._wanted = replace(watched._wanted, width=WIDE, height=HIGH)
    watched.look()
    for packet in packets[31:45]:
        watched.feed(packet)
    larger = watched.slot.picture()
    assert larger is not None
    assert larger.width > first.width
    assert larger.arrived == first.arrived
    watched._wanted = replace(watched._wanted, decode=Decode.FULL)
    watched.look()
    watched.feed(packets[45])
    watched._wanted = replace(watched._wanted, decode=Decode.KEYFRAMES, width=2 * WIDE)
    watched.look()
    for packet in packets[46:GROUP]:
        watched.feed(packet)
    newest = watched.slot.picture()
    assert newest is not None
    assert newest.arrived > larger.arrived


def test_that_a_group_that_is_short_enough_is_caught_up_with_at_once(watched: Watched) -> None:
    packets = coded(GROUP)
    for packet in packets[:30]:
        watched.feed(packet)
    watched.look()
    watched.feed(packets[30])
    shown = watched.slot.picture()
    assert shown is not None
    assert shown.arrived == watched.now


def test_that_a_stream_that_was_late_begins_again_with_a_key_frame(watched: Watched) -> None:
    watched.look()
    packets = coded(3 * GROUP)
    for packet in packets[:20]:
        watched.feed(packet)
    for packet in packets[20 : GROUP + 10]:
        watched.feed(packet, late=True)
    shown = watched.slot.number
    assert shown == 21, "while it is late key frames only"
    for packet in packets[GROUP + 10 : 2 * GROUP]:
        watched.feed(packet)
    assert watched.pictures.waits
    assert watched.slot.number == shown
    for packet in packets[2 * GROUP : 2 * GROUP + 10]:
        watched.feed(packet)
    assert not watched.pictures.waits
    assert watched.slot.number == shown + 10


def test_that_a_broken_group_is_begun_with_once(watched: Watched) -> None:
    packets = coded(2 * GROUP)
    watched.feed(packets[0])
    for _ in range(20):
        nothing = av.Packet(b"\0\0\0\1\x41" + bytes(50))
        watched.feed(nothing)
    watched.look()
    watched.feed(packets[1])
    assert watched.pictures.waits
    for packet in packets[GROUP : GROUP + 5]:
        watched.feed(packet)
    assert watched.slot.number >= 5


def test_that_it_is_told_once_since_when_a_picture_stands_still(watched: Watched) -> None:
    judge = watched.pictures._judge
    judge.verdict, judge.since = StreamState.FROZEN, 7.0
    assert [watched.pictures.noticed() for _ in range(3)] == [7.0, None, None]
    judge.verdict, judge.since = None, None
    assert watched.pictures.noticed() is None
    judge.verdict, judge.since = StreamState.FROZEN, 90.0
    assert [watched.pictures.noticed() for _ in range(2)] == [90.0, None]

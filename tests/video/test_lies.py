"""Hundreds of cameras that lie: no engine dies, each is told for what it is, honest ones go on."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path

import av
import pytest

from app.domain.camera import Stream, StreamState
from app.video.messages import Decode, EngineLost, StateChanged, StreamKey
from app.video.supervisor import Engines
from tests.video.ear import Ear
from tests.video.liar import BROKEN, HONEST, Liar

S = StreamState
pytestmark = pytest.mark.video

COUNT = int(os.environ.get("ZHISHOU_LIES", "250"))
"""ZHISHOU_LIES=1000 asks for the thousand that the contract names; it takes two to four minutes."""

SLOW = [
    "wrong_codec",
    "wrong_jpeg",
    "audio_only",
    "odd_frames",
    "wrong_payload",
    "garbage",
    "no_key_frame",
]
"""Of some of these FFmpeg waits six seconds for a picture before it says what they are."""

EACH_SLOW = 4
TOLD_WITHIN_S = 30.0 + COUNT / 4

MAY_FLOW = {*SLOW, "truncated", "bad_base64"}
"""Packets come from these as from any camera. While nobody looks, nothing is decoded, and that they
flow is all that is known; what they hold shows as soon as somebody does."""


@pytest.fixture(scope="module")
def liar(loops: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Liar]:
    b_frames = tmp_path_factory.mktemp("b") / "b.h264"
    encode_b_frames(loops["sub"], b_frames)
    with Liar({**loops, "b": b_frames}) as server:
        yield server


def encode_b_frames(source: Path, target: Path) -> None:
    """The same street with B-frames, as cameras should not and some do."""
    with av.open(str(source)) as raw, av.open(str(target), "w", format="h264") as coded:
        stream = coded.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 704, 576, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(16, 11)
        stream.options = {"bf": "2", "g": "25", "preset": "ultrafast", "x264-params": "b-adapt=0"}
        for number, frame in enumerate(raw.decode(video=0)):
            frame.pts = number
            for packet in stream.encode(frame):
                coded.mux(packet)
        for packet in stream.encode(None):
            coded.mux(packet)


@pytest.fixture
def engines(ear: Ear) -> Iterator[Engines]:
    made = Engines(ear, count=2)
    yield made
    made.stop()


def test_that_hundreds_of_lying_streams_are_told_for_what_they_are(
    engines: Engines, ear: Ear, liar: Liar
) -> None:
    honest = StreamKey(0, Stream.SUB)
    engines.open(honest, liar.url("honest", 0))
    view = engines.view(honest, 320, 180, Decode.FULL)
    ear.wait_state(honest, S.LIVE)
    pids = engines.pids()
    quick = [kind for kind in BROKEN if kind not in SLOW]
    order = [*SLOW * EACH_SLOW, *quick * COUNT][:COUNT]
    kinds = {StreamKey(n, Stream.SUB): kind for n, kind in enumerate(order, 1)}
    for key, kind in kinds.items():
        engines.open(key, liar.url(kind, key.camera_id, fps=8))

    said: dict[str, Counter[S]] = defaultdict(Counter)
    told: set[StreamKey] = set()

    def settled() -> bool:
        """Each has been told once for something; it may be trying again by now."""
        nonlocal heard
        for message in ear.heard[heard:]:
            if not isinstance(message, StateChanged) or message.key not in kinds:
                continue
            if message.state is not S.CONNECTING:
                told.add(message.key)
                said[kinds[message.key]][message.state] += 1
        heard = len(ear.heard)
        return len(told) == COUNT

    heard = 0
    try:
        ear.wait_for(settled, TOLD_WITHIN_S)
    except AssertionError:
        raise AssertionError(Counter(kinds[key] for key in kinds if key not in told)) from None
    assert engines.pids() == pids
    assert not ear.of(EngineLost)
    for kind, states in said.items():
        if kind not in MAY_FLOW:
            assert S.LIVE not in states, (kind, states)
    assert set(said["audio_only"]) == {S.NO_VIDEO}
    began, wanted = time.monotonic(), view.slot.number + 25
    while view.slot.number < wanted:  # the honest one goes on through it all
        assert time.monotonic() - began < 10
        time.sleep(0.05)
    assert ear.state(honest) is S.LIVE


@pytest.mark.parametrize("kind", HONEST)
def test_that_odd_streams_are_shown_all_the_same(
    kind: str, engines: Engines, ear: Ear, liar: Liar
) -> None:
    key = StreamKey(7, Stream.SUB)
    engines.open(key, liar.url(kind, 1))
    view = engines.view(key, 640, 360, Decode.FULL)
    began, sizes = time.monotonic(), set()
    while time.monotonic() - began < 12 and (view.slot.number < 130 or len(sizes) < 1):
        if picture := view.slot.picture():
            sizes.add((picture.width, picture.height))
        time.sleep(0.02)
    assert view.slot.number >= 100, (kind, view.slot.number, ear.heard[-3:])
    assert sizes == {(640, 360)}  # 704 x 576 whose pixels are wide, also where no SDP says so
    assert not ear.of(EngineLost)


@pytest.mark.parametrize("decode", [Decode.FULL, Decode.KEYFRAMES])
def test_that_the_key_frame_a_camera_begins_with_is_shown_at_once(
    decode: Decode, engines: Engines, ear: Ear, liar: Liar
) -> None:
    key = StreamKey(6, Stream.SUB)
    engines.open(key, liar.url("one_key", 1))  # the next one may be twenty seconds away
    view = engines.view(key, 640, 360, decode)
    ear.wait_for(lambda: view.slot.number > 0, 5)


def test_that_what_cannot_be_decoded_is_told_and_nothing_of_it_is_ever_shown(
    engines: Engines, ear: Ear, liar: Liar
) -> None:
    told = {
        "garbage": S.BROKEN,
        "no_key_frame": S.BROKEN,
        "wrong_codec": S.STALLED,  # nothing that comes is of the kind that was told: no packet
        "wrong_jpeg": S.NO_VIDEO,
    }
    wanted, views = {}, []
    for number, (kind, decode) in enumerate(product(told, (Decode.FULL, Decode.KEYFRAMES)), 1):
        key = StreamKey(number, Stream.SUB)
        wanted[key] = told[kind]
        engines.open(key, liar.url(kind, 3))  # other garbage may be a picture by chance
        views.append(engines.view(key, 640, 360, decode))

    def all_told() -> bool:
        said = {(m.key, m.state) for m in ear.heard if isinstance(m, StateChanged)}
        return said >= set(wanted.items())

    ear.wait_for(all_told, within=40)
    assert [view.slot.picture() for view in views] == [None] * len(views)


def test_that_a_broken_stream_that_is_well_again_is_called_live(
    engines: Engines, ear: Ear, liar: Liar
) -> None:
    key = StreamKey(9, Stream.SUB)
    engines.open(key, liar.url("heals", 3))
    view = engines.view(key, 640, 360, Decode.FULL)
    ear.wait_state(key, S.BROKEN, 20)
    engines.resize(view, 640, 360, Decode.KEYFRAMES)
    ear.wait_state(key, S.LIVE, 20)
    assert view.slot.picture() is not None

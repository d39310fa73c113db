"""The ring: half a minute that always begins with a key frame, and what is cut from it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.evidence import clip_times, cut
from app.video.ring import SURE_S, Coding, Ring, RingPacket
from app.video.shelf import CHUNK, Shelf

PADDING = 64
"""AV_INPUT_BUFFER_PADDING_SIZE of FFmpeg's avcodec.h."""

CODING = Coding("h264", Fraction(1, 90000), b"")


def packet(at: float, key: bool) -> RingPacket:
    return RingPacket(b"x", int(at * 90000), key, at, at)


def filled(keys: list[bool], seconds: float = 30.0) -> Ring:
    ring = Ring(seconds)
    ring.begin(CODING)
    for number, key in enumerate(keys):
        ring.put(packet(number / 5, key))
    return ring


@given(st.lists(st.booleans(), max_size=400), st.floats(1, 40))
def test_that_it_begins_with_a_key_frame_and_keeps_what_was_promised(
    keys: list[bool], seconds: float
) -> None:
    held = filled(keys, seconds).snapshot()
    if held is None:
        assert True not in keys or len(keys) / 5 > 4 * seconds
        return
    packets = held[1]
    assert packets[0].key
    newest, first_key = (len(keys) - 1) / 5, keys.index(True) / 5
    assert packets[-1].arrived == newest
    assert packets[0].arrived <= max(first_key, newest - seconds)
    second = next((p.arrived for p in packets[1:] if p.key), None)
    assert second is None or second >= newest - seconds  # and not a group more


def test_that_a_camera_without_key_frames_does_not_fill_the_memory() -> None:
    ring = Ring(5.0)
    ring.begin(CODING)
    for number in range(2000):
        ring.put(packet(number / 5, number == 0))
    assert ring.snapshot() is None, "what begins so long ago is let go"
    ring.put(packet(400.0, True))
    held = ring.snapshot()
    assert held is not None
    assert len(held[1]) == 1


def test_that_a_machine_short_of_memory_still_holds_what_is_sure() -> None:
    ring = filled([True] * 1000, seconds=100.0)
    assert len(snapshot(ring)) > 500
    ring.is_short = True
    ring.put(packet(200.0, True))
    there = snapshot(ring)
    assert there[0].arrived <= 200.0 - SURE_S <= there[1].arrived
    ring.is_short = False
    for number in range(500):
        ring.put(packet(200.2 + number / 5, True))
    assert len(snapshot(ring)) > 500, "and more again as soon as there is some"


def test_that_packets_on_a_shelf_are_read_whole_by_who_took_them_before_another_began() -> None:
    ring, shelf = Ring(30.0), Shelf()
    ring.begin(CODING)
    coded = [bytes([n]) * (CHUNK // 3) for n in range(1, 9)]
    for number, one in enumerate(coded):
        ring.put(packet(float(number), number % 4 == 0)._replace(coded=shelf.put(av.Packet(one))))
    taken = snapshot(ring)
    ring.begin(CODING)
    shelf.put(av.Packet(bytes(CHUNK)))
    assert ring.snapshot() is None
    assert [bytes(one.coded) for one in taken] == coded


@pytest.mark.parametrize("kept", [bytes, memoryview])
def test_that_a_decoder_finds_noughts_behind_a_packet(kept: Callable[[bytes], Any]) -> None:
    whole = bytes([255]) * 5000
    given = packet(0.0, True)._replace(coded=kept(whole)[1000:2000]).to_decode()
    assert bytes(given) == whole[1000:2000]
    behind = ctypes.string_at(given.buffer_ptr + given.buffer_size, PADDING)
    assert behind == bytes(PADDING)


def snapshot(ring: Ring) -> list[RingPacket]:
    held = ring.snapshot()
    assert held is not None
    return held[1]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=40), st.data())
def test_that_times_of_a_clip_go_on_in_both_orders(groups: list[int], data: st.DataObject) -> None:
    """Groups of a P picture and the B pictures that are shown before it."""
    order: list[int] = [0]
    for size in groups:
        last = max(order)
        shown = list(range(last + 1, last + 1 + size))
        order += [shown[-1], *data.draw(st.permutations(shown[:-1]))]
    jump = data.draw(st.integers(0, len(order)))
    step = data.draw(st.sampled_from((10**9, -(10**8), -2 * 90_000, -90_000 * 9 // 10)))
    packets = [
        RingPacket(b"x", at * 3600 + (step if place >= jump else 0), place == 0, place / 25, 0.0)
        for place, at in enumerate(order)
    ]
    times = clip_times(CODING, packets)
    decoded = [then for _, then in times]
    assert decoded == sorted(set(decoded)), "decoded one after the other"
    assert all(at >= then for at, then in times), "and never later than shown"
    shown_order = sorted(range(len(order)), key=lambda place: times[place][0])
    if jump in (0, len(order)):
        assert [order[place] for place in shown_order] == sorted(order)
    moved = [abs(place - position) for position, place in enumerate(shown_order)]
    assert max(moved) <= 2 * max(groups), "a clock that was set does not mix the pictures"
    length = (times[shown_order[-1]][0] - times[shown_order[0]][0]) / 90_000
    assert abs(length - (len(order) - 1) / 25) < 0.5, "nor make the clip shorter"


def test_that_stamps_that_stand_still_make_no_clip_of_nothing() -> None:
    packets = [RingPacket(b"x", 7, n == 0, n / 25, 0.0) for n in range(250)]
    shown = [at for at, _ in clip_times(CODING, packets)]
    assert shown[-1] / 90_000 > 7


def test_that_a_new_connection_forgets_packets_of_another_clock() -> None:
    ring = filled([True, False])
    ring.begin(CODING)
    assert ring.snapshot() is None
    assert ring.newest_group() == []


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.floats(0, 30))
def test_that_a_clip_begins_with_the_key_frame_before_the_wanted_second(
    keys: list[bool], before: float
) -> None:
    keys[0] = True
    held = filled(keys).snapshot()
    assert held is not None
    packets, pressed = held[1], (len(keys) - 1) / 5
    chosen = cut(packets, pressed, before)
    assert chosen[0].key
    assert chosen[-1] == packets[-1]
    early = [p for p in packets if p.key and p.arrived <= pressed - before]
    assert chosen[0] == (early[-1] if early else packets[0])

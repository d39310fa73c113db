"""The ring: half a minute that always begins with a key frame, and what is cut from it."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.video.evidence import cut
from app.video.ring import Coding, Ring, RingPacket

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
        assert True not in keys
        return
    packets = held[1]
    assert packets[0].key
    newest, first_key = (len(keys) - 1) / 5, keys.index(True) / 5
    assert packets[-1].arrived == newest
    assert packets[0].arrived <= max(first_key, newest - seconds)
    second = next((p.arrived for p in packets[1:] if p.key), None)
    assert second is None or second >= newest - seconds  # and not a group more


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

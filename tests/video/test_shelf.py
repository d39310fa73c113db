"""Packets on the shelf: kept whole for as long as they are held, and no longer."""

from __future__ import annotations

import gc
import mmap
import weakref
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video import shelf
from app.video.shelf import CHUNK, Shelf


@given(st.lists(st.integers(1, CHUNK + 200), min_size=1, max_size=12))
def test_that_every_packet_stays_as_it_came(sizes: list[int]) -> None:
    kept, there = Shelf(), []
    for number, size in enumerate(sizes):
        coded = bytes([number + 1]) * size
        there.append((coded, kept.put(av.Packet(coded))))
    assert all(bytes(place) == coded for coded, place in there)


def test_that_a_chunk_goes_back_when_nobody_holds_a_packet_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[weakref.ref[Any]] = []

    class Watched(mmap.mmap):
        pass

    def chunk(size: int) -> Watched:
        one = Watched(-1, size)
        made.append(weakref.ref(one))
        return one

    monkeypatch.setattr(shelf, "_chunk", chunk)
    kept = Shelf()
    held = [kept.put(av.Packet(bytes(CHUNK // 4))) for _ in range(12)]
    assert len(made) == 3
    assert all(one() is not None for one in made)
    del held[:4]  # the oldest, as a ring lets them go: the first chunk holds just these
    gc.collect()
    assert [one() is not None for one in made] == [False, True, True]

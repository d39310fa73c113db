"""The last half minute or more of a stream, as its packets came: evidence is cut from it."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import av
from av.packet import Packet


class RingPacket(NamedTuple):
    """One coded picture and when it came; thousands a second are made of 256 cameras."""

    coded: bytes | memoryview
    pts: int
    key: bool
    arrived: float  # time.monotonic()
    wall: float  # time.time()

    def to_decode(self) -> Packet[Any]:
        """A copy that FFmpeg may read beyond the end of, as its decoders do: noughts follow.

        `av.Packet(bytes)` borrows the bytes as they lie. What comes behind them would be decoded as
        the rest of a damaged picture, or be no memory at all.
        """
        packet = av.Packet(len(self.coded))
        packet.update(self.coded)  # type: ignore[arg-type]  # it takes any buffer
        return packet


@dataclass(frozen=True)
class Coding:
    """What a decoder must know before the first packet."""

    codec: str
    time_base: Fraction
    extradata: bytes


MOST_GROUPS = 4
"""A group of pictures longer than so many rings is let go: what begins an hour ago is no instant
evidence, and decoding it would hold everybody up."""

MOST_BYTES = 128 * 1024 * 1024

SURE_S = 30.0
"""So much is held on a machine, too, that has hardly any memory left."""


class Ring:
    """Packets of at least `seconds`, always beginning with a key frame.

    Written by the stream's thread, read by any. When the coding changes (another resolution after a
    reconnect) the older packets go, since one clip cannot hold both. While `is_short` of memory it
    holds no more than `SURE_S`.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self.is_short = seconds, False
        self._lock = threading.Lock()
        self._packets: deque[RingPacket] = deque()
        self._keys: deque[float] = deque()  # arrival of each key frame held
        self._coding: Coding | None = None
        self._bytes = 0

    def begin(self, coding: Coding) -> None:
        """A connection begins; time stamps start anew, so what was before cannot be joined."""
        with self._lock:
            self._coding = coding
            self._clear()

    def forget(self) -> None:
        """Let go of all that is held."""
        with self._lock:
            self._clear()

    def put(self, packet: RingPacket) -> None:
        with self._lock:
            if packet.key:
                self._keys.append(packet.arrived)
            elif not self._keys:
                return  # nothing can be decoded before the first key frame
            self._packets.append(packet)
            self._bytes += len(packet.coded)
            if self._is_beyond(packet.arrived):
                self._clear()
                return
            held = min(self._seconds, SURE_S) if self.is_short else self._seconds
            while len(self._keys) > 1 and self._keys[1] < packet.arrived - held:
                self._drop_oldest_group()

    def _is_beyond(self, now: float) -> bool:
        """Whether one group of pictures has grown past all bounds: a camera without key frames."""
        return len(self._keys) == 1 and (
            now - self._keys[0] > MOST_GROUPS * self._seconds or self._bytes > MOST_BYTES
        )

    def _clear(self) -> None:
        self._packets.clear()
        self._keys.clear()
        self._bytes = 0

    def _drop_oldest_group(self) -> None:
        self._keys.popleft()
        self._bytes -= len(self._packets.popleft().coded)
        while self._packets and not self._packets[0].key:
            self._bytes -= len(self._packets.popleft().coded)

    def snapshot(self) -> tuple[Coding, list[RingPacket]] | None:
        """All that is held now, or None while nothing can be decoded."""
        with self._lock:
            if self._coding is None or not self._packets:
                return None
            return self._coding, list(self._packets)

    def newest_group(self) -> list[RingPacket]:
        """The packets from the newest key frame on."""
        with self._lock:
            group: list[RingPacket] = []
            for packet in reversed(self._packets):
                group.append(packet)
                if packet.key:
                    break
            return group[::-1]

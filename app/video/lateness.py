"""How far behind its own clock a stream arrives: what queued up on a thin line or a busy machine.

When a packet was read says nothing of when it was made: packets wait in the network's buffers, and
a picture fifteen seconds old would look fresh. The stream's time stamps tell. The shortest way
ever seen between stamp and arrival is taken as no delay, and what is above it as delay.
"""

from __future__ import annotations

CREEP = 0.0002
"""So far a camera's clock and ours drift apart, seconds a second: the baseline follows."""

JUMP_S = 5.0
"""Stamps that go back, or leap ahead of arrival by more, are a clock that was set: start anew."""


STUCK_S = 2.0
"""Stamps that stand still for longer while packets come tell nothing of any delay."""


class Lateness:
    """The delay of one connection's packets, in seconds."""

    def __init__(self) -> None:
        self._base: float | None = None
        self._last = (0.0, 0.0)
        self._stuck_for = 0.0

    def hear(self, stamp: float, arrived: float) -> float:
        """Take one packet's time stamp and arrival, both in seconds; how late it came."""
        way = arrived - stamp
        if self._base is None or self._jumped(stamp, arrived):
            self._base = way
        else:
            self._base = min(way, self._base + CREEP * (arrived - self._last[1]))
        self._last = (stamp, arrived)
        return way - self._base

    def _jumped(self, stamp: float, arrived: float) -> bool:
        further, later = stamp - self._last[0], arrived - self._last[1]
        stuck = further == 0 and later > 0
        self._stuck_for = self._stuck_for + later if stuck else 0.0
        return further < -0.5 or further - later > JUMP_S or self._stuck_for > STUCK_S

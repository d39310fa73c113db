"""How far behind its own clock a stream arrives: what queued up on a thin line or a busy machine.

When a packet was read says nothing of when it was made: packets wait in the network's buffers, and
a picture fifteen seconds old would look fresh. The stream's time stamps tell. The shortest way
ever seen between stamp and arrival is taken as no delay, and what is above it as delay.

Some cameras count pictures instead of reading a clock, and their stamps run slow by a part in a
hundred. What queues up comes in gushes; what grows along a straight line, though each read had to
wait for its packet, and does so again on a second connection, is such a clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

CREEP = 0.0002
"""So far a camera's clock and ours drift apart, seconds a second: the baseline follows."""

JUMP_S = 5.0
"""Stamps that go back, or leap ahead of arrival by more, are a clock that was set: start anew."""


STUCK_S = 2.0
"""Stamps that stand still for longer while packets come tell nothing of any delay."""

LOW_EACH_S, LOWS = 5.0, 24
"""The shortest way of every five seconds; two minutes of them show a line, or none."""

STRAIGHT_S = 0.05
"""No low of a clock's line lies farther off it. A thin line's queue sways more: key frames are
many times the other pictures' size."""

WORST_CLOCK = 0.02
"""What runs slower is no clock, but a line that is too thin."""

ALIKE = 0.2, 0.0002
"""Two connections agree if their slopes differ by no more than a fifth, or by what is followed."""


class Lateness:
    """The delay of one camera's packets, in seconds; what is learnt of its clock outlives a
    connection.
    """

    def __init__(self) -> None:
        self._slow = 0.0  # seconds a second that the camera's clock was found to lose
        self._guess: float | None = None  # what this connection's line says
        self._before: float | None = None  # what the last one's said
        self.begin()

    @property
    def has_learnt(self) -> bool:
        """Whether anything is known that another connection could use."""
        return self._slow > 0 or self._guess is not None or self._before is not None

    def begin(self) -> None:
        """Another connection: stamps start anew."""
        if self._guess is not None:
            self._before, self._guess = self._guess, None
        self._base: float | None = None
        self._last = (0.0, 0.0)
        self._stuck_for = 0.0
        self._forget()

    def hear(self, stamp: float, arrived: float, waited: bool = True) -> float:
        """Take one packet's time stamp and arrival, both in seconds; how late it came. `waited`:
        whether the read had to wait for it, so that nothing queues at our end.
        """
        way = arrived - stamp
        if self._base is None or self._jumped(stamp, arrived):
            self._base = way
            self._forget()
        else:
            follow = (self._slow + CREEP) * (arrived - self._last[1])
            self._base = min(way, self._base + follow)
        self._last = (stamp, arrived)
        self._watch_clock(way, arrived, waited)
        return max(0.0, way - self._base)

    def _forget(self) -> None:
        self._lows: deque[tuple[float, float]] = deque(maxlen=LOWS)
        self._low: tuple[float, float] | None = None
        self._low_until = 0.0
        self._reads = self._waits = 0

    def _watch_clock(self, way: float, arrived: float, waited: bool) -> None:
        if arrived >= self._low_until:
            if self._low is None or self._waits * 2 < self._reads:
                self._lows.clear()  # most reads did not have to wait: this reader is behind itself
            else:
                self._lows.append(self._low)
                if len(self._lows) == LOWS:
                    self._learn()
            self._low, self._low_until = None, arrived + LOW_EACH_S
            self._reads = self._waits = 0
        self._reads, self._waits = self._reads + 1, self._waits + waited
        if waited and (self._low is None or way < self._low[1]):
            self._low = (arrived, way)

    def _learn(self) -> None:
        slope, off = line(self._lows)
        if off > STRAIGHT_S or slope > WORST_CLOCK:
            return
        slow = self._guess = max(0.0, slope)
        if self._before is None or abs(slow - self._before) > max(ALIKE[0] * slow, ALIKE[1]):
            return
        missed = slow - self._slow - CREEP
        if missed > 0 and self._base is not None:  # what was taken for delay on this line was none
            self._base += missed * (self._lows[-1][0] - self._lows[0][0])
        self._slow = slow

    def _jumped(self, stamp: float, arrived: float) -> bool:
        further, later = stamp - self._last[0], arrived - self._last[1]
        stuck = further == 0 and later > 0
        self._stuck_for = self._stuck_for + later if stuck else 0.0
        return further < -0.5 or further - later > JUMP_S or self._stuck_for > STUCK_S


def line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The slope of the straight line through these points, and how far off it the farthest is."""
    count = len(points)
    middle, height = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - middle) ** 2 for x, _ in points)
    slope = sum((x - middle) * (y - height) for x, y in points) / spread if spread else 0.0
    return slope, max(abs(y - height - slope * (x - middle)) for x, y in points)

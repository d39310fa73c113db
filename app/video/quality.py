"""Which of a camera's two streams a tile gets: the main one only where it can be seen.

The rules, published: a tile that has been higher than `UP_PX` for `DWELL_S` gets the main stream,
one lower than `DOWN_PX` the sub stream again, and no tile changes twice within `APART_S`. A sub
stream has 576 lines; above that the main stream shows more, below it only costs more (1080p scaled
into a small tile takes three times the processor of D1). While the machine is busy nobody is
raised, and the smallest of the raised ones are lowered first.
"""

from __future__ import annotations

from app.domain.camera import Stream

UP_PX, DOWN_PX = 620, 540
DWELL_S, APART_S = 1.0, 5.0


class Chooser:
    """The choice of one tile; begins with the sub stream."""

    def __init__(self) -> None:
        self.stream = Stream.SUB
        self._fits_since: float | None = None
        self._changed = float("-inf")

    def hear(self, height: int, now: float, may_rise: bool = True) -> Stream:
        """The tile's height in device pixels, at `now` seconds; the stream it gets."""
        rises = self.stream is Stream.SUB and height >= UP_PX and may_rise
        falls = self.stream is Stream.MAIN and height <= DOWN_PX
        if not (rises or falls):
            self._fits_since = None
            return self.stream
        if self._fits_since is None:
            self._fits_since = now
        if now - self._fits_since >= DWELL_S and now - self._changed >= APART_S:
            self.stream = Stream.MAIN if rises else Stream.SUB
            self._changed, self._fits_since = now, None
        return self.stream

    def lower(self, now: float) -> None:
        """The machine is busy: back to the sub stream at once."""
        if self.stream is Stream.MAIN:
            self.stream, self._changed, self._fits_since = Stream.SUB, now, None

"""What a tile gets: the main stream only where it can be seen, key frames where nobody looks.

The rules, published: a tile that has been higher than `UP_PX` for `DWELL_S` gets the main stream,
one lower than `DOWN_PX` the sub stream again, and no tile changes twice within `APART_S`. A sub
stream has 576 lines; above that the main stream shows more, below it only costs more (1080p scaled
into a small tile takes three times the processor of D1). While the machine is busy nobody is
raised, and the smallest of the raised ones are lowered first.

Every picture is decoded for the current tile, and for those of at least `FULL_PX` lines, the
largest first, as far as the machine's share goes: `FULL_PER_CORE` for each core. The rest show
their key frames, one each second or two. While more is wanted of the processor than it has, that
share is halved, at most every `LOWER_APART_S`; after `CALM_S` without it a quarter comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.camera import Stream
from app.video.messages import Decode

UP_PX, DOWN_PX = 620, 540
DWELL_S, APART_S = 1.0, 5.0
FULL_PX = 150
FULL_PER_CORE = 12
"""A D1 stream of 25 pictures a second costs four to five percent of a core, scaled and painted."""

LOWER_APART_S, CALM_S = 20.0, 60.0
LEAST_SHARE = 1 / 16
LEAST_FULL = 4
"""As many as an inspection shows: these are looked at closely, however busy the machine."""


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


class Governor:
    """How many tiles of this machine may show every picture now."""

    def __init__(self, cores: int) -> None:
        self._most = FULL_PER_CORE * cores
        self._share = 1.0
        self._changed = self._busy_at = float("-inf")

    @property
    def full(self) -> int:
        return max(LEAST_FULL, round(self._most * self._share))

    def hear(self, busy: bool, now: float) -> None:
        """Whether the machine has too much to do, at `now` seconds."""
        if busy:
            self._busy_at = now
            if now - self._changed >= LOWER_APART_S and self._share > LEAST_SHARE:
                self._share, self._changed = self._share / 2, now
        elif (
            self._share < 1.0
            and now - self._busy_at >= CALM_S
            and now - self._changed >= LOWER_APART_S
        ):
            self._share, self._changed = min(1.0, self._share * 1.25), now


def decoding(heights: Sequence[int], current: int | None, full: int) -> list[Decode]:
    """How each of these tiles (its lines in device pixels) is decoded; `current` is a place among
    them, and `full` how many may show every picture.
    """
    order = sorted(range(len(heights)), key=lambda place: (place != current, -heights[place]))
    wanted = [place for place in order if place == current or heights[place] >= FULL_PX]
    chosen = set(wanted[:full])
    return [Decode.FULL if place in chosen else Decode.KEYFRAMES for place in range(len(heights))]

"""What is wrong with a picture that flows: judged from measures, and only when it lasts.

A camera may send at its full rate and still show nothing: a black, frozen, blurred, covered,
discoloured picture, or another scene than the one it was hung for. The measures come from key
frames (`app/video/measures.py`); the thresholds were chosen on `resources/video/street-bikes.mp4`
and on drawn streets, and are tried on other footage in `tests/video/test_health.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.camera import StreamState

BLACK_LIGHT = 30.0
"""The brightest hundredth of a black picture is darker than this, on the scale 0-255."""

FLAT = 5.0
"""A picture whose brightness varies less than this holds nothing."""

STILL = 1.0
"""A picture that differs nowhere by more than this from the one before is the same picture, coded
again. People, leaves and the noise of a sensor move the blocks of a living one by more."""

SOFT = 0.4
"""A picture with less than this part of its reference's fine detail is blurred ..."""

SOFT_ALONE = 0.012
"""... and one without a reference, with less fine detail than this part of its contrast."""

COVERED = 0.45
"""Nearly half of what had texture in the reference has lost it."""

COVERED_ALONE = 0.72
"""Without a reference: so much of a picture has no texture at all."""

TINT, TINT_SHIFT = 6.0, 11.0
"""A cast: the mean colour is far from the reference's, and not because it has turned grey, as a
camera does at night under its infra-red lamp."""

ALIKE = 0.45
"""Outlines that agree less than this with the reference's are another scene."""

LASTS_S = {
    StreamState.BLACK: 4.0,
    StreamState.FROZEN: 20.0,
    StreamState.BLURRED: 8.0,
    StreamState.COVERED: 6.0,
    StreamState.CAST: 10.0,
    StreamState.MOVED: 10.0,
}
"""How long each must be seen before it is said: a bus before the lens covers it for a moment."""

CLEARS_S = 3.0
"""How long a picture must be in order before the trouble is taken back."""


@dataclass(frozen=True)
class Measures:
    """One key frame in numbers. What is held against a reference is None without one."""

    light: float  # brightness of the brightest hundredth, 0-255
    contrast: float  # standard deviation of brightness
    detail: float  # variance of the Laplacian over the variance of brightness
    flat: float  # part of the blocks without texture, 0-1
    tint: float  # distance of the mean colour from grey
    change: float | None = None  # largest mean difference of a block to the frame before
    detail_kept: float | None = None  # detail, as part of the reference's
    texture_lost: float | None = None  # part of the reference's textured blocks that are flat now
    tint_shift: float | None = None  # distance of the mean colour from the reference's
    alike: float | None = None  # how well outlines agree with the reference's, -1 to 1


def symptom(seen: Measures) -> StreamState | None:
    """What one picture looks like, by itself; the gravest first."""
    if seen.light < BLACK_LIGHT and seen.contrast < FLAT * 2:
        return StreamState.BLACK
    if _covered(seen):
        return StreamState.COVERED  # before frozen: behind a cover nothing moves
    if seen.change is not None and seen.change < STILL:
        return StreamState.FROZEN
    if _blurred(seen):
        return StreamState.BLURRED
    # Without a reference a lawn cannot be told from a green cast.
    if seen.tint_shift is not None and seen.tint_shift > TINT_SHIFT and seen.tint > TINT:
        return StreamState.CAST
    if seen.alike is not None and seen.alike < ALIKE:
        return StreamState.MOVED
    return None


def _covered(seen: Measures) -> bool:
    if seen.texture_lost is not None:
        return seen.texture_lost > COVERED
    return seen.flat > COVERED_ALONE or seen.contrast < FLAT


def _blurred(seen: Measures) -> bool:
    if seen.detail_kept is not None:
        return seen.detail_kept < SOFT
    return seen.detail < SOFT_ALONE


class Judge:
    """Turns symptoms into a verdict: a trouble that lasts, or None."""

    def __init__(self) -> None:
        self.verdict: StreamState | None = None
        self.since: float | None = None
        """When the present verdict's trouble was first seen, in the caller's seconds."""
        self._suspect: StreamState | None = None
        self._suspected_at = 0.0
        self._well_since: float | None = None

    def hear(self, seen: Measures, at: float) -> StreamState | None:
        """Take one picture's measures, at `at` seconds; the verdict as it stands now."""
        found = symptom(seen)
        if found is None:
            self._suspect = None
            if self.verdict is not None:
                self._well_since = self._well_since if self._well_since is not None else at
                if at - self._well_since >= CLEARS_S:
                    self.verdict, self.since, self._well_since = None, None, None
            return self.verdict
        self._well_since = None
        if found is not self._suspect:
            self._suspect, self._suspected_at = found, at
        if found is not self.verdict and at - self._suspected_at >= LASTS_S[found]:
            self.verdict, self.since = found, self._suspected_at
        return self.verdict

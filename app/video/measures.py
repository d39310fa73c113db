"""A key frame in numbers, for the rules that judge it (`app/domain/health.py`).

Everything is measured on 320 x 180 points, which costs one to two milliseconds a key frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from app.domain.health import Measures

WIDE, HIGH, BLOCK = 320, 180, 20
EDGE = 20
"""Rows at the upper and lower edge in which cameras write their name and clock."""

BEYOND_DOUBT = 0.6
"""Outlines that agree so well need no further trying."""

FLATTENED = 0.15
"""By this part of all blocks a picture must have become flatter before anything covers it."""

TEXTURE, NO_TEXTURE = 7.0, 3.0
"""Standard deviation of brightness within a block that holds something, and one that does not."""

SWAY = 3
"""Points of the halved picture by which a scene may be shifted and still be the same."""

_SHIFTS = sorted(
    ((down, across) for down in range(-SWAY, SWAY + 1) for across in range(-SWAY, SWAY + 1)),
    key=lambda shift: abs(shift[0]) + abs(shift[1]),
)

Plane = NDArray[np.floating[Any]]


class Outlines(NamedTuple):
    """Where a picture has strong slopes (within the inner part), and their directions there."""

    places: tuple[NDArray[np.intp], ...]
    across: Plane
    down: Plane


@dataclass(frozen=True)
class Look:
    """A picture made small: brightness (180 x 320) and the mean of both colour planes."""

    luma: Plane
    blue: float
    red: float

    @cached_property
    def texture(self) -> Plane:
        """Standard deviation of brightness within each block."""
        mean = _block_means(self.luma)
        variance = _block_means(self.luma * self.luma) - mean * mean
        result: Plane = np.sqrt(np.maximum(variance, 0.0))
        return result

    @cached_property
    def light(self) -> float:
        """The brightness that 99 of 100 points stay below: by counting, which is no sorting."""
        counted = np.bincount(self.luma.astype(np.uint8).ravel(), minlength=256).cumsum()
        return float(np.searchsorted(counted, 0.99 * (WIDE * HIGH - 1), side="right"))

    @cached_property
    def detail(self) -> float:
        """The variance of the Laplacian over that of the brightness: falls when it blurs."""
        inner = _inner(self.luma)
        around = inner[:-2, 1:-1] + inner[2:, 1:-1] + inner[1:-1, :-2] + inner[1:-1, 2:]
        return float((around - 4 * inner[1:-1, 1:-1]).var() / (inner.var() + 1.0))

    @cached_property
    def outlines(self) -> Outlines:
        """The directions of its strong slopes, for others to be held against."""
        down, across = _slopes(self.luma)
        strength = np.hypot(across, down)
        strong = strength > max(2.0, float(np.percentile(strength, 70)))
        inner = (slice(SWAY, -SWAY), slice(SWAY, -SWAY))
        chosen = strong[inner]
        unit = 1.0 / (strength + 1e-6)
        return Outlines(
            np.nonzero(chosen), (across * unit)[inner][chosen], (down * unit)[inner][chosen]
        )

    def packed(self) -> bytes:
        """As it is kept: colours as two numbers, then a byte for each point."""
        head = np.array([self.blue, self.red], np.float32).tobytes()
        return head + self.luma.clip(0, 255).astype(np.uint8).tobytes()


def unpack(kept: bytes) -> Look | None:
    """A kept look again, or None if it is of another size."""
    if len(kept) != 8 + WIDE * HIGH:
        return None
    blue, red = np.frombuffer(kept[:8], np.float32)
    luma = np.frombuffer(kept[8:], np.uint8).reshape(HIGH, WIDE).astype(np.float32)
    return Look(luma, float(blue), float(red))


class Measurer:
    """Measures the key frames of one stream, one after the other."""

    def __init__(self, reference: Look | None = None) -> None:
        self.reference = reference
        self.last: Look | None = None
        self._scaler = VideoReformatter()

    def look(self, frame: VideoFrame) -> Look:
        """The frame made small."""
        small = self._scaler.reformat(
            frame, WIDE, HIGH, "yuv420p", interpolation=Interpolation.AREA, threads=1
        )
        planes = small.to_ndarray()
        luma = planes[:HIGH].astype(np.float32)
        chroma = planes[HIGH:].reshape(2, -1)
        return Look(luma, float(chroma[0].mean()), float(chroma[1].mean()))

    def measure(self, frame: VideoFrame) -> Measures:
        """The numbers of this key frame; it becomes the one that the next is compared with."""
        now, before = self.look(frame), self.last
        self.last = now
        return measure(now, before, self.reference)


def measure(now: Look, before: Look | None, reference: Look | None) -> Measures:
    """One look in numbers, against the one before and the reference where there is one."""
    kept = lost = shift = alike = None
    if reference is not None:
        kept = now.detail / max(1e-6, reference.detail)
        lost = _texture_lost(now.texture, reference.texture)
        shift = float(np.hypot(now.blue - reference.blue, now.red - reference.red))
        alike = _alike(now, reference)
    return Measures(
        light=now.light,
        contrast=float(now.luma.std()),
        detail=now.detail,
        flat=float((now.texture < NO_TEXTURE).mean()),
        tint=float(np.hypot(now.blue - 128, now.red - 128)),
        change=_change(now.luma, before.luma) if before is not None else None,
        detail_kept=kept,
        texture_lost=lost,
        tint_shift=shift,
        alike=alike,
    )


def _inner(luma: Plane) -> Plane:
    return luma[EDGE : HIGH - EDGE]


def _block_means(plane: Plane) -> Plane:
    """The mean of each block: along the lines first, where memory lies together."""
    inner = _inner(plane)
    lines = inner.reshape(inner.shape[0], WIDE // BLOCK, BLOCK).sum(axis=2)
    result: Plane = lines.reshape(-1, BLOCK, WIDE // BLOCK).sum(axis=1) / BLOCK**2
    return result


def _texture_lost(texture: Plane, before: Plane) -> float:
    """The part of what had texture that is flat now.

    A camera that was turned loses texture in one place and finds it in another: nothing is lost.
    """
    more_flat = (texture < NO_TEXTURE).mean() - (before < NO_TEXTURE).mean()
    held = before > TEXTURE
    if more_flat < FLATTENED or not held.any():
        return 0.0
    return float((texture[held] < NO_TEXTURE).mean())


def _change(luma: Plane, before: Plane) -> float:
    return float(_block_means(np.abs(luma - before)).max())


def _alike(now: Look, reference: Look) -> float:
    """How well the outlines of two pictures agree, whatever the light: -1 to 1.

    The directions of the slopes are compared where the reference has some; what moves through the
    scene takes few of them, a camera that was turned takes nearly all. A mast sways: the best
    agreement within `SWAY` points counts.
    """
    marks = reference.outlines
    rows, columns = marks.places
    if not len(rows):
        return 1.0
    down, across = _slopes(now.luma)
    length = np.hypot(across, down) + 0.5
    across, down = across / length, down / length
    best = -1.0
    for lower, further in _SHIFTS:
        at = (rows + (SWAY + lower), columns + (SWAY + further))
        best = max(best, float((across[at] * marks.across + down[at] * marks.down).mean()))
        if best > BEYOND_DOUBT:
            break  # the usual case, and the cheapest
    return best


def _slopes(luma: Plane) -> tuple[Plane, Plane]:
    """The slopes of the picture at half its size: fine grain says nothing of the scene."""
    inner = _inner(luma)
    lines = inner[::2] + inner[1::2]
    half = (lines[:, ::2] + lines[:, 1::2]) * 0.25
    down, across = np.gradient(half)
    return np.asarray(down), np.asarray(across)

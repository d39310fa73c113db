"""Laying a picture of before over the picture of now: by how much it was scaled and shifted.

Phase correlation finds a shift whatever the light does; the scale is found by trying some. What the
correlation's peak stands out by tells whether both show the same place at all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]

SIDE = (160, 284)
"""Rows and columns that are compared: a pixel is a hundred-and-sixtieth of the picture's height."""

SCALES = tuple(float(s) for s in np.geomspace(0.7, 1 / 0.7, 29))
"""Tried scales lie 2.6 % apart: at the picture's edge, two pixels of these."""

SURE = 20.0
"""How many times its spread the peak must rise above the rest. Of the same place it rose 30 times
and more in the dark and moved, of other places 15 times at most (tests/video/test_alignment.py)."""


class Alignment(NamedTuple):
    """`before` scaled by `scale` about its middle, then moved by `right` and `down` (parts of the
    picture's width and height), lies on `now`. `peak` tells how surely.
    """

    scale: float
    right: float
    down: float
    peak: float

    @property
    def is_sure(self) -> bool:
        return self.peak >= SURE


def grey_of(pixels: NDArray[np.uint8]) -> Grey:
    """A picture of rows x columns x BGRA (or BGR) as grey of the size that is compared."""
    rows, columns = SIDE
    down = np.linspace(0, pixels.shape[0], rows + 1).astype(int)
    across = np.linspace(0, pixels.shape[1], columns + 1).astype(int)
    grey = pixels[..., :3].mean(axis=2, dtype=np.float64)
    summed = np.pad(grey.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    block = summed[np.ix_(down, across)]
    total = block[1:, 1:] - block[:-1, 1:] - block[1:, :-1] + block[:-1, :-1]
    area = np.outer(np.diff(down), np.diff(across)).astype(np.float32)
    return np.asarray(total / np.maximum(area, 1), dtype=np.float32)


def align(before: Grey, now: Grey) -> Alignment:
    """The scale and shift that lay `before` on `now`; both as `grey_of` gives them. ~60 ms."""
    target = np.fft.rfft2(_prepared(now))
    best = Alignment(1.0, 0.0, 0.0, 0.0)
    for scale in SCALES:
        found = _shift(np.fft.rfft2(_prepared(_scaled(before, scale))), target, scale)
        if found.peak > best.peak:
            best = found
    return best


def _shift(before: NDArray[np.complex128], now: NDArray[np.complex128], scale: float) -> Alignment:
    cross = now * np.conj(before)
    cross /= np.abs(cross) + 1e-9
    surface = np.fft.irfft2(cross, s=SIDE)
    row, column = np.unravel_index(int(surface.argmax()), surface.shape)
    rows, columns = SIDE
    peak = float((surface[row, column] - surface.mean()) / (surface.std() + 1e-12))
    down = (int(row) + rows // 2) % rows - rows // 2
    right = (int(column) + columns // 2) % columns - columns // 2
    return Alignment(scale, right / columns, down / rows, peak)


def _prepared(grey: Grey) -> Grey:
    """Its edges, faded out towards the border: the border itself is no feature."""
    lit = grey - _blurred(grey)
    lit /= lit.std() + 1e-6
    return np.asarray(lit * _window(), dtype=np.float32)


def _window() -> Grey:
    return np.outer(np.hanning(SIDE[0]), np.hanning(SIDE[1])).astype(np.float32)


def _blurred(grey: Grey) -> Grey:
    """The mean of seven by seven pixels."""
    padded = np.pad(grey, 3, mode="edge")
    summed = np.pad(padded.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))
    box = summed[7:, 7:] - summed[:-7, 7:] - summed[7:, :-7] + summed[:-7, :-7]
    return np.asarray(box / 49, dtype=np.float32)


def _scaled(grey: Grey, scale: float) -> Grey:
    """Scaled about the middle, bilinear; what comes from outside is the edge."""
    rows, columns = grey.shape
    y = (np.arange(rows) - (rows - 1) / 2) / scale + (rows - 1) / 2
    x = (np.arange(columns) - (columns - 1) / 2) / scale + (columns - 1) / 2
    y, x = np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    fy, fx = (y - top)[:, None], (x - left)[None, :]
    above = grey[np.ix_(top, left)] * (1 - fx) + grey[np.ix_(top, right)] * fx
    below = grey[np.ix_(bottom, left)] * (1 - fx) + grey[np.ix_(bottom, right)] * fx
    return np.asarray(above * (1 - fy) + below * fy, dtype=np.float32)

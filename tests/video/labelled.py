"""Pictures whose trouble is known: real footage, really spoilt.

The footage (a fixed camera over a campus, `street-walkers.mp4` beside the project) is not what the
thresholds of `app/domain/health.py` were chosen on. Several crops of it stand for several cameras.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

from app.domain.camera import StreamState as S

Picture = NDArray[np.uint8]
Spoil = Callable[[NDArray[np.float32]], NDArray[Any]]

CROPS = (
    (0, 0, 480, 360),
    (0, 0, 320, 240),
    (160, 0, 320, 240),
    (0, 120, 320, 240),
    (160, 120, 320, 240),
)
"""Left, upper, width, height: five views of one place."""


class Labelled(NamedTuple):
    """A camera's reference, two pictures one key frame apart, and what is wrong with them."""

    name: str
    reference: av.VideoFrame
    before: av.VideoFrame
    now: av.VideoFrame
    trouble: S | None


def frame(picture: NDArray[Any]) -> av.VideoFrame:
    plain = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
    return av.VideoFrame.from_ndarray(plain, format="rgb24")


def film(path: Path, each: int) -> list[Picture]:
    """Every `each`-th picture."""
    with av.open(str(path)) as source:
        every = enumerate(source.decode(video=0))
        return [one.to_ndarray(format="rgb24") for number, one in every if number % each == 0]


def blur(radius: int) -> Spoil:
    """Out of focus: three boxes make nearly a bell."""

    def spoil(picture: NDArray[np.float32]) -> NDArray[Any]:
        for _ in range(3):
            for axis in (0, 1):
                pad = [(radius, radius) if axis == one else (0, 0) for one in range(3)]
                total = np.cumsum(np.pad(picture, pad, mode="edge"), axis=axis)
                upper = np.take(total, range(2 * radius, total.shape[axis]), axis)
                lower = np.take(total, range(total.shape[axis] - 2 * radius), axis)
                picture = (upper - lower) / (2 * radius)
        return picture

    return spoil


def covered(part: float, light: float) -> Spoil:
    """A bag, a leaf, a hand before the lens: out of focus, with a soft edge and a little noise."""

    dice = np.random.default_rng(round(part * 100 + light))

    def spoil(picture: NDArray[np.float32]) -> NDArray[Any]:
        wide = picture.shape[1]
        edge = np.clip((wide * part - np.arange(wide)) / 12 + 0.5, 0, 1)[None, :, None]
        cover = light + dice.normal(0, 1.2, picture.shape)
        return picture * (1 - edge) + cover * edge

    return spoil


def turned(across: float, down: float) -> Spoil:
    """The camera points elsewhere, by these parts of the picture."""

    def spoil(picture: NDArray[np.float32]) -> NDArray[Any]:
        high, wide = picture.shape[:2]
        return np.roll(picture, (round(high * down), round(wide * across)), axis=(0, 1))

    return spoil


def tinted(red: float, green: float, blue: float) -> Spoil:
    return lambda picture: picture * np.array([red, green, blue], np.float32)


def lit(by: float, plus: float = 0.0) -> Spoil:
    return lambda picture: picture * by + plus


def noisy(sigma: float) -> Spoil:
    dice = np.random.default_rng(round(sigma * 10))
    return lambda picture: picture + dice.normal(0, sigma, picture.shape)


SPOILT: tuple[tuple[str, Spoil, S | None], ...] = (
    ("as it is", lit(1.0), None),
    ("dusk", lit(0.55), None),
    ("sun", lit(1.3), None),
    ("haze", lit(0.75, 40), None),
    ("grain", noisy(6), None),
    ("sway", turned(0.006, 0.0), None),
    ("a van before a fifth", covered(0.2, 90), None),
    ("lamp warm", tinted(1.0, 0.95, 0.88), None),
    ("black", lit(0.02), S.BLACK),
    ("black with grain", lambda p: noisy(2)(p * 0.01), S.BLACK),
    ("lens cap", lambda p: p * 0 + 12, S.BLACK),
    ("blurred a little", blur(3), S.BLURRED),
    ("blurred", blur(6), S.BLURRED),
    ("dew", lambda p: blur(5)(p) * 0.8 + 30, S.BLURRED),
    ("covered 60 %", covered(0.6, 60), S.COVERED),
    ("covered 75 %", covered(0.75, 130), S.COVERED),
    ("covered whole", covered(1.2, 90), S.COVERED),
    ("magenta", tinted(1.0, 0.6, 1.0), S.CAST),
    ("yellow", tinted(1.0, 1.0, 0.5), S.CAST),
    ("blue", tinted(0.6, 0.8, 1.2), S.CAST),
    ("turned right", turned(0.15, 0.0), S.MOVED),
    ("turned far", turned(0.4, 0.1), S.MOVED),
    ("tilted", turned(0.0, 0.2), S.MOVED),
)  # fmt: skip


def labelled_set(path: Path) -> Iterator[Labelled]:
    """Every crop, at several moments, as it is and spoilt in every way; frozen ones besides."""
    pictures = film(path, 40)
    for place, (left, upper, wide, high) in enumerate(CROPS):
        seen = [p[upper : upper + high, left : left + wide].astype(np.float32) for p in pictures]
        reference = frame(seen[0])
        for moment in range(2, len(seen), 4):
            for name, spoil, trouble in SPOILT:
                before, now = frame(spoil(seen[moment - 1])), frame(spoil(seen[moment]))
                yield Labelled(f"{name}, view {place}", reference, before, now, trouble)
            still = frame(seen[moment])
            yield Labelled(f"frozen, view {place}", reference, still, still, S.FROZEN)

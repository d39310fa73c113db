"""Moving a camera (云台): which way and how fast, to which remembered place, onto which part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Move:
    """Speeds from -1 to 1: to the right, upwards, nearer. All zero: stand still."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0

    def __post_init__(self) -> None:
        if any(not -1 <= speed <= 1 for speed in (self.pan, self.tilt, self.zoom)):
            raise ValueError("a speed lies between -1 and 1")

    @property
    def moves(self) -> bool:
        return self != STILL

    @property
    def signs(self) -> str:
        """Which way, for the record of who moved what: an arrow, and a sign for the zoom."""
        arrow = ARROWS[_sign(self.pan), _sign(self.tilt)]
        return arrow + {1: "＋", -1: "－", 0: ""}[_sign(self.zoom)]


def _sign(speed: float) -> int:
    return (speed > 0) - (speed < 0)


ARROWS = {
    (-1, 1): "↖", (0, 1): "↑", (1, 1): "↗",
    (-1, 0): "←", (0, 0): "", (1, 0): "→",
    (-1, -1): "↙", (0, -1): "↓", (1, -1): "↘",
}  # fmt: skip

STILL = Move()


class Preset(NamedTuple):
    """A place (预置位) that the camera remembers. `token` is the source's own word for it."""

    token: str
    name: str


MOST_PRESETS = 255
"""GB/T 28181 keeps a preset's number in one byte, 1 to 255 (annex A.3)."""


class Box(NamedTuple):
    """A part of the picture, as fractions of its width and height from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


def free_number(presets: list[Preset]) -> int:
    """The lowest number that no preset has yet; 0 if all are taken."""
    taken = {preset.token for preset in presets}
    return next((n for n in range(1, MOST_PRESETS + 1) if str(n) not in taken), 0)

"""Tours (轮巡): cameras that take turns on the wall's tiles, each for its dwell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.errors import Refusal
from app.domain.roster import Shift

SHORTEST_S, LONGEST_S = 5, 600
MOST_CAMERAS = 500
TILES = (1, 4, 6, 8, 9, 16)
"""How many cameras a step may show: the wall's layouts."""


@dataclass(eq=False)
class Tour:
    """A list of trouble spots. `owner_id` None: everybody's; `shift` None: whenever wanted."""

    name: str
    cameras: str  # ids, separated by commas, in the order of the tour
    dwell_s: int
    tiles: int
    owner_id: int | None = None
    shift: Shift | None = None
    id: int = field(init=False)
    version: int = field(init=False)


class TourRow(NamedTuple):
    """A tour as the wall runs it."""

    id: int
    version: int
    name: str
    cameras: tuple[int, ...]
    dwell_s: int
    tiles: int
    owner_id: int | None
    shift: Shift | None


def check(name: str, cameras: Sequence[int], dwell_s: int, tiles: int) -> None:
    """Refuse a tour that nobody could watch."""
    if not name.strip():
        raise Refusal("请填写轮巡名称")
    if len(set(cameras)) < 2:
        raise Refusal("轮巡至少要有两个点位")
    if len(cameras) > MOST_CAMERAS:
        raise Refusal("一条轮巡最多 {n} 个点位", n=MOST_CAMERAS)
    if not SHORTEST_S <= dwell_s <= LONGEST_S:
        raise Refusal("停留时间应在 {a} 到 {b} 秒之间", a=SHORTEST_S, b=LONGEST_S)
    if tiles not in TILES:
        raise Refusal("没有 {n} 个窗格的分屏", n=tiles)


class Course:
    """One run of a tour: which cameras are on now, which come next. Pure steps; no clock."""

    def __init__(self, cameras: Iterable[int], tiles: int) -> None:
        self._cameras = list(dict.fromkeys(cameras))
        self._tiles = tiles
        self.step = 0

    @property
    def cameras(self) -> list[int]:
        """Those of this run, in their order."""
        return list(self._cameras)

    @property
    def count(self) -> int:
        return len(self._cameras)

    @property
    def steps(self) -> int:
        """How many steps a round has; 0 when every camera was taken out."""
        return -(-len(self._cameras) // self._tiles)

    def now(self) -> list[int]:
        return self._at(self.step)

    def next(self) -> list[int]:
        """What comes after this step, to be opened beforehand."""
        return self._at(self.step + 1)

    def at(self, by: int) -> list[int]:
        """What is on so many steps from here."""
        return self._at(self.step + by)

    def go(self, by: int) -> list[int]:
        """So many steps on, or back; after the last comes the first."""
        if self.steps:
            self.step = (self.step + by) % self.steps
        return self.now()

    def jump(self, camera: int) -> list[int]:
        """Out of turn: to the step that shows this camera."""
        if camera in self._cameras:
            self.step = self._cameras.index(camera) // self._tiles
        return self.now()

    def take_out(self, camera: int) -> list[int]:
        """Leave a camera out for the rest of this run; those behind it move up."""
        if camera in self._cameras:
            self._cameras.remove(camera)
            self.step = min(self.step, max(0, self.steps - 1))
        return self.now()

    def _at(self, step: int) -> list[int]:
        if not self.steps:
            return []
        first = step % self.steps * self._tiles
        return self._cameras[first : first + self._tiles]

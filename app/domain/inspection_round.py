"""One round of guided inspection (巡查): its spots in their order, and which are answered for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from app.domain.inspection import Verdict
from app.domain.tour import Course


class InspectionRound:
    """Pure steps; no clock. An answer is given at once and on record a little later, or not: then
    its spot waits for one again.
    """

    def __init__(
        self,
        cameras: Iterable[int],
        tiles: int,
        began: datetime,
        recorded: Mapping[int, Verdict] | None = None,
    ) -> None:
        self.course = Course(cameras, tiles)
        self.began = began
        self._recorded = dict(recorded or {})
        self._given = set(self._recorded)

    @property
    def count(self) -> int:
        """How many spots it has."""
        return self.course.count

    @property
    def answered(self) -> int:
        """How many of them are answered for, on record or on the way there."""
        return len(self._given)

    @property
    def is_over(self) -> bool:
        return self.answered >= self.count

    @property
    def is_broken_off(self) -> bool:
        """Whether there is something to go on with."""
        return 0 < self.answered < self.count

    @property
    def tally(self) -> Counter[Verdict]:
        """How many answers of each kind are on record."""
        return Counter(self._recorded.values())

    def has(self, camera: int) -> bool:
        return camera in self.course.cameras

    def awaits(self, camera: int) -> bool:
        """Whether this is one of its spots and nobody has answered for it."""
        return self.has(camera) and camera not in self._given

    @property
    def first_waiting(self) -> int:
        """The first spot without an answer; the first of all where each has one."""
        cameras = self.course.cameras
        return next((one for one in cameras if self.awaits(one)), cameras[0])

    def give(self, camera: int) -> None:
        """Somebody has answered for this spot."""
        self._given.add(camera)

    def record(self, camera: int, verdict: Verdict) -> None:
        """The answer is on record."""
        self._recorded[camera] = verdict

    def take_back(self, camera: int) -> None:
        """The answer could not be put on record."""
        self._given.discard(camera)

    def arrange(self, cameras: Iterable[int], tiles: int) -> None:
        """These spots from here on, so many at once; what was answered of them stays answered."""
        self.course = Course(cameras, tiles)
        self._given.intersection_update(self.course.cameras)

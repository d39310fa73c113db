"""The ledger of watching (观看台账): how long each camera was really seen, against the plan.

A second counts when the camera's picture was live, in order and on screen, and somebody sat there.
A wall that nobody looks at, a black picture and a locked desk count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from app.domain.roster import Shift

SEEN_S = 5.0
"""A planned camera was watched in a shift when it was seen for so long in all."""

SHORTEST_S = 0.5
"""A stay that is over and was shorter is none."""

GAP_S = 3.0
"""A camera that is gone from the screen for longer begins another visit when it comes back."""


@dataclass(eq=False)
class Visit:
    """One stay of one camera on a desk's screen. `seconds` were really seen; negative where a later
    part takes back what the earlier ones counted of a picture that stood still.
    """

    camera_id: int
    person_id: int
    person: str
    desk: str
    day: date
    shift: Shift
    begins: datetime
    seconds: float
    goes_on: bool = False  # the stay had begun before, and is written in several parts
    id: int = field(init=False)

    @property
    def told(self) -> tuple[str, int, int, datetime, float, bool]:
        """What tells it from every other visit."""
        of = (self.desk, self.person_id, self.camera_id)
        return (*of, self.begins, self.seconds, self.goes_on)


class Watched(NamedTuple):
    """A camera in one shift."""

    camera_id: int
    planned: bool
    seconds: float
    visits: int
    people: tuple[str, ...]

    @property
    def is_missed(self) -> bool:
        return self.planned and self.seconds < SEEN_S


def balance(visits: Iterable[Visit], planned: Iterable[int]) -> list[Watched]:
    """Planned against watched, for one shift; what was missed first, then by least seen."""
    plan = set(planned)
    seconds: dict[int, float] = dict.fromkeys(plan, 0.0)
    counts: dict[int, int] = dict.fromkeys(plan, 0)
    people: dict[int, set[str]] = {camera: set() for camera in plan}
    for visit in visits:
        camera = visit.camera_id
        seconds[camera] = seconds.get(camera, 0.0) + visit.seconds
        counts[camera] = counts.get(camera, 0) + (not visit.goes_on)
        people.setdefault(camera, set()).add(visit.person)
    found = [
        Watched(
            camera, camera in plan, seconds[camera], counts[camera], tuple(sorted(people[camera]))
        )
        for camera in seconds
    ]
    return sorted(found, key=lambda one: (not one.is_missed, one.seconds, one.camera_id))


def coverage(lines: Iterable[Watched]) -> float | None:
    """The part of the planned cameras that were watched; None where nothing was planned."""
    planned = [line for line in lines if line.planned]
    return sum(not line.is_missed for line in planned) / len(planned) if planned else None


class Stay(NamedTuple):
    """A camera that is on screen now: since when, seen for how long, last seen when."""

    begins: datetime
    seconds: float
    seen: float
    goes_on: bool = False  # a part of it was given before
    given: float = 0.0  # seconds in those parts

    @property
    def is_told(self) -> bool:
        """Whether it is worth a line: long enough, or the rest of one that has its line."""
        return self.seconds >= SHORTEST_S or (self.goes_on and self.seconds != 0)


class Counting:
    """Counts what one person sees, tick by tick, and gives the visits that are over.

    `now` is a steady clock in seconds; `at` the time of day.
    """

    def __init__(self) -> None:
        self._stays: dict[int, Stay] = {}
        self._ticked: float | None = None

    def tick(self, seen: Iterable[int], now: float, at: datetime) -> dict[int, Stay]:
        """These cameras are seen now; the stays that have ended, by camera."""
        spent = 0.0 if self._ticked is None else now - self._ticked
        if spent > GAP_S:
            spent = 0.0  # the machine slept, or the window stood still: nobody saw anything
        self._ticked = now
        for camera in set(seen):
            stay = self._stays.get(camera) or Stay(at, 0.0, now)
            self._stays[camera] = stay._replace(seconds=stay.seconds + spent, seen=now)
        over = {camera: stay for camera, stay in self._stays.items() if now - stay.seen > GAP_S}
        for camera in over:
            del self._stays[camera]
        return over

    def take_back(self, camera: int, seconds: float) -> None:
        """So much of what was seen up to now was no picture of now: it stood still, which is known
        only after a while; never more than the stay has counted. More than the present part holds
        makes that part negative, since the rest has been given already.
        """
        if stay := self._stays.get(camera):
            taken = min(seconds, stay.given + stay.seconds)
            self._stays[camera] = stay._replace(seconds=stay.seconds - taken)

    def part(self, at: datetime) -> Mapping[int, Stay]:
        """What is known up to now of the stays that go on: nothing of them is lost by writing. One
        that has just begun waits for the next time.
        """
        known = {camera: stay for camera, stay in self._stays.items() if stay.is_told}
        for camera, stay in known.items():
            given = stay.given + stay.seconds
            self._stays[camera] = Stay(at, 0.0, stay.seen, goes_on=True, given=given)
        return known

    def end(self) -> Mapping[int, Stay]:
        """All that is still on screen ends: another person, or another shift."""
        over, self._stays, self._ticked = self._stays, {}, None
        return over


class Seen(NamedTuple):
    """What somebody saw of a camera in one shift at one desk: since when, and for how long."""

    begins: datetime
    person: str
    desk: str
    camera: str
    seconds: float
    shift: Shift


class Unattended:
    """Seconds counted since anybody last touched the desk, by day, shift and camera.

    Whoever watches a tour may well touch nothing for minutes; whoever touches nothing until the
    desk locks itself, and does not come back at once, was not there.
    """

    def __init__(self) -> None:
        self._seconds: dict[tuple[date, Shift, int], float] = {}
        self._ticked: float | None = None

    def tick(self, seen: Iterable[int], now: float, when: tuple[date, Shift]) -> None:
        """These cameras are counted now, in this shift; `now` is a steady clock in seconds."""
        spent = 0.0 if self._ticked is None else now - self._ticked
        self._ticked = now
        if spent <= GAP_S:
            for camera in set(seen):
                place = (*when, camera)
                self._seconds[place] = self._seconds.get(place, 0.0) + spent

    def take_back(self, camera: int, seconds: float) -> None:
        """So much of it has been taken back already, for what the picture was."""
        for place, counted in self._seconds.items():
            if place[2] == camera:
                taken = min(seconds, counted)
                self._seconds[place], seconds = counted - taken, seconds - taken

    def end(self) -> dict[tuple[date, Shift, int], float]:
        """Somebody has touched the desk, or nobody will: what was counted, and begin anew."""
        told, self._seconds = self._seconds, {}
        return {place: counted for place, counted in told.items() if counted > 0}


class Sum(NamedTuple):
    """Planned against watched of one district or person. `planned` counts cameras, `seen` those of
    them that were watched; a person's plan is the shift's, which all of them share.
    """

    key: str
    planned: int
    seen: int
    cameras: int  # how many were watched, planned or not
    seconds: float


def by_district(lines: Iterable[Watched], district_of: Mapping[int, str]) -> list[Sum]:
    """Each district's plan and what of it was watched; the one with most missed first."""
    groups: dict[str, list[Watched]] = {}
    for line in lines:
        groups.setdefault(district_of.get(line.camera_id, ""), []).append(line)
    found = [
        Sum(
            key,
            sum(line.planned for line in group),
            sum(line.planned and not line.is_missed for line in group),
            sum(line.visits > 0 for line in group),
            sum(line.seconds for line in group),
        )
        for key, group in groups.items()
    ]
    return sorted(found, key=lambda one: (one.seen - one.planned, one.key))


def by_person(visits: Iterable[Visit], planned: Iterable[int]) -> list[Sum]:
    """What each person watched, and how many of the shift's planned cameras were among it."""
    plan = set(planned)
    seconds: dict[str, dict[int, float]] = {}
    for visit in visits:
        own = seconds.setdefault(visit.person, {})
        own[visit.camera_id] = own.get(visit.camera_id, 0.0) + visit.seconds
    found = [
        Sum(
            person,
            len(plan),
            sum(camera in plan and spent >= SEEN_S for camera, spent in own.items()),
            len(own),
            sum(own.values()),
        )
        for person, own in seconds.items()
    ]
    return sorted(found, key=lambda one: -one.seconds)

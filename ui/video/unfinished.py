"""The tour or round of inspection that ran when the console ended goes on when it is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from app.desk import Desk
from app.domain.errors import LinkLost
from app.domain.inspection_round import InspectionRound
from app.domain.tour import TILES, TourRow
from app.services import inspections, tours
from ui.notices import Notices
from ui.video.inspection_panel import InspectionPanel
from ui.video.tour_runner import TourRunner
from ui.words import tr

GOES_ON_WITHIN = timedelta(hours=1)
"""Somebody who comes back later begins anew."""


class Kept(NamedTuple):
    """What was kept of it: which tour ran, when that was last known, and at which camera."""

    at: datetime
    tour: TourRow
    camera: int | None
    skipped: frozenset[int]  # taken out of a tour's run
    paused: bool
    began: datetime | None  # of a round of inspection; None for a tour
    tiles: int
    registering: int | None  # the spot whose case was being typed


class Unfinished:
    """Knows what runs, and takes it up again as soon as somebody is there and the database answers;
    until then it is not forgotten.
    """

    def __init__(
        self,
        desk: Desk,
        runner: TourRunner,
        inspection: InspectionPanel,
        notices: Notices,
        is_present: Callable[[], bool],
    ) -> None:
        self._desk, self._notices, self._is_present = desk, notices, is_present
        self._runner, self._inspection = runner, inspection
        self._left: dict[str, Any] | None = None
        self._others: dict[str, Any] = {}  # what colleagues left at this desk
        self._taking_up = False

    @property
    def runs(self) -> bool:
        """Whether there is something that would have to go on."""
        return self._runner.runs or self._inspection.runs

    def told(self, mine: bool = True) -> dict[str, Any]:
        """What `remember` needs, as JSON takes it; `mine`: also of whoever sits here now."""
        whole = dict(self._others)
        if mine and (left := self._told_of_now() or self._left) is not None:
            whole[str(self._desk.signed.person_id)] = left
        return {"unfinished": whole} if whole else {}

    def _told_of_now(self) -> dict[str, Any] | None:
        tour, course, began, tiles = self._runner.tour, self._runner.course, None, 0
        if self._inspection.round is not None:
            tour, course = self._inspection.tour, self._inspection.round.course
            began, tiles = self._inspection.round.began.isoformat(), self._inspection.tiles
        if tour is None or course is None:
            return None
        shown = course.now()
        return {
            "at": self._desk.clock().isoformat(),
            "tour": [tour.id, tour.name, list(tour.cameras), tour.dwell_s, tour.tiles],
            "camera": shown[0] if shown else None,
            "skipped": sorted({*tour.cameras} - {*course.cameras}),
            "paused": self._runner.paused and began is None,
            "began": began,
            "tiles": tiles,
            "registering": self._inspection.registering,
        }

    def remember(self, kept: dict[str, Any]) -> None:
        """This was kept when the console ended, of whoever sits here now and of others."""
        told = kept.get("unfinished")
        entries = told if isinstance(told, dict) else {}
        lately = {one: left for one, left in entries.items() if self._is_of_late(left)}
        self._left = lately.pop(str(self._desk.signed.person_id), None)
        self._others = lately

    def _is_of_late(self, told: Any) -> bool:
        left = _read(told)
        return left is not None and timedelta(0) <= self._desk.clock() - left.at < GOES_ON_WITHIN

    def forget_person(self) -> None:
        """What one person left is not gone on with for the next."""
        self._left = None

    async def go_on(self) -> None:
        """Take up what is remembered of whoever sits here. Where that cannot be told yet, since
        nobody is there or the database is away, it can be asked for again.
        """
        left = self._left
        if left is None or self._taking_up or not self._is_present():
            return
        self._taking_up = True
        try:
            begin = await self._still_theirs()
        except LinkLost:
            return
        finally:
            self._taking_up = False
        if self._left is not left or not self._is_present():
            return  # somebody else sits here, or nobody, since it was asked for
        self._left = None
        if begin is not None and not self.runs:
            begin()

    async def _still_theirs(self) -> Callable[[], None] | None:
        """How to go on with it; None if it is not to be. Raises LinkLost."""
        left = _read(self._left)
        if left is None:
            return None
        tour = await self._present(left.tour)
        if tour is None:
            return None
        if left.began is None:
            return partial(self._run, left, tour)
        answered = await self._desk.ask(inspections.answered, tour.cameras, left.began)
        round_ = InspectionRound(tour.cameras, left.tiles, left.began, answered)
        if round_.is_over:
            return None
        return partial(
            self._inspection.take_up, tour, round_, tiles=left.tiles, registering=left.registering
        )

    def _run(self, left: Kept, tour: TourRow) -> None:
        self._runner.start(tour, left.camera, left.skipped)
        if self._runner.runs:
            if left.paused:
                self._runner.pause()
            self._notices.say(tr("继续上次的轮巡：{name}", name=tour.name))

    async def _present(self, tour: TourRow) -> TourRow | None:
        """The tour as it is kept now; one that nobody keeps, as it was."""
        if not tour.id:
            return tour
        mine = await self._desk.ask(tours.mine)
        return next((row for row in mine if row.id == tour.id), None)


def _read(told: Any) -> Kept | None:
    """What a file says; None where it says nothing that could be gone on with."""
    try:
        number, name, cameras, dwell_s, tiles = told["tour"]
        if tiles not in TILES:
            return None
        began = told["began"]
        return Kept(
            _instant(told["at"]),
            TourRow(
                int(number), 0, str(name), tuple(map(int, cameras)), int(dwell_s), tiles, None, None
            ),
            told["camera"],
            frozenset(map(int, told["skipped"])),
            bool(told["paused"]),
            None if began is None else _instant(began),
            int(told["tiles"]),
            told.get("registering"),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _instant(told: str) -> datetime:
    instant = datetime.fromisoformat(told)
    if instant.tzinfo is None:
        raise ValueError(told)
    return instant

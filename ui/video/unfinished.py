"""The tour or round of inspection that ran when the console ended goes on when it is back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.desk import Desk
from app.domain.errors import LinkLost
from app.domain.round import Round
from app.domain.tour import TILES, TourRow
from app.services import inspections, tours
from ui.notices import Notices
from ui.video.inspection_panel import InspectionPanel
from ui.video.tour_runner import TourRunner
from ui.words import tr

GOES_ON_WITHIN = timedelta(hours=1)
"""Somebody who comes back later begins anew."""


class Kept(NamedTuple):
    """What was kept of it: who ran which tour, when that was last known, and at which camera."""

    person_id: int
    at: datetime
    tour: TourRow
    camera: int | None
    skipped: frozenset[int]  # taken out of a tour's run
    paused: bool
    began: datetime | None  # of a round of inspection; None for a tour
    tiles: int


class Unfinished:
    """Knows what runs, and takes it up again."""

    def __init__(
        self, desk: Desk, runner: TourRunner, inspection: InspectionPanel, notices: Notices
    ) -> None:
        self._desk, self._notices = desk, notices
        self._runner, self._inspection = runner, inspection

    @property
    def runs(self) -> bool:
        """Whether there is something that would have to go on."""
        return self._runner.runs or self._inspection.runs

    def told(self) -> dict[str, Any]:
        """What `go_on` needs, as JSON takes it; nothing where nothing runs."""
        tour, course, began, tiles = self._runner.tour, self._runner.course, None, 0
        if self._inspection.round is not None:
            tour, course = self._inspection.tour, self._inspection.round.course
            began, tiles = self._inspection.round.began.isoformat(), self._inspection.tiles
        if tour is None or course is None:
            return {}
        shown = course.now()
        return {
            "unfinished": {
                "person": self._desk.signed.person_id,
                "at": self._desk.clock().isoformat(),
                "tour": [tour.id, tour.name, list(tour.cameras), tour.dwell_s, tour.tiles],
                "camera": shown[0] if shown else None,
                "skipped": sorted({*tour.cameras} - {*course.cameras}),
                "paused": self._runner.paused and began is None,
                "began": began,
                "tiles": tiles,
            }
        }

    async def go_on(self, kept: dict[str, Any]) -> None:
        """Take up what was kept, if it was this person's and not long ago."""
        left, who = _read(kept.get("unfinished")), self._desk.signed
        if left is None or left.person_id != who.person_id:
            return
        if not timedelta(0) <= self._desk.clock() - left.at < GOES_ON_WITHIN:
            return
        try:
            tour = await self._present(left.tour)
            answered = {}
            if tour is not None and left.began is not None:
                answered = await self._desk.ask(inspections.answered, tour.cameras, left.began)
        except LinkLost:
            return  # the wall comes up all the same; whoever sits there begins it by hand
        if tour is None or self.runs or self._desk.signed is not who:
            return
        if left.began is not None:
            round_ = Round(tour.cameras, left.tiles, left.began, answered)
            self._inspection.take_up(tour, round_, left.tiles)
            return
        self._runner.start(tour, left.camera, left.skipped)
        if self._runner.runs:
            if left.paused:
                self._runner.pause()
            self._notices.say(tr("接着先前的轮巡：{name}", name=tour.name))

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
            int(told["person"]),
            _instant(told["at"]),
            TourRow(
                int(number), 0, str(name), tuple(map(int, cameras)), int(dwell_s), tiles, None, None
            ),
            told["camera"],
            frozenset(map(int, told["skipped"])),
            bool(told["paused"]),
            None if began is None else _instant(began),
            int(told["tiles"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _instant(told: str) -> datetime:
    instant = datetime.fromisoformat(told)
    if instant.tzinfo is None:
        raise ValueError(told)
    return instant

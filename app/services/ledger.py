"""The ledger of watching: written by every desk, told for a shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.ledger import Sum, Visit, Watched, balance, by_district, by_person, coverage
from app.domain.roster import Shift, shift_at
from db.unit_of_work import Work


@dataclass(frozen=True)
class Ledger:
    """One shift: each camera that was planned or watched, and how much of the plan was kept."""

    day: date
    shift: Shift
    lines: list[Watched]
    coverage: float | None
    districts: list[Sum]
    people: list[Sum]


def put(work: Work, visits: Sequence[Visit]) -> None:
    """Write visits that are over, and what is planned for their shift while it runs: a tour that is
    changed tomorrow changes nothing of what was owed today.
    """
    work.cameras.add_visits(visits)
    now = shift_at(work.now)
    if any((visit.day, visit.shift) == now for visit in visits):
        planned = _planned(work, now[1])
        if work.cameras.plan(*now) != planned:
            work.cameras.keep_plan(*now, planned)


def plan(work: Work) -> None:
    """Keep what is planned for the shift that runs: to be called as it begins, since one in which
    nobody watches anything is to be told by its own plan, too.
    """
    now = shift_at(work.now)
    if work.cameras.plan(*now) is None:
        work.cameras.keep_plan(*now, _planned(work, now[1]))


def _planned(work: Work, shift: Shift) -> set[int]:
    """What the tours for this shift name now."""
    return {camera for row in work.cameras.tours() if row.shift is shift for camera in row.cameras}


def told(work: Work, day: date, shift: Shift) -> Ledger:
    """The ledger of a shift; planned is what tours for this shift name, and of a shift that is over
    what they named when it was watched last, or began. Where no desk ran at all that is not known:
    by now's tours.
    """
    planned = None if (day, shift) == shift_at(work.now) else work.cameras.plan(day, shift)
    if planned is None:
        planned = _planned(work, shift)
    rows = work.cameras.rows()
    if (day, shift) == shift_at(work.now):
        rows = [camera for camera in rows if camera.enabled]
    owed = planned & {camera.id for camera in rows}
    visits = work.cameras.visits(day, shift)
    lines = balance(visits, owed)
    districts = by_district(lines, {camera.id: camera.district for camera in rows})
    return Ledger(day, shift, lines, coverage(lines), districts, by_person(visits, owed))

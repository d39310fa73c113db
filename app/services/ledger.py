"""The ledger of watching: written by every desk, told for a shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.ledger import Visit, Watched, balance, coverage
from app.domain.roster import Shift
from db.unit_of_work import Work


@dataclass(frozen=True)
class Ledger:
    """One shift: each camera that was planned or watched, and how much of the plan was kept."""

    day: date
    shift: Shift
    lines: list[Watched]
    coverage: float | None


def put(work: Work, visits: Sequence[Visit]) -> None:
    """Write visits that are over."""
    work.cameras.add_visits(visits)


def told(work: Work, day: date, shift: Shift) -> Ledger:
    """The ledger of a shift; planned is what tours for this shift name."""
    planned = {
        camera for row in work.cameras.tours() if row.shift is shift for camera in row.cameras
    }
    known = {camera.id for camera in work.cameras.rows() if camera.enabled}
    lines = balance(work.cameras.visits(day, shift), planned & known)
    return Ledger(day, shift, lines, coverage(lines))

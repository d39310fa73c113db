"""Device faults: seen, told, assessed, solved; and how available the cameras were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from app.domain.access import Right
from app.domain.audit import Act, is_public_security
from app.domain.availability import Share, Stretch, shares, stretches
from app.domain.camera import StreamState
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.fault import MOST_PICTURE_BYTES, Clock, Fault, FaultPicture, lasts_s
from app.domain.people import Role
from app.services import audit, rights
from db.unit_of_work import Work

LISTED_FOR = (timedelta(days=7), timedelta(days=90))
"""Solved faults stay on the list so long: as a rule, and where the repair is settled with the
maintainer."""


@dataclass(frozen=True)
class FaultLine:
    """A fault as the list shows it."""

    id: int
    version: int
    camera_id: int
    camera: str
    state: StreamState
    opened_at: datetime
    urgent: bool | None
    assess_by: datetime
    assessed_at: datetime | None
    assessed_by: str
    assessment: str
    solve_by: datetime | None
    recovered_at: datetime | None
    solved_at: datetime | None
    solved_by: str
    solution: str
    assess_clock: Clock
    solve_clock: Clock


def observe(work: Work, camera_id: int, state: StreamState, by_eye: bool = False) -> int | None:
    """A camera has been in this state for long: open its fault, or note that it is well again.

    `by_eye`: a person says so, and what a person says counts. The fault's id if one was opened;
    several desks that see the same open it once.
    """
    work.cameras.lock(camera_id)
    known = work.cameras.open_fault(camera_id)
    if lasts_s(state) is not None:
        if known is None:
            camera = work.cameras.get(camera_id)
            fault = Fault(camera_id, camera.name, state, work.now, work.by.desk, by_eye)
            return work.cameras.add_fault(fault).id
        if by_eye:
            known.see(state)
        elif known.recovered_at is not None:
            known.relapse(state)
    elif state is StreamState.LIVE and known is not None:
        known.recover(work.now)
    return None


class Standing(NamedTuple):
    """How the open faults stand: the cameras that have one, since when some of them are well
    again, and those whose end a program sees (of what a person saw it sees none).
    """

    open: set[int]
    recovered: dict[int, datetime]
    awaited: set[int]


def standing(work: Work) -> Standing:
    """How the open faults stand, for desks that see their cameras."""
    still = [f for f in work.cameras.faults(work.now) if f.solved_at is None]
    return Standing(
        {f.camera_id for f in still},
        {f.camera_id: f.recovered_at for f in still if f.recovered_at is not None},
        {f.camera_id for f in still if f.recovered_at is None and not f.by_eye},
    )


def open_states(work: Work) -> dict[int, StreamState]:
    """What is wrong with each camera that has an open fault and is not well again."""
    still = (f for f in work.cameras.faults(work.now) if f.solved_at is None)
    return {f.camera_id: f.state for f in still if f.recovered_at is None}


def listed(work: Work, solved_within: timedelta = LISTED_FOR[0]) -> list[FaultLine]:
    """Open faults, and those that were solved within this time."""
    return [_line(fault, work.now) for fault in work.cameras.faults(work.now - solved_within)]


def _line(fault: Fault, now: datetime) -> FaultLine:
    return FaultLine(
        fault.id,
        fault.version,
        fault.camera_id,
        fault.camera,
        fault.state,
        fault.opened_at,
        fault.urgent,
        fault.assess_by,
        fault.assessed_at,
        fault.assessed_by,
        fault.assessment,
        fault.solve_by,
        fault.recovered_at,
        fault.solved_at,
        fault.solved_by,
        fault.solution,
        fault.assess_clock(now),
        fault.solve_clock(now),
    )


def assess(work: Work, fault_ids: Sequence[int], urgent: bool, note: str) -> None:
    """Say how grave these faults are, within their fifteen minutes or late; all of them or none."""
    for one in fault_ids:
        work.cameras.fault(one).assess(urgent, note, work.by, work.now)


def solve(work: Work, fault_ids: Sequence[int], note: str) -> None:
    """Close these faults with what was done; all of them or none."""
    for one in fault_ids:
        work.cameras.fault(one).solve(note, work.by, work.now)


# Pictures of faults.


def wants_picture(work: Work, camera_id: int, state: StreamState) -> bool:
    """Whether the camera's open fault is of this state, and nobody knows yet how that looks.

    Pictures of a public-security camera are looked back at for a reason only
    (`audit.wants_reason`), and here nobody gives one.
    """
    fault = work.cameras.open_fault(camera_id)
    if fault is None or fault.state is not state or work.cameras.has_fault_picture(fault):
        return False
    return not is_public_security(work.cameras.row(camera_id))


def put_picture(work: Work, camera_id: int, picture: FaultPicture) -> bool:
    """Keep what a camera shows with its open fault, once for each state; whether it was kept."""
    work.cameras.lock(camera_id)
    fault = work.cameras.open_fault(camera_id)
    if fault is None or not wants_picture(work, camera_id, picture.state):
        return False
    if len(picture.jpeg) > MOST_PICTURE_BYTES:
        return False
    work.cameras.add_fault_picture(fault.id, picture)
    work.touch("fault", fault.id)
    return True


class FaultSight(NamedTuple):
    """What can be seen of a fault: its pictures, the newest first, and the camera's reference as
    `Look.packed` has it, where it has one.
    """

    pictures: list[FaultPicture]
    reference: bytes | None
    is_shown: bool = True  # False: to whoever asks, or of this camera, nothing is shown


def sight(work: Work, fault_id: int) -> FaultSight:
    """What a fault looked like, for whoever may watch its camera; nothing for others, and nothing
    of a public-security camera (see `wants_picture`).
    """
    row = work.cameras.row(work.cameras.fault(fault_id).camera_id)
    if is_public_security(row) or not rights.access(work).may(Right.WATCH, row):
        return FaultSight([], None, False)
    return FaultSight(work.cameras.fault_pictures(fault_id), reference(work, row.id))


# Reference pictures.


def reference(work: Work, camera_id: int) -> bytes | None:
    """The picture that a camera is held against, if it has one. One that turns has none: wherever
    it looks, another scene than the reference is no fault of it.
    """
    return None if work.cameras.get(camera_id).ptz else work.cameras.reference(camera_id)


def put_reference(work: Work, camera_id: int, look: bytes, asked: bool) -> bool:
    """Keep a camera's reference; one that offers itself only where there is none.

    Whether it was kept.
    """
    if asked and work.by.role not in (Role.OPERATOR, Role.SHIFT_LEADER, Role.ADMINISTRATOR):
        raise Refusal("您的岗位不能设定基准画面")
    if work.cameras.get(camera_id).ptz:
        if asked:
            raise Refusal("有云台的点位会转动，不设基准画面")
        return False
    work.cameras.lock(camera_id)
    if not asked and work.cameras.reference(camera_id) is not None:
        return False
    work.cameras.put_reference(camera_id, look, work.now, work.by.name if asked else "")
    if asked:
        audit.note(work, Act.REFERENCE, camera_id, "")
    work.touch("reference", camera_id)
    return True


# Availability.


def course(work: Work, camera_id: int, begins: datetime, ends: datetime) -> list[Stretch]:
    """What was true of a camera in this span, state after state, the newest first."""
    if not rights.access(work).may(Right.WATCH, work.cameras.row(camera_id)):
        raise Refusal("您不能观看这个点位")
    return stretches(work.cameras.history(begins, ends, camera_id), min(ends, work.now))


class Cut(Enum):
    """By what availability is told."""

    CAMERA = "camera"
    DISTRICT = "district"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class AvailabilityLine:
    """Availability of one camera, district, day or month. `key` is a name, a code or an ISO date
    (of a month: its year and month).
    """

    key: str
    cameras: int
    share: Share


def availability(work: Work, first: date, last: date, cut: Cut) -> list[AvailabilityLine]:
    """How much of the watched time the cameras answered and their pictures were in order.

    Days are the city's; `last` is included, and the present day counts up to now.
    """
    access = rights.access(work)
    cameras = {c.id: c for c in work.cameras.rows() if access.may(Right.WATCH, c)}
    sums: dict[str, Share] = {}
    seen: dict[str, set[int]] = {}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
        history = work.cameras.history(begins, ends)  # of one day: twenty desks note 200 000 a day
        for camera_id, share in shares(history, begins, min(ends, work.now)).items():
            if camera_id not in cameras:
                continue
            camera = cameras[camera_id]
            keys = {Cut.CAMERA: str(camera_id), Cut.DISTRICT: camera.district}
            key = keys.get(cut, day.isoformat()[: 7 if cut is Cut.MONTH else 10])
            sums.setdefault(key, Share()).add(share)
            seen.setdefault(key, set()).add(camera_id)
    found = [AvailabilityLine(key, len(seen[key]), sums[key]) for key in sorted(sums)]
    if cut is not Cut.CAMERA:
        return found
    named = [replace(line, key=cameras[int(line.key)].name) for line in found]
    return sorted(named, key=lambda line: line.key)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CITY)

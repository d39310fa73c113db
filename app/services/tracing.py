"""Tracing (追溯): all pictures and cases of a camera and its neighbours, in the order of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.access import Right
from app.domain.audit import Act, check_reason, wants_reason
from app.domain.camera import Camera
from app.domain.errors import Refusal
from app.domain.place import away, metres
from app.services import audit, rights
from app.services.evidence import EvidenceLine, lines_of
from db.unit_of_work import Work

MOST = 400


@dataclass(frozen=True)
class Trace:
    """One thing that happened: a piece of evidence, or a case (`evidence` None)."""

    at: datetime
    camera_id: int | None
    camera: str
    metres: float  # from the camera that is traced
    case_id: int | None
    number: str
    subcategory: str
    status: str
    evidence: EvidenceLine | None = None


@dataclass(frozen=True)
class Traced:
    """What was found, newest first; how many neighbours of public security were left out for want
    of a reason; how many older lines there were no room for.
    """

    lines: list[Trace]
    unexplained: int
    more: int


def trace(
    work: Work, camera_id: int, within_m: float, begins: datetime, ends: datetime, reason: str = ""
) -> Traced:
    """What happened at this camera and within so many metres of it.

    Only cameras that whoever asks may replay are told of; the question is put on record, with its
    reason where one is wanted; without one, neighbours that want it are left out. At most 400
    lines, the newest.
    """
    here = work.cameras.get(camera_id)
    access = rights.access(work)
    rows = {row.id: row for row in work.cameras.rows()}
    if not access.may(Right.REPLAY, rows[camera_id]):
        raise Refusal("您的岗位不能回看这个点位")
    check_reason(here.code, Act.VIEW, reason)
    away_m = {
        row.id: metres(here.lon, here.lat, row.lon, row.lat)
        for row in rows.values()
        if access.may(Right.REPLAY, row)
    }
    around = {one: far for one, far in away_m.items() if far <= within_m or one == camera_id}
    unexplained = {  # a neighbour of public security is no way round its reason
        one
        for one in around
        if one != camera_id and not reason and wants_reason(rows[one].code, Act.VIEW)
    }
    near = {one: far for one, far in around.items() if one not in unexplained}
    names = {row.id: row.name for row in rows.values()}
    led_to = _cases(work, here, (within_m, near), names, (begins, ends))
    seen = _pictures(work, near, (begins, ends))
    shown = sorted(led_to + seen, key=lambda one: one.at, reverse=True)[:MOST]
    looked = {camera_id} | {
        one.camera_id for one in shown if one.evidence is not None and one.camera_id is not None
    }
    told = f"追溯 {here.name}"
    audit.notes(work, [(Act.VIEW, one, told, reason) for one in sorted(looked)])
    there_are = len(led_to) + work.evidence.count_of_cameras(list(near), begins, ends)
    return Traced(shown, len(unexplained), there_are - len(shown))


def _cases(
    work: Work,
    here: Camera,
    area: tuple[float, Mapping[int, float]],
    names: Mapping[int, str],
    span: tuple[datetime, datetime],
) -> list[Trace]:
    """Cases within so many metres of here, and those that the cameras of this area led to."""
    within_m, near = area
    found = work.cases.about(here.lon, here.lat, within_m, *span)
    rows = {row.id: row for row in (*found, *work.cases.of_cameras(list(near), *span))}
    told = [
        Trace(
            row.registered_at,
            row.camera_id,
            names.get(row.camera_id or 0, ""),
            away(here.lon, here.lat, (row.lon, row.lat)),
            row.id,
            row.number,
            row.subcategory,
            row.status.value,
        )
        for row in rows.values()
    ]
    return [one for one in told if one.camera_id in near or one.metres <= within_m]


def _pictures(
    work: Work, near: Mapping[int, float], span: tuple[datetime, datetime]
) -> list[Trace]:
    """The newest pieces of evidence of these cameras, each with its case."""
    captures = work.evidence.of_cameras(list(near), *span, most=MOST)
    cases = {row.id: row for row in work.cases.rows([c.case_id for c in captures if c.case_id])}
    bound = {c.uid: cases.get(c.case_id or 0) for c in captures}
    told = []
    for line in lines_of(work, captures):
        case = bound[line.capture]
        told.append(
            Trace(
                line.taken_at,
                line.camera_id,
                line.camera,
                near[line.camera_id],
                case.id if case else None,
                case.number if case else "",
                case.subcategory if case else "",
                case.status.value if case else "",
                line,
            )
        )
    return told

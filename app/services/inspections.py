"""Guided inspection: what is told of a spot, and what was answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from app.domain.camera import StreamState
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.fault import FAULTY, as_told
from app.domain.inspection import RECENT_DAYS, Inspection, NearCase, Sheet, Tally, Verdict, tally
from app.domain.people import Role
from app.domain.place import away
from app.domain.workflow import FINAL
from app.services import faults
from db.unit_of_work import Work

ABOUT_M = 150.0
"""Cases within this distance of a camera are told of: what it can see."""

INSPECTING = frozenset({Role.OPERATOR, Role.SHIFT_LEADER})


def sheet(work: Work, camera_id: int) -> Sheet:
    """The task of a spot, the cases about it, nearest and newest first, and the last look."""
    camera = work.cameras.get(camera_id)
    since = work.now - timedelta(days=RECENT_DAYS)
    near = [
        NearCase(
            row.id,
            row.number,
            row.subcategory,
            away(camera.lon, camera.lat, (row.lon, row.lat)),
            row.registered_at,
            row.status not in FINAL,
            row.status.value,
        )
        for row in work.cases.about(camera.lon, camera.lat, ABOUT_M, since, or_open=True)
    ]
    near = [case for case in near if case.metres <= ABOUT_M]
    near.sort(key=lambda case: (not case.open, -case.registered_at.timestamp()))
    return Sheet(camera_id, camera.task, tuple(near), work.video.last_inspection(camera_id))


def answer(
    work: Work,
    camera_id: int,
    verdict: Verdict,
    seconds: float,
    case_id: int | None = None,
    state: StreamState = StreamState.TOLD,
    by_eye: bool = True,
) -> int:
    """Put a look on record; one that found the picture unusable opens the camera's fault.

    `by_eye`: `state` is what the person says, and not the program.
    """
    if work.by.role not in INSPECTING:
        raise Refusal("视频巡查由视频巡检员和值班长填写")
    work.cameras.get(camera_id)
    if verdict is Verdict.FAULT:
        faults.observe(work, camera_id, as_told(state), by_eye or state not in FAULTY)
    by = work.by
    look = Inspection(
        camera_id, by.person_id, by.name, by.desk, work.now, verdict, seconds, case_id
    )
    return work.video.add_inspection(look).id


def answered(work: Work, cameras: Collection[int], since: datetime) -> dict[int, Verdict]:
    """What whoever asks has answered for these cameras since then: the last word on each."""
    ends = work.now + timedelta(seconds=1)
    return {
        look.camera_id: look.verdict
        for look in work.video.inspections(since, ends)
        if look.person_id == work.by.person_id and look.camera_id in cameras
    }


def tallied(work: Work) -> list[Tally]:
    """What was answered since midnight of the city, by person."""
    begins = work.now.astimezone(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
    return tally(work.video.inspections(begins, work.now + timedelta(seconds=1)))

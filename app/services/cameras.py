"""Cameras: the directory, and the history of their state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.availability import HOLD_S
from app.domain.camera import Camera, StreamState, check_url
from app.domain.errors import Refusal
from app.domain.people import Role
from app.services.directory import keywords_of
from db.unit_of_work import Work

LONGEST_TASK = 500


def add(work: Work, camera: Camera) -> int:
    """Put a camera into the directory, or refuse an address that is none."""
    if work.by.role is not Role.ADMINISTRATOR:
        raise Refusal("只有系统管理员可以增加监控点位")
    for url in (camera.main_url, camera.sub_url):
        check_url(url)
    camera.keywords = keywords_of(camera)
    return work.cameras.add(camera).id


def put_preset(work: Work, camera_id: int, token: str) -> None:
    """Tours and re-checks turn the camera there before they show it; empty: nowhere."""
    if work.by.role not in (Role.OPERATOR, Role.SHIFT_LEADER, Role.ADMINISTRATOR):
        raise Refusal("您的岗位不能设置轮巡预置位")
    work.cameras.get(camera_id).preset = token


def put_task(work: Work, camera_id: int, task: str) -> None:
    """What is to be looked for at this spot."""
    if work.by.role not in (Role.SHIFT_LEADER, Role.ADMINISTRATOR):
        raise Refusal("巡查要点由值班长或系统管理员填写")
    if len(task) > LONGEST_TASK:
        raise Refusal("太长：最多 {n} 个字", n=LONGEST_TASK)
    work.cameras.get(camera_id).task = task.strip()


class Looks(NamedTuple):
    """What the desks have seen of the cameras lately, together."""

    newest: dict[int, datetime]
    """When any desk said last what was true of a camera."""

    desks: tuple[str, ...]
    """Those that said so in the last minutes, in one order for all who ask."""


def looks(work: Work) -> Looks:
    """For a round that the desks share."""
    since = work.now - timedelta(seconds=2 * HOLD_S)  # twice as long as a note counts
    return Looks(work.cameras.newest_notes(), tuple(sorted(work.cameras.noting_desks(since))))


class StateNote(NamedTuple):
    """What was true of a camera from `at` on, as one of its streams (empty: neither) told."""

    camera_id: int
    stream: str
    state: StreamState
    at: datetime


def note_states(work: Work, notes: Iterable[StateNote]) -> None:
    """Record what was true of cameras and when: at once, or after the database was away."""
    told = [(one, stream, state, min(at, work.now)) for one, stream, state, at in notes]
    work.cameras.note_states(work.by.desk, told)

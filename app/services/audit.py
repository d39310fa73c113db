"""The record of who looked at, moved, replayed or took out what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.domain.audit import Act, AuditLine, check_reason
from app.domain.errors import Refusal
from app.domain.ledger import Seen
from app.domain.people import Role
from db.unit_of_work import Work

READING = frozenset({Role.SHIFT_LEADER, Role.CLIENT_MANAGER, Role.ADMINISTRATOR})

MOST_NAMED, MOST_SEEN = 100, 500


IN_HAND = timedelta(seconds=90)
"""A camera is in somebody's hand for so long after a movement was put on record; a movement that
goes on is put on record every minute.
"""


def note(work: Work, act: Act, camera_id: int | None, target: str = "", reason: str = "") -> None:
    """Put one act on record; a Refusal if it wants a reason and has none."""
    notes(work, [(act, camera_id, target, reason)])


def notes(work: Work, acts: Iterable[tuple[Act, int | None, str, str]]) -> None:
    """Put several acts on record: (act, camera id, target, reason)."""
    lines = []
    for act, camera_id, target, reason in acts:
        name = ""
        if camera_id is not None:
            camera = work.cameras.get(camera_id)
            check_reason(camera.code, act, reason)
            name = camera.name
        by = work.by
        lines.append(
            AuditLine(
                work.now,
                by.person_id,
                by.name,
                by.role.value,
                by.desk,
                act,
                camera_id,
                name,
                target[:300],
                reason.strip()[:500],
            )
        )
    work.audit.add(lines)


BY_HAND = "手动转动"
"""How the target of a movement by hand begins; what presets did begins otherwise."""


def in_hand_elsewhere(work: Work, camera_id: int) -> AuditLine | None:
    """Who moves this camera by hand at another desk now, if anybody; presets are not meant."""
    until = work.now + IN_HAND  # the other desk's clock may run ahead
    lines = work.audit.find(work.now - IN_HAND, until, camera_id, Act.CONTROL)
    mine = work.by.desk
    return next((one for one in lines if one.desk != mine and one.target.startswith(BY_HAND)), None)


def take_in_hand(work: Work, camera_id: int, way: str) -> AuditLine | None:
    """Put on record that this desk moves a camera by hand, and which way first; who else does so
    elsewhere, if anybody.
    """
    other = in_hand_elsewhere(work, camera_id)
    note(work, Act.CONTROL, camera_id, f"{BY_HAND} {way}")
    return other


def found(
    work: Work,
    begins: datetime,
    ends: datetime,
    camera_id: int | None = None,
    act: Act | None = None,
    text: str = "",
) -> list[AuditLine]:
    """Who did what between these times, the newest first; at most 500 lines. `text`: a part of the
    camera's or the person's name.
    """
    _may_read(work)
    return work.audit.find(begins, ends, camera_id, act, text=text.strip())


def watched(work: Work, begins: datetime, ends: datetime, text: str) -> list[Seen]:
    """Who had a camera on the screen between these times, shift by shift, the newest first; at most
    500. `text`: a part of the camera's name, or its code, without which nothing is told. A Refusal
    where more cameras are meant than can be told of.
    """
    _may_read(work)
    wanted = text.strip().lower()
    if not wanted:
        return []
    named = {
        row.id: row.name
        for row in work.cameras.rows()
        if wanted in row.name.lower() or wanted == row.code.lower()
    }
    if len(named) > MOST_NAMED:
        raise Refusal("符合的点位有 {n} 个，请写得更具体", n=len(named))
    seen = work.cameras.seen(begins, ends, list(named), MOST_SEEN)
    return [one._replace(camera=named[int(one.camera)]) for one in seen]


def _may_read(work: Work) -> None:
    if work.by.role not in READING:
        raise Refusal("审计记录由值班长、甲方管理人员和系统管理员查看")

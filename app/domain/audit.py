"""Who looked at, moved, replayed or took out what, when and why. Lines are added only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from app.domain.camera import CameraRow
from app.domain.errors import Refusal
from app.domain.gbcode import decode


class Act(Enum):
    """What was done with a camera or a piece of evidence. Who watched is in the ledger."""

    CONTROL = "control"  # 云台控制
    REPLAY = "replay"  # 即时回放
    VIEW = "view"  # 查看证据
    EXPORT = "export"  # 导出证据
    MARK = "mark"  # 标记证据
    REFERENCE = "reference"  # 设定基准画面


@dataclass(eq=False)
class AuditLine:
    """One line of the record. `target` is a file, a preset or a case, in words."""

    at: datetime
    person_id: int
    person: str
    role: str
    desk: str
    act: Act
    camera_id: int | None = None
    camera: str = ""
    target: str = ""
    reason: str = ""
    id: int = field(init=False)


WANTS_REASON = frozenset({Act.REPLAY, Act.VIEW, Act.EXPORT})
"""Looking back at a public-security camera, and taking its pictures out, wants a reason."""

SHORTEST_REASON = 4


def wants_reason(code: str, act: Act) -> bool:
    """Whether this act on the camera of this code must be given a reason (GB/T 28181 digits 9-10:
    00 to 03 are public security's).
    """
    told = decode(code)
    return bool(told and told.is_public_security and act in WANTS_REASON)


def is_public_security(camera: CameraRow) -> bool:
    told = decode(camera.code)
    return bool(told and told.is_public_security)


def check_reason(code: str, act: Act, reason: str) -> None:
    """Refuse an act that wants a reason and has none worth the name."""
    if wants_reason(code, act) and len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("这是公安视频点位：请写明原因（至少 {n} 个字）", n=SHORTEST_REASON)

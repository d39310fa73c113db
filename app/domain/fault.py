"""A device fault: told, assessed within fifteen minutes, solved; both clocks of the contract.

The contract asks that a fault be assessed and reported within 15 minutes, and that an urgent one be
solved within an hour (MISSION K).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from app.domain.camera import PICTURE_TROUBLES, StreamState
from app.domain.errors import Refusal
from app.domain.people import Role, Signed

ASSESS_WITHIN = timedelta(minutes=15)
SOLVE_WITHIN = timedelta(hours=1)

FAULT_AFTER_S = 30.0
"""A state lasts so long before it is a fault: a camera that is being turned on is none."""

FAULTY = PICTURE_TROUBLES | {
    StreamState.STALLED,
    StreamState.AUTH,
    StreamState.NOT_FOUND,
    StreamState.UNREACHABLE,
    StreamState.NO_VIDEO,
    StreamState.BROKEN,
    StreamState.FORBIDDEN,
    StreamState.TOLD,
}
"""States that are faults when they last for half a minute. TOLD is what a person says of a picture
that no program finds fault with.
"""


def as_told(state: StreamState) -> StreamState:
    """What a person's word on a picture in this state is called: the program's own, if it finds
    fault with it as well.
    """
    return state if state in FAULTY else StreamState.TOLD


PASSING = {StreamState.LIMIT: 600.0, StreamState.LATE: 600.0}
"""Troubles of the network that pass by themselves; seconds after which they have not."""


def lasts_s(state: StreamState) -> float | None:
    """How long a camera must be in this state for it to be a fault; None: it never is."""
    return FAULT_AFTER_S if state in FAULTY else PASSING.get(state)


SEEN_BY_EYE = (
    StreamState.BLACK,
    StreamState.FROZEN,
    StreamState.BLURRED,
    StreamState.COVERED,
    StreamState.CAST,
    StreamState.MOVED,
    StreamState.TOLD,
)
"""What an operator may call a fault by name, in the order of the keys 1 to 7."""

ASSESSING = frozenset({Role.SHIFT_LEADER, Role.OPERATOR, Role.ADMINISTRATOR})


class Clock(Enum):
    """How one of the two clocks stands."""

    RUNNING = "running"
    MISSED = "missed"
    KEPT = "kept"
    BROKEN = "broken"  # done, and too late
    NONE = "none"  # not asked for: an ordinary fault has no hour


MOST_PICTURE_BYTES = 200_000
"""A fault's picture is small: enough to see what is wrong, and no evidence."""


class FaultPicture(NamedTuple):
    """What a camera showed when it was found to be in this state (JPEG)."""

    state: StreamState
    taken_at: datetime
    jpeg: bytes


@dataclass(eq=False)
class Fault:
    """One fault of one camera, from its first sight to its end."""

    camera_id: int
    camera: str
    state: StreamState
    opened_at: datetime
    desk: str
    by_eye: bool = False  # a person saw it: no program sees its end
    urgent: bool | None = None  # None: not assessed yet
    assessed_at: datetime | None = None
    assessed_by: str = ""
    assessment: str = ""
    recovered_at: datetime | None = None
    solved_at: datetime | None = None
    solved_by: str = ""
    solution: str = ""
    id: int = field(init=False)
    version: int = field(init=False)

    @property
    def assess_by(self) -> datetime:
        return self.opened_at + ASSESS_WITHIN

    @property
    def solve_by(self) -> datetime | None:
        """The hour of an urgent fault runs from when it was first seen."""
        return self.opened_at + SOLVE_WITHIN if self.urgent else None

    def assess(self, urgent: bool, note: str, by: Signed, at: datetime) -> None:
        """Say how grave it is and what is wrong; once."""
        if by.role not in ASSESSING:
            raise Refusal("您的岗位不能评估设备故障")
        if self.assessed_at is not None:
            raise Refusal("这个故障已由 {who} 评估", who=self.assessed_by)
        if not note.strip():
            raise Refusal("请写明评估意见：什么问题、报给了谁")
        self.urgent, self.assessment = urgent, note.strip()
        self.assessed_at, self.assessed_by = at, by.name

    def recover(self, at: datetime) -> None:
        """The picture is in order again; somebody still says why, and closes it.

        What a person saw and no program did, no program sees the end of.
        """
        if self.recovered_at is None and not self.by_eye:
            self.recovered_at = at

    def relapse(self, state: StreamState) -> None:
        """Wrong again before anybody closed it: it is the same fault."""
        self.recovered_at, self.state = None, state

    def see(self, state: StreamState) -> None:
        """A person looked, and says what it is; from here on a person says when it is over."""
        self.relapse(state)
        self.by_eye = True

    def solve(self, note: str, by: Signed, at: datetime) -> None:
        """Close it, with what was done. What was never assessed is assessed by this as well."""
        if by.role not in ASSESSING:
            raise Refusal("您的岗位不能处理设备故障")
        if self.solved_at is not None:
            raise Refusal("这个故障已由 {who} 解决", who=self.solved_by)
        if not note.strip():
            raise Refusal("请写明怎样解决的")
        if self.assessed_at is None:
            self.assess(False, note, by, at)
        self.solution, self.solved_at, self.solved_by = note.strip(), at, by.name

    def assess_clock(self, now: datetime) -> Clock:
        return _clock(self.assess_by, self.assessed_at, now)

    def solve_clock(self, now: datetime) -> Clock:
        """By when the picture was in order again, or the fault closed, whichever came first."""
        if self.solve_by is None:
            return Clock.NONE
        ends = [one for one in (self.recovered_at, self.solved_at) if one is not None]
        return _clock(self.solve_by, min(ends, default=None), now)


def _clock(limit: datetime, done: datetime | None, now: datetime) -> Clock:
    if done is not None:
        return Clock.KEPT if done <= limit else Clock.BROKEN
    return Clock.RUNNING if now <= limit else Clock.MISSED

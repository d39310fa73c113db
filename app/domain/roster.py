"""Shifts, duty, leave and swaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.people import Role, Signed


class Shift(Enum):
    """The three shifts of a day of 24 hours; OFF and LEAVE are cells of the roster too."""

    EARLY = "early"  # 早班 08-16
    LATE = "late"  # 中班 16-24
    NIGHT = "night"  # 夜班 00-08
    OFF = "off"  # 休
    LEAVE = "leave"  # 假


HOURS = {Shift.EARLY: (8, 16), Shift.LATE: (16, 24), Shift.NIGHT: (0, 8)}
WORKED = tuple(HOURS)


def shift_at(now: datetime) -> tuple[date, Shift]:
    """The duty day and shift that `now` (aware) falls into; a night has its own date."""
    local = now.astimezone(CITY)
    for shift, (begins, ends) in HOURS.items():
        if begins <= local.hour < ends:
            return local.date(), shift
    raise AssertionError("the shifts cover the day")


def shift_span(day: date, shift: Shift) -> tuple[datetime, datetime]:
    """When a worked shift begins and ends, aware."""
    begins, ends = HOURS[shift]
    start = datetime.combine(day, time(0), CITY)
    return start + timedelta(hours=begins), start + timedelta(hours=ends)


@dataclass(eq=False)
class Duty:
    """One cell of the roster: a person on a day."""

    person_id: int
    day: date
    shift: Shift
    id: int = field(init=False)
    version: int = field(init=False)


class DutyRow(NamedTuple):
    """One cell of the month."""

    person_id: int
    day: date
    shift: Shift


class OnDuty(NamedTuple):
    """Somebody who works a shift."""

    person_id: int
    name: str
    role: Role
    post: str


class RequestKind(Enum):
    """What may be asked for."""

    LEAVE = "leave"
    SWAP = "swap"


class RequestStatus(Enum):
    """How it was decided."""

    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(eq=False)
class RosterRequest:
    """Leave or a swap, decided by the shift leader."""

    kind: RequestKind
    person_id: int
    day: date
    reason: str
    asked_at: datetime
    asked_by: str
    other_id: int | None = None  # with whom a swap is wanted
    status: RequestStatus = RequestStatus.ASKED
    decided_at: datetime | None = None
    decided_by: str = ""
    note: str = ""
    id: int = field(init=False)
    version: int = field(init=False)

    def decide(self, approve: bool, by: Signed, at: datetime, note: str) -> None:
        if by.role is not Role.SHIFT_LEADER:
            raise Refusal("只有值班长可以审批调班和请假")
        if self.status is not RequestStatus.ASKED:
            raise Refusal("这条申请已经审批过了")
        if not approve and not note.strip():
            raise Refusal("不同意时必须写明原因")
        self.status = RequestStatus.APPROVED if approve else RequestStatus.REJECTED
        self.decided_at, self.decided_by, self.note = at, by.name, note.strip()


def check_rest(before: Shift | None, shift: Shift, after: Shift | None) -> None:
    """Refuse what leaves less than eight hours between two shifts: late followed by night.

    A night shift of the next date begins at midnight, the minute a late shift ends.
    """
    if before is Shift.LATE and shift is Shift.NIGHT:
        raise Refusal("前一天是中班，次日零点不能接夜班")
    if shift is Shift.LATE and after is Shift.NIGHT:
        raise Refusal("后一天零点是夜班，前一天不能排中班")

"""Handover between shifts (交接班) and the logbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from app.domain.errors import Refusal
from app.domain.people import Role, Signed
from app.domain.roster import Shift


class LogKind(Enum):
    """What an entry of the logbook is about."""

    NOTE = "note"  # 记事
    INSTRUCTION = "instruction"  # 上级指示
    FAULT = "fault"  # 故障
    EMERGENCY = "emergency"  # 突发事件


@dataclass(eq=False)
class LogEntry:
    """One line of the duty log. Added only; an instruction stays open until it is cleared."""

    day: date
    shift: Shift
    kind: LogKind
    text: str
    at: datetime
    person: str
    desk: str
    cleared_at: datetime | None = None
    cleared_by: str = ""
    id: int = field(init=False)
    version: int = field(init=False)

    def clear(self, by: Signed, at: datetime) -> None:
        if self.cleared_at is not None:
            raise Refusal("这一条已经了结")
        self.cleared_at, self.cleared_by = at, by.name


@dataclass(eq=False)
class HandoverItem:
    """One thing handed over, as it stood when the report was made."""

    section: str  # "case", "camera", "instruction"
    title: str
    detail: str
    reference: int | None = None
    id: int = field(init=False)


@dataclass(eq=False)
class Handover:
    """The report of one shift: listed by the program, signed by who leaves, then by who comes."""

    day: date
    shift: Shift
    made_at: datetime
    remarks: str = ""
    given_at: datetime | None = None
    given_by: str = ""
    given_by_id: int | None = None
    taken_at: datetime | None = None
    taken_by: str = ""
    items: list[HandoverItem] = field(default_factory=list)
    id: int = field(init=False)
    version: int = field(init=False)

    def give(self, by: Signed, at: datetime, remarks: str) -> None:
        """The leaving side signs; from here on nothing in the report changes."""
        if by.role not in (Role.SHIFT_LEADER, Role.OPERATOR, Role.DISPATCHER):
            raise Refusal("您的岗位不参加交接班")
        if self.given_at is not None:
            raise Refusal("交班方已经签字")
        self.given_at, self.given_by, self.given_by_id = at, by.name, by.person_id
        self.remarks = remarks.strip()

    def take(self, by: Signed, at: datetime) -> None:
        """The coming side signs. Nobody hands over to himself."""
        if self.given_at is None:
            raise Refusal("请先由交班方签字")
        if self.taken_at is not None:
            raise Refusal("接班方已经签字")
        if by.person_id == self.given_by_id:
            raise Refusal("交班和接班不能是同一个人")
        if by.role not in (Role.SHIFT_LEADER, Role.OPERATOR, Role.DISPATCHER):
            raise Refusal("您的岗位不参加交接班")
        self.taken_at, self.taken_by = at, by.name

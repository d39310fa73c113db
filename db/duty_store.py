"""Roster, requests, logbook and handover in the database."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import Refusal
from app.domain.handover import Handover, LogEntry, LogKind
from app.domain.roster import Duty, DutyRow, OnDuty, RosterRequest, Shift
from db import tables

D, P, L, H, Q = (
    tables.duty.c,
    tables.person.c,
    tables.log_entry.c,
    tables.handover.c,
    tables.roster_request.c,
)


class DutyStore:
    """Duty records of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cells(self, first: date, last: date) -> list[DutyRow]:
        found = self._session.execute(
            select(D.person_id, D.day, D.shift).where(D.day.between(first, last))
        )
        return [DutyRow(*row) for row in found]

    def on_duty(self, day: date, shift: Shift) -> list[OnDuty]:
        found = self._session.execute(
            select(P.id, P.name, P.role, P.post)
            .join(tables.duty, D.person_id == P.id)
            .where(D.day == day, D.shift == shift, P.active)
            .order_by(P.post, P.staff_number)
        )
        return [OnDuty(*row) for row in found]

    def cell(self, person_id: int, day: date) -> Duty | None:
        return self._session.scalar(select(Duty).where(D.person_id == person_id, D.day == day))

    def put(self, person_id: int, day: date, shift: Shift) -> Duty:
        """Set one cell of the roster."""
        duty = self.cell(person_id, day)
        if duty is None:
            duty = Duty(person_id, day, shift)
            self._session.add(duty)
        duty.shift = shift
        return duty

    def add(self, record: RosterRequest | LogEntry | Handover) -> None:
        self._session.add(record)
        self._session.flush()

    def request(self, request_id: int) -> RosterRequest:
        found = self._session.get(RosterRequest, request_id)
        if found is None:
            raise Refusal("没有这条申请")
        return found

    def requests(self, first: date, last: date) -> list[RosterRequest]:
        chosen = select(RosterRequest).where(Q.day.between(first, last)).order_by(Q.id.desc())
        return list(self._session.scalars(chosen))

    def log(self, day: date, shift: Shift) -> list[LogEntry]:
        chosen = select(LogEntry).where(L.day == day, L.shift == shift).order_by(L.id)
        return list(self._session.scalars(chosen))

    def open_instructions(self) -> list[LogEntry]:
        """Instructions and faults nobody has cleared, of whatever shift."""
        lasting = (LogKind.INSTRUCTION, LogKind.FAULT, LogKind.EMERGENCY)
        chosen = select(LogEntry).where(L.kind.in_(lasting), L.cleared_at.is_(None)).order_by(L.id)
        return list(self._session.scalars(chosen))

    def log_entry(self, entry_id: int) -> LogEntry:
        found = self._session.get(LogEntry, entry_id)
        if found is None:
            raise Refusal("没有这条日志")
        return found

    def handover(self, day: date, shift: Shift) -> Handover | None:
        return self._session.scalar(select(Handover).where(H.day == day, H.shift == shift))

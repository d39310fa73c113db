"""One piece of work: a transaction that cannot forget to tell what it wrote."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.domain.calendar import WorkingCalendar
from app.domain.change import Change
from app.domain.errors import Conflict, Refusal
from app.domain.people import Signed
from db.audit_store import AuditStore
from db.batch_store import BatchStore
from db.calendar_store import CalendarStore
from db.camera_store import CameraStore
from db.case_store import CaseStore
from db.changes import leave
from db.duty_store import DutyStore
from db.evidence_store import EvidenceStore
from db.figure_store import FigureStore
from db.mapping import KINDS, map_domain
from db.people_store import PeopleStore
from db.scheme_store import SchemeStore
from db.standard_store import StandardStore
from db.urging_store import UrgingStore
from db.video_store import VideoStore

TOO_LATE = "另一席位刚刚改过这条记录，您的内容已保留，请核对后再提交"


class Work:
    """Reads and writes of one verb or question. Used as a context; `commit` keeps what was done.

    `by` is who acts and `now` is the one time that counts in this work.
    """

    def __init__(self, engine: Engine, by: Signed, now: datetime, writes: bool) -> None:
        map_domain()
        self.by, self.now = by, now
        self.session = Session(engine, expire_on_commit=False)
        self._writes = writes
        self._touched: dict[Any, str] = {}
        self._also: list[Change] = []
        event.listen(self.session, "after_flush", self._remember)
        self.cases = CaseStore(self.session)
        self.figures = FigureStore(self.session)
        self.schemes = SchemeStore(self.session)
        self.standards = StandardStore(self.session)
        self.urging = UrgingStore(self.session)
        self.batches = BatchStore(self.session)
        self.calendars = CalendarStore(self.session)
        self.calendar: WorkingCalendar | None = None  # as it was read in this work
        self.cameras = CameraStore(self.session)
        self.people = PeopleStore(self.session)
        self.evidence = EvidenceStore(self.session)
        self.duties = DutyStore(self.session)
        self.video = VideoStore(self.session)
        self.audit = AuditStore(self.session)

    def __enter__(self) -> Self:
        self.session.connection(execution_options={"writes": self._writes})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.session.close()
        if isinstance(error, StaleDataError):
            raise Conflict(TOO_LATE) from error
        if isinstance(error, IntegrityError):
            raise Refusal("与已有记录重复，未保存：请刷新后再试") from error

    def touch(self, kind: str, record_id: int) -> None:
        """Tell of a record that was written without its class, in bulk."""
        self._also.append(Change(kind, record_id))

    def commit(self) -> list[Change]:
        """Keep the work and, in the same transaction, leave word of every record it touched."""
        self.session.flush()
        changes = [Change(kind, record.id) for record, kind in self._touched.items()]
        changes += self._also
        leave(self.session, changes, self.by.desk)
        self.session.commit()
        return changes

    def _remember(self, session: Session, _flush: object) -> None:
        for record in {*session.new, *session.dirty}:
            if kind := KINDS.get(type(record)):
                self._touched[record] = kind

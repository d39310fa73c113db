"""What urging by rule has done: which mark each case has passed, and when somebody looked last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.domain.deadline import TimeLimit
from app.domain.workflow import WITH_DEPARTMENT
from db import tables
from db.case_store import CaseStore

C = tables.cases.c
KEY = "urging"


class UrgingStore:
    """Urging in one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, now: datetime, each: timedelta) -> bool:
        """Whether it is this desk's turn to look: nobody has within `each`. It is then noted."""
        store = CaseStore(self._session)
        second = int(now.timestamp())
        store.count_up(KEY, 0)  # the row is there from here on
        t = tables.counter
        taken = self._session.execute(
            update(t)
            .where(
                t.c.key == KEY,
                # A turn that lies in the future was taken by a desk whose clock is wrong.
                or_(
                    t.c.value <= second - each.total_seconds(),
                    t.c.value > second + each.total_seconds(),
                ),
            )
            .values(value=second)
            .returning(t.c.value)
        )
        return taken.first() is not None

    def again(self) -> None:
        """There is more to do: the next look may come at once."""
        t = tables.counter
        self._session.execute(update(t).where(t.c.key == KEY).values(value=0))

    def open_cases(self) -> Iterator[tuple[int, datetime, TimeLimit, int]]:
        """Every case that a department has and that is due: id, due time, limit, last mark."""
        query = select(C.id, C.due_at, C.limit_value, C.limit_unit, C.urged_mark).where(
            C.status.in_(WITH_DEPARTMENT), C.due_at.is_not(None)
        )
        for case_id, due, value, unit, mark in self._session.execute(query.order_by(C.due_at)):
            yield case_id, due, TimeLimit(value, unit), mark

"""The working calendar and the desk's own limits, as they were entered."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.domain.calendar import Entered
from app.domain.deadline import TimeLimit
from app.domain.stages import Stage
from db import tables

D = tables.calendar_day.c
Y = tables.calendar_year.c
S = tables.stage_limit.c


class CalendarStore:
    """Days, years and stage limits of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def entered(self) -> list[Entered]:
        """Every day that was entered by hand or from a file."""
        found = self._session.execute(
            select(D.day, D.working, D.name, D.source, D.entered_by).order_by(D.day)
        )
        return [Entered(*row) for row in found]

    def enter(self, day: Entered) -> None:
        """Keep a day; one that was entered before is replaced."""
        self.remove(day.day)
        self._session.execute(
            insert(tables.calendar_day).values(
                day=day.day,
                working=day.working,
                name=day.name,
                source=day.source,
                entered_by=day.by,
            )
        )

    def remove(self, day: date) -> None:
        self._session.execute(delete(tables.calendar_day).where(D.day == day))

    def announced(self) -> frozenset[int]:
        """Years whose notice was entered."""
        return frozenset(self._session.scalars(select(Y.year)))

    def announce(self, year: int, known: bool) -> None:
        self._session.execute(delete(tables.calendar_year).where(Y.year == year))
        if known:
            self._session.execute(insert(tables.calendar_year).values(year=year))

    def stage_limits(self) -> dict[Stage, TimeLimit]:
        """Limits that were entered; the others are the usual ones."""
        found = self._session.execute(select(S.stage, S.limit_value, S.limit_unit))
        return {stage: TimeLimit(value, unit) for stage, value, unit in found}

    def put_stage_limit(self, stage: Stage, limit: TimeLimit) -> None:
        self._session.execute(delete(tables.stage_limit).where(S.stage == stage))
        self._session.execute(
            insert(tables.stage_limit).values(
                stage=stage, limit_value=limit.value, limit_unit=limit.unit
            )
        )

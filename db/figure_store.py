"""Counts in the database: each is a condition on cases, so that it can be listed as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    insert,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.domain.figures import BY_STEP, Count, Counted, Facet, Part, Span, span_of
from app.domain.frozen import Frozen
from app.domain.handing import ENDING, HANDING, Handed
from app.domain.recurring import Seen
from app.domain.workflow import Action, CaseStatus
from db import tables
from db.tables import cases, step
from db.tables import import_batch as batch

C = cases.c

EAST_OF_UTC = "+8 hours"
"""The city's clock as SQLite reckons it, which knows no zones; no summer time since 1991."""


class _CityDay(FunctionElement[str]):
    """The city's day of a time, as 2026-11-25."""

    type = String()
    inherit_cache = True
    sqlite, postgresql = "%Y-%m-%d", "YYYY-MM-DD"


class _CityHour(_CityDay):
    """The hour of the city's day, as 08."""

    inherit_cache = True
    sqlite, postgresql = "%H", "HH24"


@compiles(_CityDay, "sqlite")
def _by_strftime(element: _CityDay, compiler: SQLCompiler, **how: Any) -> str:
    column = compiler.process(element.clauses, **how)
    return f"strftime('{element.sqlite}', {column}, '{EAST_OF_UTC}')"


@compiles(_CityDay, "postgresql")
def _by_to_char(element: _CityDay, compiler: SQLCompiler, **how: Any) -> str:
    column = compiler.process(element.clauses, **how)
    return f"to_char({column} at time zone 'Asia/Shanghai', '{element.postgresql}')"


def _words(column: ColumnElement[Any]) -> ColumnElement[str]:
    return type_coerce(column, String)


FACETS: dict[Facet, ColumnElement[str]] = {
    Facet.DISTRICT: C.district,
    Facet.SUBDISTRICT: C.subdistrict,
    Facet.CATEGORY: C.kind + ":" + C.category_code,
    Facet.SUBCATEGORY: C.kind + ":" + C.subcategory_code,
    Facet.SOURCE: _words(C.source),
    Facet.DEPARTMENT: C.department,
    Facet.CAMERA: func.coalesce(cast(C.camera_id, String), ""),
    Facet.DAY: _CityDay(C.registered_at),
    Facet.HOUR: _CityHour(C.registered_at),
}


def is_counted(counted: Counted) -> ColumnElement[bool]:
    """Whether a case is one of those that this figure counts."""
    count, span = counted
    if count in BY_STEP:
        return C.id.in_(_with_step(BY_STEP[count], span))
    return _MADE_OF[count](span)


def is_part(part: Part) -> ColumnElement[bool]:
    """Whether a case belongs to this value of a facet."""
    if part.facet is Facet.CAMERA:
        return C.camera_id == int(part.key) if part.key else C.camera_id.is_(None)
    if part.facet in (Facet.CATEGORY, Facet.SUBCATEGORY):
        kind, _, code = part.key.partition(":")
        column = C.category_code if part.facet is Facet.CATEGORY else C.subcategory_code
        return and_(C.kind == kind, column == code)  # as plain columns, so that an index helps
    if part.facet is Facet.DAY:
        day = date.fromisoformat(part.key)
        return _within(span_of(day, day))  # between two times, so that an index helps
    return FACETS[part.facet] == part.key


def _value(action: Action) -> str:
    return action.value


def _with_step(actions: Iterable[Action], span: Span) -> Select[Any]:
    return select(step.c.case_id).where(
        step.c.action.in_(sorted(actions, key=_value)),
        step.c.at >= span.begins,
        step.c.at < span.ends,
    )


def _done_before(action: Action, span: Span) -> Select[Any]:
    return select(step.c.case_id).where(step.c.action == action, step.c.at < span.ends)


def _registered(span: Span) -> ColumnElement[bool]:
    """Registered within it; a list that was taken back whole was never registered."""
    other = cases.alias()  # by ids, which an index holds: the cases themselves are not looked at
    undone = select(batch.c.id).where(batch.c.undone_at.is_not(None))
    taken_back = select(other.c.id).where(other.c.batch_id.in_(undone))
    return and_(_within(span), C.id.not_in(taken_back))


def _within(span: Span) -> ColumnElement[bool]:
    return and_(C.registered_at >= span.begins, C.registered_at < span.ends)


def _filed(span: Span) -> ColumnElement[bool]:
    return C.id.in_(_with_step({Action.FILE}, span))


def _due(span: Span) -> ColumnElement[bool]:
    """Due within it and neither void, suspended (挂账) nor merged: those owe nothing. Of cases that
    go on as one, the one that goes on counts.
    """
    idle = (CaseStatus.SUSPENDED, CaseStatus.MERGED)
    gone = or_(C.status.in_(idle), C.id.in_(_done_before(Action.VOID, span)))
    return and_(C.due_at >= span.begins, C.due_at < span.ends, ~gone)


def _of_due(*tests: Callable[[Span], ColumnElement[bool]]) -> Callable[[Span], ColumnElement[bool]]:
    return lambda span: and_(_due(span), *(test(span) for test in tests))


_IN_TIME = C.resolved_at <= C.due_at

_MADE_OF: dict[Count, Callable[[Span], ColumnElement[bool]]] = {
    Count.REGISTERED: _registered,
    Count.FILED_KEPT: lambda span: and_(_filed(span), C.id.not_in(_done_before(Action.VOID, span))),
    Count.PASSED_ON: lambda span: and_(  # nothing is dispatched before it is filed
        _filed(span), C.id.in_(_with_step({Action.DISPATCH}, span))
    ),
    Count.WELL_DISPATCHED: lambda span: and_(
        C.id.in_(_with_step(BY_STEP[Count.DISPATCHED], span)),
        C.id.not_in(_with_step(BY_STEP[Count.MISDISPATCHED], span)),
    ),
    Count.DUE: _due,
    Count.RESOLVED: _of_due(lambda span: C.resolved_at < span.ends),
    Count.RESOLVED_IN_TIME: _of_due(lambda span: _IN_TIME),
    Count.OVERDUE_OPEN: _of_due(
        lambda span: or_(C.resolved_at.is_(None), C.resolved_at >= span.ends)
    ),
    Count.CLOSED_DUE: _of_due(lambda span: C.closed_at < span.ends),
    Count.CLOSED_IN_TIME: _of_due(lambda span: and_(C.closed_at < span.ends, _IN_TIME)),
    Count.CLOSED_LATE: _of_due(
        lambda span: and_(C.closed_at < span.ends, C.resolved_at > C.due_at)
    ),
}


class FigureStore:
    """Figures of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, counted: Counted, parts: Sequence[Part] = ()) -> int:
        """How many cases this figure counts, of these parts alone if any are given."""
        query = select(func.count()).select_from(cases).where(is_counted(counted))
        return self._session.scalar(query.where(*map(is_part, parts))) or 0

    def grouped(
        self, counted: Counted, by: Sequence[Facet], parts: Sequence[Part] = ()
    ) -> dict[tuple[str, ...], int]:
        """The same divided by these facets: a number for each combination that has any."""
        columns = [FACETS[facet].label(f"facet_{facet.value}") for facet in by]
        query = select(*columns, func.count()).where(is_counted(counted), *map(is_part, parts))
        found = self._session.execute(query.group_by(*columns))
        return {tuple(str(key or "") for key in row[:-1]): int(row[-1]) for row in found}

    def registered_times(self, span: Span, parts: Sequence[Part] = ()) -> list[Any]:
        """When each case of the span was registered."""
        query = select(C.registered_at).where(_registered(span), *map(is_part, parts))
        return list(self._session.scalars(query))

    def placed(self, span: Span, parts: Sequence[Part] = ()) -> list[Seen]:
        """Every case of the span that has a place and was not voided."""
        kind = C.kind + ":" + C.subcategory_code
        query = select(C.id, kind, C.lon, C.lat, C.registered_at).where(
            _registered(span),
            C.lon.is_not(None),
            C.status.not_in((CaseStatus.VOID, CaseStatus.MERGED)),
            *map(is_part, parts),
        )
        return [Seen(*row) for row in self._session.execute(query)]

    def handling_times(self, span: Span, parts: Sequence[Part] = ()) -> list[tuple[str, Any, Any]]:
        """Department, when it was given and when it was done, of what was resolved in the span."""
        query = select(C.department, C.dispatched_at, C.resolved_at).where(
            C.resolved_at >= span.begins,
            C.resolved_at < span.ends,
            C.dispatched_at.is_not(None),
            *map(is_part, parts),
        )
        return [(row[0], row[1], row[2]) for row in self._session.execute(query)]

    def handed(self, span: Span, parts: Sequence[Part] = ()) -> list[Handed]:
        """Every handing over, and end, of the cases that were handed over or back in the span:
        those before and after it as well, case by case in their order.
        """
        mine = C.id.in_(_with_step(HANDING, span))
        told = sorted(HANDING | ENDING | {Action.UNMERGE}, key=_value)
        within = select(C.id).where(mine, *map(is_part, parts))
        query = (
            select(step.c.case_id, step.c.action, step.c.department, step.c.at)
            .where(step.c.case_id.in_(within), step.c.action.in_(told))
            .order_by(step.c.case_id, step.c.id)
        )
        return [Handed(*row) for row in self._session.execute(query)]

    # Frozen months.

    def frozen(self) -> list[Frozen]:
        """Every month that was closed, the newest first."""
        t = tables.frozen_month
        found = self._session.execute(select(t).order_by(t.c.month.desc()))
        return [Frozen(row.month, row.at, row.person, row.content) for row in found]

    def freeze(self, frozen: Frozen) -> None:
        """Keep a month's figures; there is one of each month."""
        values = {
            "month": frozen.month,
            "at": frozen.at,
            "person": frozen.person,
            "content": frozen.content,
        }
        self._session.execute(insert(tables.frozen_month).values(values))

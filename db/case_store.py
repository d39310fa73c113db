"""Cases in the database: one whole, or many as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, selectinload

from app.domain.case import Case, case_number
from app.domain.case_list import CaseFilter, CasePoint, CaseRow, Cursor, Page
from app.domain.deadline import CITY
from app.domain.draft import Source
from app.domain.errors import Conflict, Refusal
from app.domain.kept import KeptRow
from app.domain.order_import import hotline_key
from app.domain.saved_search import SavedSearch
from app.domain.search import phrase_of
from app.domain.stages import STAGE_OF
from app.domain.workflow import FINAL, CaseStatus
from db import case_text, tables
from db.case_order import SORTS
from db.figure_store import is_counted, is_part

TABLE = tables.cases
C = TABLE.c


ROW_COLUMNS = [C[name] for name in CaseRow._fields]

MOST_ABOUT = 400
"""Cases that a new one may be the same as, of those that are told of; the newest count."""


class CaseStore:
    """Cases of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, case_id: int, seen: int | None = None) -> Case:
        """The case with its steps; a Conflict if it is no longer the version the operator saw."""
        case = self._session.get(Case, case_id, options=[selectinload(cast(Any, Case).steps)])
        if case is None:
            raise Refusal("没有这个案件")
        if seen not in (None, case.version):
            raise Conflict("{number} 刚被另一席位处理过，您的内容已保留", number=case.number)
        return case

    def id_of(self, uid: str) -> int | None:
        """The case that this draft became, if it did."""
        return self._session.scalar(select(C.id).where(C.uid == uid))

    def id_of_number(self, number: str) -> int | None:
        """The case of this number."""
        return self._session.scalar(select(C.id).where(C.number == number))

    def add(self, case: Case) -> Case:
        self._session.add(case)
        self._session.flush()
        case_text.add(self._session.connection(), [self.text_of(case)])
        return case

    def text_of(self, case: Case) -> dict[str, Any]:
        """What the search finds the case by."""
        return {name: getattr(case, name) for name in ("id", *case_text.FIELDS)}

    def index_again(self, case: Case, said: dict[str, Any]) -> None:
        """Its words are others; `said` are those that it is found by until now."""
        self._session.flush()  # whoever was slower is told so here, and not by the index
        case_text.take_away(self._session.connection(), said)
        case_text.add(self._session.connection(), [self.text_of(case)])

    def hotline_order(self, number: str) -> CaseRow | None:
        """The case of this order of the hotline, the newest; a void one is none. Its source may
        have been corrected, and lists of older programs came under other keys.
        """
        of_hotline = and_(C.source == Source.HOTLINE, C.order_key.is_not(None))
        query = select(*ROW_COLUMNS).where(
            C.order_number == number,
            or_(of_hotline, C.order_key == hotline_key(number)),
            C.status != CaseStatus.VOID,
        )
        found = self._session.execute(query.order_by(C.id.desc()).limit(1)).first()
        return CaseRow(*found) if found else None

    def let_go(self, key: str) -> None:
        """A void case is known by this key no more: its order may be taken again."""
        is_void = (C.order_key == key, C.status == CaseStatus.VOID)
        self._session.execute(update(TABLE).where(*is_void).values(order_key=None))

    def next_number(self, now: datetime) -> str:
        """The next running number of the city's day."""
        day = now.astimezone(CITY).strftime("%Y%m%d")
        return case_number(day, self.count_up(f"case-{day}"))

    def count_up(self, key: str, by: int = 1) -> int:
        """Add to a counter and give its new value; two desks never get the same one."""
        dialect = self._session.get_bind().dialect.name
        if dialect == "postgresql":
            from sqlalchemy.dialects.postgresql import insert as upsert
        else:
            from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
        begun = upsert(tables.counter).values(key=key, value=by)
        counted = begun.on_conflict_do_update(
            index_elements=["key"], set_={"value": tables.counter.c.value + by}
        ).returning(tables.counter.c.value)
        return int(self._session.execute(counted).scalar_one())

    def counted(self, key: str) -> int:
        """What a counter stands at; 0 if nothing was counted."""
        counter = tables.counter.c
        return self._session.scalar(select(counter.value).where(counter.key == key)) or 0

    def rows(self, ids: Sequence[int]) -> list[CaseRow]:
        """These cases as rows, in no order; ids that do not exist are left out."""
        found = self._session.execute(select(*ROW_COLUMNS).where(C.id.in_(ids)))
        return [CaseRow(*row) for row in found]

    def matching(self, ids: Sequence[int], chosen: CaseFilter) -> list[CaseRow]:
        """Those of these cases that the filter lets through."""
        query = self._where(select(*ROW_COLUMNS).where(C.id.in_(ids)), chosen)
        return [CaseRow(*row) for row in self._session.execute(query)]

    def page(
        self,
        chosen: CaseFilter,
        sort: str = "registered_at",
        descending: bool = True,
        after: Cursor | None = None,
        limit: int = 200,
    ) -> Page:
        """One page by key: going on from a row costs the same at the millionth as at the first."""
        column = SORTS[sort]
        query = self._where(select(*ROW_COLUMNS, column.label("sort_value")), chosen)
        if after is not None:
            here = tuple_(column, C.id)
            there = tuple_(literal(after.value, column.type), literal(after.id))
            at = literal(after.value, column.type)  # said as well: SQLite seeks no row of values
            query = query.where(column <= at if descending else column >= at)
            query = query.where(here < there if descending else here > there)
        order = [column.desc(), C.id.desc()] if descending else [column, C.id]
        found = self._session.execute(query.order_by(*order).limit(limit + 1)).all()
        rows = [CaseRow(*row[:-1]) for row in found[:limit]]
        more = len(found) > limit
        return Page(rows, Cursor(found[limit - 1][-1], rows[-1].id) if more else None)

    def page_at(
        self, chosen: CaseFilter, sort: str, descending: bool, place: int, limit: int
    ) -> list[CaseRow]:
        """The rows from this place on, counted off from the top: for whoever jumps there.

        Ids alone are counted off, as an index holds them; with a filter the cases themselves are
        looked at. It takes longer the deeper it is.
        """
        column = SORTS[sort]
        order = [column.desc(), C.id.desc()] if descending else [column, C.id]
        query = self._where(select(C.id), chosen).order_by(*order).limit(limit).offset(place)
        ids = list(self._session.scalars(query))
        rows = {row.id: row for row in self.rows(ids)}
        return [rows[one] for one in ids]

    def count(self, chosen: CaseFilter) -> int:
        return (
            self._session.scalar(
                self._where(select(func.count()).select_from(TABLE), chosen, counting=True)
            )
            or 0
        )

    def points(self, chosen: CaseFilter) -> list[CasePoint]:
        """Id, longitude, latitude, status and due time of every case that has a place."""
        raw = select(C.id, C.lon, C.lat, C.status, C.due_at, C.resolved_at)
        query = self._where(raw.where(C.lon.is_not(None)), chosen).order_by(C.id)
        return [CasePoint(*row) for row in self._session.execute(query)]

    def alike(
        self, lon: float | None, lat: float | None, kind: str, subcategory: str,
        district: str, metres: float, since: datetime,
    ) -> list[CaseRow]:  # fmt: skip
        """Cases that may be of the same problem: about this place, or of the same kind in this
        district where nobody knows the place; registered since then or open still, void and merged
        ones left out.
        """
        live = C.status.not_in((CaseStatus.VOID, CaseStatus.MERGED, CaseStatus.DECLINED))
        lately = or_(C.registered_at >= since, C.status.not_in(FINAL))
        query = select(*ROW_COLUMNS).where(live, lately)
        if lon is not None and lat is not None:
            dlat, dlon = metres / 110_950, metres / 102_500
            query = query.where(
                C.lon.between(lon - dlon, lon + dlon), C.lat.between(lat - dlat, lat + dlat)
            )
        else:
            same = C.subcategory_code == subcategory
            query = query.where(C.kind == kind, same, C.district == district)
        found = self._session.execute(query.order_by(C.id.desc()).limit(MOST_ABOUT))
        return [CaseRow(*row) for row in found]

    def open311_names(self, ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
        """What Open311 calls the kind of each case, and when it was last changed."""
        query = select(C.id, C.kind, C.subcategory_code, C.updated_at).where(C.id.in_(ids))
        return {i: (f"{kind}-{code}", at) for i, kind, code, at in self._session.execute(query)}

    def lock(self, ids: Sequence[int]) -> None:
        """Keep every other desk from changing these until this work is over."""
        query = select(Case).where(C.id.in_(ids)).order_by(C.id).with_for_update()
        self._session.execute(query.execution_options(populate_existing=True)).all()

    def merged(self, case_id: int) -> list[Case]:
        """The cases that were merged into this one, oldest first."""
        query = select(Case).where(C.merged_into == case_id).order_by(C.id)
        return list(self._session.scalars(query))

    def about(
        self,
        lon: float,
        lat: float,
        metres: float,
        since: datetime,
        until: datetime | None = None,
        or_open: bool = False,
    ) -> list[CaseRow]:
        """Cases registered since then (and before `until`) in the square of so many metres around
        a place; or open still, however old they are. Newest first, all of them.
        """
        lately = C.registered_at >= since
        if until is not None:
            lately = and_(lately, C.registered_at < until)
        dlat, dlon = metres / 110_950, metres / 102_500
        query = (
            select(*ROW_COLUMNS)
            .where(or_(lately, C.status.not_in(FINAL)) if or_open else lately)
            .where(C.lon.between(lon - dlon, lon + dlon), C.lat.between(lat - dlat, lat + dlat))
            .order_by(C.id.desc())
        )
        return [CaseRow(*row) for row in self._session.execute(query)]

    def of_cameras(self, cameras: Sequence[int], begins: datetime, ends: datetime) -> list[CaseRow]:
        """Cases that were seen by these cameras and registered in this span, newest first."""
        query = (
            select(*ROW_COLUMNS)
            .where(C.camera_id.in_(cameras), C.registered_at >= begins, C.registered_at < ends)
            .order_by(C.id.desc())
        )
        return [CaseRow(*row) for row in self._session.execute(query)]

    def reserve_ids(self, count: int) -> list[int]:
        """Ids that no other desk will give: for cases that come in bulk."""
        if self._session.get_bind().dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence("cases", "id")
            numbers = func.generate_series(1, count).table_valued("n")
            return list(self._session.scalars(select(func.nextval(sequence)).select_from(numbers)))
        first = (self._session.scalar(select(func.coalesce(func.max(C.id), 0))) or 0) + 1
        return list(range(first, first + count))  # one writer at a time: nobody comes between

    def insert_many(self, rows: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
        """Put whole cases with their steps in bulk; their ids were reserved."""
        self._session.execute(insert(TABLE), rows)
        self._session.execute(insert(tables.step), steps)
        case_text.add(self._session.connection(), rows)

    def provisional(self) -> list[int]:
        """Ids of the open cases whose due time is provisional."""
        handled = (CaseStatus.DISPATCHED, CaseStatus.HANDLING, CaseStatus.SUSPENDED)
        query = select(C.id).where(C.due_provisional.is_(True), C.status.in_(handled))
        return list(self._session.scalars(query.order_by(C.id)))

    def _where(self, query: Select[Any], chosen: CaseFilter, counting: bool = False) -> Select[Any]:
        """The query, of the cases that the filter lets through.

        A rare phrase is looked up; a common one is met soon enough by going through the list in its
        order. Who counts goes through all of them, so the index always narrows that.
        """
        tests = _plain_tests(chosen)
        words = chosen.text.split()
        phrases = [phrase for word in words if (phrase := phrase_of(word)) is not None]
        fields = case_text.FIELDS if chosen.callers else case_text.OPEN_FIELDS
        exact = [or_(*case_text.exactly([C[name] for name in fields], word)) for word in words]
        if phrases:
            connection = self._session.connection()
            found = case_text.ids(connection, phrases, chosen.callers)
            few = case_text.few(connection, found)
            if few is not None:
                tests.append(C.id.in_(few))
            elif counting:
                tests.append(C.id.in_(found))
                if len(phrases) == len(words) and all(phrase.is_exact for phrase in phrases):
                    exact = []
        tests += exact
        return query.where(*tests)

    # Kept searches.

    def searches(self) -> list[KeptRow]:
        t = tables.saved_search.c
        columns = [t[name] for name in KeptRow._fields]
        found = self._session.execute(select(*columns).order_by(t.name, t.id))
        return [KeptRow(*row) for row in found]

    def search(self, search_id: int) -> SavedSearch:
        found = self._session.get(SavedSearch, search_id)
        if found is None:
            raise Refusal("没有这个查询")
        return found

    def search_of(self, name: str, owner_id: int | None) -> SavedSearch | None:
        """The search of this name and owner."""
        t = tables.saved_search.c
        mine = t.owner_id.is_(None) if owner_id is None else t.owner_id == owner_id
        return self._session.scalar(select(SavedSearch).where(t.name == name, mine))

    def add_search(self, search: SavedSearch) -> SavedSearch:
        self._session.add(search)
        self._session.flush()
        return search

    def drop_search(self, search: SavedSearch) -> None:
        self._session.delete(search)
        self._session.flush()

    def departments(self) -> list[str]:
        """Every department that the standard, a rule or a case names."""
        named = select(tables.subcategory.c.department).union(
            select(C.department), select(tables.responsibility_rule.c.department)
        )
        return sorted(name for (name,) in self._session.execute(named) if name)


def _plain_tests(chosen: CaseFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of the columns; its text apart."""
    tests: list[ColumnElement[bool]] = []
    if chosen.statuses:
        tests.append(C.status.in_(sorted(chosen.statuses, key=lambda status: status.value)))
    if chosen.open_only:
        tests.append(C.status.not_in(FINAL))
    if chosen.overdue_at:
        late = and_(C.resolved_at.is_(None), C.due_at < chosen.overdue_at)
        handled = (CaseStatus.DISPATCHED, CaseStatus.HANDLING)
        tests.append(and_(C.status.in_(handled), late))
    if chosen.waiting_at:
        staged = sorted(STAGE_OF, key=lambda status: status.value)  # so that an index helps
        tests.append(and_(C.stage_due_at < chosen.waiting_at, C.status.in_(staged)))
    if chosen.districts:
        tests.append(C.district.in_(sorted(chosen.districts)))
    for column, wanted in (
        (C.kind, chosen.kind),
        (C.subcategory_code, chosen.subcategory),
        (C.department, chosen.department),
        (C.camera_id, chosen.camera_id),
        (C.source, chosen.source),
    ):
        if wanted:
            tests.append(column == wanted)
    if chosen.registered_from:
        tests.append(C.registered_at >= chosen.registered_from)
    if chosen.registered_to:
        tests.append(C.registered_at < chosen.registered_to)
    if chosen.updated_from:
        tests.append(C.updated_at >= chosen.updated_from)
    if chosen.counted:
        tests.append(is_counted(chosen.counted))
    tests += map(is_part, chosen.parts)
    if chosen.ids:
        tests.append(C.id.in_(sorted(chosen.ids)))
    return tests

"""What a list of cases shows, which cases it shows, and where a page of it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import total_ordering
from typing import Any, NamedTuple

from app.domain.deadline import CITY
from app.domain.draft import Source, Urgency
from app.domain.figures import Counted, Part
from app.domain.workflow import FINAL, CaseStatus


class CaseRow(NamedTuple):
    """What a list shows of a case. The order of the fields is that of `ROW_COLUMNS`."""

    id: int
    version: int
    number: str
    status: CaseStatus
    subcategory: str
    district: str
    subdistrict: str
    address: str
    description: str
    department: str
    registered_at: datetime
    due_at: datetime | None
    due_provisional: bool
    resolved_at: datetime | None
    source: Source
    urgency: Urgency
    supervised_until: datetime | None
    lon: float | None
    lat: float | None
    camera_id: int | None
    round: int
    stage_due_at: datetime | None
    kind: str  # half of the catalogue
    category: str
    subcategory_code: str
    order_number: str  # as the sender calls it

    @property
    def owed(self) -> tuple[datetime | None, datetime | None]:
        """Until when the next step is owed, and when it was done: the desk's own stages by their
        limits, handling by its own, and what is over by the limit of its handling.
        """
        if self.stage_due_at is not None:
            return self.stage_due_at, None
        return self.due_at, self.resolved_at

    @property
    def owed_at(self) -> datetime | None:
        """Until when the next step is owed; None where nothing is, as of a case that is over."""
        if self.status in FINAL:
            return None
        return self.stage_due_at or (self.due_at if self.resolved_at is None else None)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases. Empty fields do not filter; the map and the list share one of these."""

    statuses: frozenset[CaseStatus] = frozenset()
    open_only: bool = False
    overdue_at: datetime | None = None  # handling not done when it was due
    waiting_at: datetime | None = None  # the desk's own stage not done when it was due
    districts: frozenset[str] = frozenset()
    kind: str = ""  # which half of the catalogue
    subcategory: str = ""
    department: str = ""
    camera_id: int | None = None
    source: Source | None = None
    registered_from: datetime | None = None
    registered_to: datetime | None = None
    updated_from: datetime | None = None
    counted: Counted | None = None  # those that a figure counts
    parts: tuple[Part, ...] = ()  # of these districts, departments ... alone
    ids: frozenset[int] = frozenset()  # just these cases
    text: str = ""
    callers: bool = False  # whether the text may be found in who called


class CasePoint(NamedTuple):
    """What the map draws of a case."""

    id: int
    lon: float
    lat: float
    status: CaseStatus
    due_at: datetime | None
    resolved_at: datetime | None


class Cursor(NamedTuple):
    """Where a page ended: the sort value and id of its last row."""

    value: Any
    id: int


FAR = datetime(9999, 1, 1, tzinfo=CITY)
"""What has no due time comes after all that has one."""


SORTED_BY = {"subcategory": "subcategory_code"}
"""Fields of a row that a list sorts by, where they are called otherwise."""

TIMES = frozenset({"due_at", "owed_at"})
PLAIN_SORTS = TIMES | {"registered_at", "number", "status", "subcategory", "district", "source"}
"""Sorts that every database and this program order alike; words are ordered by the database."""


def sort_key(row: CaseRow, sort: str) -> tuple[Any, int]:
    """By what a list sorts a row: the same value that the database sorts by, then the id."""
    value = cursor_of(row, sort).value
    return (value.value if isinstance(value, Enum) else value), row.id


def cursor_of(row: CaseRow, sort: str) -> Cursor:
    """Where a page that begins after this row goes on."""
    value = getattr(row, SORTED_BY.get(sort, sort))
    return Cursor(FAR if sort in TIMES and value is None else value, row.id)


@total_ordering
@dataclass(frozen=True)
class Rank:
    """A sort key that compares the other way round in a descending list."""

    key: tuple[Any, int]
    descending: bool

    def __lt__(self, other: Rank) -> bool:
        return self.key > other.key if self.descending else self.key < other.key


class Page(NamedTuple):
    """Rows in order, and where to go on; None when there are no more."""

    rows: list[CaseRow]
    next: Cursor | None

"""Cases as Open311 GeoReport v2 tells service requests (reading only).

Who called is nobody's business outside: neither names nor phones are told. Times carry their zone,
as the specification demands; a status is only open or closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.case_list import CaseFilter, CaseRow
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.workflow import FINAL, CaseStatus
from db.unit_of_work import Work

MOST_ROWS = 1000
"""Requests of one page (GeoReport v2: 90 days or 1000 requests, whichever is smaller)."""

SPAN = timedelta(days=90)
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True)
class Query:
    """What was asked for, as the specification names it; `updated_after` is the usual extension."""

    service_code: str = ""
    status: frozenset[str] = frozenset()
    start_date: datetime | None = None
    end_date: datetime | None = None
    updated_after: datetime | None = None
    page: int = 1
    page_size: int = MOST_ROWS


def services(work: Work) -> list[dict[str, Any]]:
    """Every subcategory as a service."""
    return [
        {
            "service_code": f"{entry.kind.value}-{entry.full_code}",
            "service_name": entry.name,
            "description": entry.condition,
            "metadata": False,
            "type": "realtime",
            "keywords": entry.initials,
            "group": entry.category,
        }
        for entry in work.standards.catalogue()
    ]


def requests(work: Work, asked: Query) -> list[dict[str, Any]]:
    """One page of requests, the newest first; without dates those of the last 90 days."""
    begins, ends = _span(asked, work.now)
    kind, _, code = asked.service_code.partition("-")
    statuses = frozenset(s for s in CaseStatus if not asked.status or _word(s) in asked.status)
    chosen = CaseFilter(
        statuses=statuses,
        subcategory=code,
        kind=kind,
        registered_from=begins,
        registered_to=ends,
        updated_from=asked.updated_after,
    )
    place = (asked.page - 1) * asked.page_size
    return _told(work, work.cases.page_at(chosen, "registered_at", True, place, asked.page_size))


def request(work: Work, number: str) -> dict[str, Any]:
    """One request by its number; a Refusal if there is none."""
    case_id = work.cases.id_of_number(number)
    if case_id is None:
        raise Refusal("没有这个案件")
    return _told(work, work.cases.rows([case_id]))[0]


def _span(asked: Query, now: datetime) -> tuple[datetime, datetime]:
    """From start to end; never more than 90 days, unless what changed since is asked for."""
    ends = asked.end_date or now + timedelta(seconds=1)
    begins = asked.start_date or ends - SPAN
    if asked.updated_after is not None:
        return asked.start_date or ends - timedelta(days=3660), ends
    return max(begins, ends - SPAN), ends


def _word(status: CaseStatus) -> str:
    return CLOSED if status in FINAL else OPEN


def _told(work: Work, rows: list[CaseRow]) -> list[dict[str, Any]]:
    names = work.cases.open311_names([row.id for row in rows])
    told = []
    for row in rows:
        code, updated = names[row.id]
        told.append(
            {
                "service_request_id": row.number,
                "status": _word(row.status),
                "status_notes": row.status.value,
                "service_name": row.subcategory,
                "service_code": code,
                "description": row.description,
                "agency_responsible": row.department,
                "service_notice": "",
                "requested_datetime": _clock(row.registered_at),
                "updated_datetime": _clock(updated),
                "expected_datetime": _clock(row.due_at),
                "address": row.address,
                "address_id": row.subdistrict or row.district,
                "zipcode": "",
                "lat": row.lat,
                "long": row.lon,
                "media_url": "",
            }
        )
    return told


def _clock(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(CITY).isoformat(timespec="seconds")

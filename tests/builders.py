"""Drafts and cases that a test can have in one line."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from app.domain.case import Case
from app.domain.catalogue import CaseKind, Subcategory
from app.domain.deadline import TimeLimit, Unit
from app.domain.draft import CaseDraft
from app.domain.people import Role, Signed

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # Wednesday 12:00 in the city
_count = itertools.count(1)

STALLS = Subcategory(
    CaseKind.EVENT,
    "04",
    "街面秩序",
    "01",
    "占道经营",
    TimeLimit(4, Unit.WORK_HOUR),
    "城管执法队",
    "占用道路摆卖",
    "清走",
    "zdjy",
)


def draft(**changed: Any) -> CaseDraft:
    """A draft without problems."""
    told: dict[str, Any] = {
        "uid": f"draft-{next(_count)}",
        "kind": "event",
        "subcategory": "0401",
        "description": "人行道上有摊贩摆卖",
        "address": "天河区体育西路 1 号",
        "district": "440106",
        "lon": 113.32,
        "lat": 23.13,
    }
    return CaseDraft(**{**told, **changed})


def somebody(role: Role) -> Signed:
    return Signed(1, "某甲", role, "甲席")


def case(at: datetime = NOON, **changed: Any) -> Case:
    """A case that was just registered."""
    number = next(_count)
    return Case.register(
        draft(**changed), STALLS, f"CG20260304-{number:05d}", somebody(Role.OPERATOR), at
    )

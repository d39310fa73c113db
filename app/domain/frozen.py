"""Closed months: their figures as they were, and what was corrected after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.domain.errors import Refusal
from app.domain.figures import Count, Facet

VERSION = 1
"""Of the definitions by which a month was counted; a new one counts new months only."""

Cells = dict[tuple[str, str, str], int]
"""(count, facet, key) to number; the whole city has an empty facet and key."""


@dataclass(frozen=True)
class Frozen:
    """A closed month ("2026-10"): who closed it, when, and its figures as JSON text."""

    month: str
    at: datetime
    person: str
    content: str

    @property
    def cells(self) -> Cells:
        told = json.loads(self.content)["cells"]
        return {(count, facet, key): number for count, facet, key, number in told}


class Correction(NamedTuple):
    """A figure of a closed month that comes to something else today."""

    what: Count
    facet: Facet | None
    key: str
    was: int
    now: int


def content_of(cells: Mapping[tuple[str, str, str], int]) -> str:
    """What is kept; the same figures make the same text, byte for byte."""
    told = [[*key, number] for key, number in sorted(cells.items()) if number]
    return json.dumps({"version": VERSION, "cells": told}, ensure_ascii=False)


def corrections(frozen: Frozen, now: Mapping[tuple[str, str, str], int]) -> list[Correction]:
    """What has changed since the month was closed, the whole city's figures first."""
    before = frozen.cells
    return [
        Correction(
            Count(what), Facet(facet) if facet else None, key, before.get(at, 0), now.get(at, 0)
        )
        for at in sorted({*before, *now}, key=lambda at: (at[1] != "", at))
        for what, facet, key in (at,)
        if before.get(at, 0) != now.get(at, 0)
    ]


def check_month(month: str, today: str) -> None:
    """Refuse to close a month that is not over; `today` is the present one, as 2026-11."""
    if month >= today:
        raise Refusal("{month} 还没有结束，不能封账", month=month)

"""A due time for somebody who asks on the command line."""

from __future__ import annotations

from datetime import datetime

from app.domain.deadline import CITY, Calendar, read_limit
from app.domain.errors import Refusal
from app.domain.reasoning import Reasoned, reason


def read_time(written: str) -> datetime:
    """An ISO time; one without a zone is the city's."""
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        raise Refusal("看不懂时刻“{text}”：应如 2026-12-31T16:30", text=written) from None
    return told if told.tzinfo else told.replace(tzinfo=CITY)


def explain(begun: datetime, limit: str, calendar: Calendar) -> Reasoned:
    """When a limit as it is written ends if it begins then (aware), and why."""
    return reason(begun, read_limit(limit), calendar)

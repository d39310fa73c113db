"""Which days are worked, from the published calendars that `chinesecalendar` carries.

A year whose notice has not come is answered by weekday alone and marked as provisional (暂定);
the library itself would raise at New Year, in the middle of a dispatch.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import chinese_calendar

from app.domain.deadline import Day


@cache
def official(day: date) -> Day:
    """Whether `day` is worked in China, and whether that is only provisional."""
    try:
        return Day(bool(chinese_calendar.is_workday(day)), provisional=False)
    except NotImplementedError:
        return Day(day.weekday() < 5, provisional=True)

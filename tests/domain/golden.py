"""Due times worked out without the program: a clerk who ticks off minute after minute.

The days off and make-up days below are those of the State Council's notices for 2024, 2025 and
2026, written down by hand. `python -m tests.domain.golden` writes the table anew.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("golden_deadlines.csv")

OFF = (
    "2024-01-01 2024-02-10..17 2024-04-04..06 2024-05-01..05 2024-06-10 2024-09-15..17 "
    "2024-10-01..07 "
    "2025-01-01 2025-01-28..31 2025-02-01..04 2025-04-04..06 2025-05-01..05 2025-05-31 "
    "2025-06-01..02 2025-10-01..08 "
    "2026-01-01..03 2026-02-15..23 2026-04-04..06 2026-05-01..05 2026-06-19..21 2026-09-25..27 "
    "2026-10-01..07"
)
MADE_UP = (
    "2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 "
    "2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 "
    "2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"
)
ALWAYS = {"紧急工作时": 60, "紧急工作日": 1440}
WORKING = {"工作时": 60, "工作日": 480}


def _days(written: str) -> set[date]:
    found = set()
    for word in written.split():
        first, _, last = word.partition("..")
        day = date.fromisoformat(first)
        for number in range(day.day, int(last or day.day) + 1):
            found.add(day.replace(day=number))
    return found


HOLIDAYS, MAKE_UP_DAYS = _days(OFF), _days(MADE_UP)


def is_worked(day: date) -> bool:
    return day in MAKE_UP_DAYS or (day.weekday() < 5 and day not in HOLIDAYS)


def counts(minute: datetime, unit: str) -> bool:
    """Whether the minute that begins here is one of this unit's clock."""
    if unit in ALWAYS:
        return True
    of_day = minute.hour * 60 + minute.minute
    return is_worked(minute.date()) and (480 <= of_day < 720 or 840 <= of_day < 1080)


class Case(NamedTuple):
    """One row of the table; times are the city's, without a zone, as a clerk writes them."""

    begun: datetime
    value: float
    unit: str
    paused: datetime | None
    resumed: datetime | None
    due: datetime


def tick(
    begun: datetime,
    value: float,
    unit: str,
    paused: datetime | None = None,
    resumed: datetime | None = None,
) -> datetime:
    """When the limit is used up, minute by minute; a pause is left out of the counting."""
    left = round(value * {**ALWAYS, **WORKING}[unit])
    at = begun
    while True:
        stands_still = paused is not None and resumed is not None and paused <= at < resumed
        if counts(at, unit) and not stands_still:
            left -= 1
            if left == 0:
                return at + timedelta(minutes=1)
        at += timedelta(minutes=1)


EDGES = (
    "2024-02-09 17:59 2024-02-04 08:00 2024-04-03 16:30 2024-04-30 11:59 2024-09-13 18:00 "
    "2024-09-29 12:00 2024-12-31 17:30 2025-01-25 10:00 2025-01-27 13:00 2025-02-08 14:00 "
    "2025-05-30 17:00 2025-09-28 08:00 2025-09-30 17:59 2025-12-31 16:00 2026-01-03 09:00 "
    "2026-01-04 17:00 2026-02-13 17:59 2026-02-14 12:30 2026-02-27 18:30 2026-04-30 18:00 "
    "2026-05-09 07:59 2026-06-18 17:00 2026-09-20 14:00 2026-09-24 15:15 2026-09-30 13:59 "
    "2026-10-10 17:45"
)
LIMITS = (
    (2, "紧急工作时"), (1, "紧急工作日"), (4, "工作时"), (1, "工作时"), (1, "工作日"),
    (3, "工作日"), (5, "工作日"), (15, "工作日"),
)  # fmt: skip


def made() -> Iterator[Case]:
    """The edges of every holiday with every limit, then pauses at any two minutes."""
    words = EDGES.split()
    for day, hour in zip(words[::2], words[1::2], strict=True):
        begun = datetime.fromisoformat(f"{day} {hour}")
        for value, unit in LIMITS:
            yield Case(begun, value, unit, None, None, tick(begun, value, unit))
    dice = random.Random(30428)
    for _ in range(160):
        begun = datetime(2024, 1, 2) + timedelta(minutes=dice.randrange(1000 * 1440))  # noqa: DTZ001
        value, unit = dice.choice(LIMITS)
        due = tick(begun, value, unit)
        paused = begun + timedelta(
            minutes=dice.randrange(max(1, int((due - begun).total_seconds() / 60)))
        )
        resumed = paused + timedelta(minutes=dice.randrange(1, 9000))
        yield Case(begun, value, unit, paused, resumed, tick(begun, value, unit, paused, resumed))


def read() -> list[Case]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Case(
                datetime.fromisoformat(row["begun"]),
                float(row["value"]),
                row["unit"],
                datetime.fromisoformat(row["paused"]) if row["paused"] else None,
                datetime.fromisoformat(row["resumed"]) if row["resumed"] else None,
                datetime.fromisoformat(row["due"]),
            )
            for row in csv.DictReader(file)
        ]


if __name__ == "__main__":
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(Case._fields)
        for case in made():
            writer.writerow([f"{v:%Y-%m-%d %H:%M}" if isinstance(v, datetime) else v for v in case])

"""Whether two reports are of one problem: distance, time, kind and words together.

No single one of them says it: a heap of rubbish and a stall stand at one corner, and one stall is
reported twice from both ends of a street. Each part gives up to its weight.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.place import away

NEAR_M, FAR_M = 50.0, 300.0
SOON, LATE = timedelta(days=3), timedelta(days=45)
PLACE, TIME, KIND, WORDS = 40.0, 15.0, 20.0, 25.0
UNPLACED, OTHER_KIND = 0.8, 0.8
"""What the same address gives of the place's weight where one of them has no position; and what is
left of all where the kinds have nothing in common: a stall and a manhole cover at one corner are
told in much the same words."""

LIKELY = 64.0
"""From this score on two reports are shown as perhaps the same. Weights and score were chosen on
one table of judged pairs and held against another; the tests have both."""


class Report(NamedTuple):
    """A report as this rule needs it. `lon` None: nobody knows where."""

    category: str  # kind and big category: "event:街面秩序"
    subcategory: str  # kind and full code: "event:0401"
    lon: float | None
    lat: float | None
    at: datetime
    address: str
    text: str  # what is wrong there; the address is no part of it, being the place over again


def score(one: Report, other: Report) -> float:
    """From 0 to 100; `LIKELY` and more may be the same problem."""
    kind = _kind(one, other)
    found = (
        PLACE * _place(one, other)
        + TIME * _fading(abs(one.at - other.at) / SOON, LATE / SOON)
        + KIND * kind
        + WORDS * alike(one.text, other.text)
    )
    return found if kind else found * OTHER_KIND


def _place(one: Report, other: Report) -> float:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return UNPLACED * alike(one.address, other.address)
    return _fading(away(one.lon, one.lat, (other.lon, other.lat)) / NEAR_M, FAR_M / NEAR_M)


def _fading(value: float, gone: float) -> float:
    """1 up to 1, falling to 0 at `gone`."""
    return max(0.0, min(1.0, (gone - value) / (gone - 1.0)))


def _kind(one: Report, other: Report) -> float:
    if one.subcategory == other.subcategory:
        return 1.0
    return 0.4 if one.category == other.category else 0.0


def alike(one: str, other: str) -> float:
    """How much two texts share: pairs of neighbouring characters, as part of the shorter one's."""
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return 0.0
    return len(mine & theirs) / min(len(mine), len(theirs))


def _pairs(text: str) -> set[str]:
    plain = "".join(char for char in text.lower() if char.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}

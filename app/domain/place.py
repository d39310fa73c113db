"""Places: districts, subdistricts, and where on the ground a case lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class District:
    """A district with its outline: `rings` of (lon, lat) in CGCS2000 degrees."""

    code: str
    name: str
    rings: tuple[Ring, ...]
    label: tuple[float, float]


@dataclass(frozen=True)
class Subdistrict:
    """A subdistrict or town (街道、镇) with its 9-digit code."""

    code: str
    name: str
    district: str


@dataclass(frozen=True)
class Guess:
    """A district read off a generalised outline: to be shown as a proposal, never as a fact."""

    district: str
    sure: bool  # False within 500 m of another district's outline


NEAR_BORDER_M = 500
"""The outlines are off by 139 m on average and 494 m at the 95th percentile (research/map.md)."""


def contains(rings: Iterable[Ring], lon: float, lat: float) -> bool:
    """Whether the point lies inside, by the even-odd rule over all rings."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance in metres; exact enough within a city."""
    return hypot((lon2 - lon1) * 111_320 * cos(radians((lat1 + lat2) / 2)), (lat2 - lat1) * 110_950)


def away(lon: float, lat: float, there: tuple[float | None, float | None]) -> float:
    """Metres from here to there; endlessly far if nobody knows where there is."""
    other_lon, other_lat = there
    if other_lon is None or other_lat is None:
        return float("inf")
    return metres(lon, lat, other_lon, other_lat)


def distance_to_outline(rings: Iterable[Ring], lon: float, lat: float) -> float:
    """Metres from the point to the nearest edge."""
    nearest, scale = float("inf"), cos(radians(lat))
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            dx, dy = (x2 - x1) * scale, y2 - y1
            length = dx * dx + dy * dy
            along = (((lon - x1) * scale * dx + (lat - y1) * dy) / length) if length else 0.0
            along = min(1.0, max(0.0, along))
            away = hypot((lon - x1) * scale - along * dx, lat - y1 - along * dy)
            nearest = min(nearest, away * 111_000)
    return nearest


def guess_district(districts: Iterable[District], lon: float, lat: float) -> Guess | None:
    """Which district the point seems to lie in; None outside the city."""
    for district in districts:
        if contains(district.rings, lon, lat):
            sure = distance_to_outline(district.rings, lon, lat) > NEAR_BORDER_M
            return Guess(district.code, sure)
    return None


def read_address(
    address: str, districts: Iterable[District], subdistricts: Iterable[Subdistrict]
) -> tuple[str, str]:
    """District and subdistrict code that the address names; empty where it names none.

    Only whole names count: 黄埔大道 is a road of 天河区. A subdistrict's name also tells the
    district, unless two districts have one of that name.
    """
    district = next((d.code for d in districts if d.name in address), "")
    named = [s for s in subdistricts if s.name in address]
    if not named:
        named = [s for s in subdistricts if len(s.name) > 3 and s.name[:-2] + "街" in address]
    fitting = [s for s in named if s.district == district] if district else named
    if len({s.code for s in fitting}) == 1:
        return fitting[0].district, fitting[0].code
    return district, ""

"""Positions as Chinese map services give them, brought to CGCS2000 (WGS-84 to within centimetres).

GCJ-02 is what AMap and Tencent deliver, BD-09 what Baidu delivers; both are shifted by several
hundred metres. The shift is the published one; its inverse is found by iteration, to a millimetre.
"""

from __future__ import annotations

from enum import Enum
from math import atan2, cos, pi, sin, sqrt

AXIS, FLATNESS = 6378245.0, 0.00669342162296594323
"""Krasovsky's ellipsoid, by which GCJ-02 is shifted."""

_BAIDU = pi * 3000 / 180
ROUNDS = 8


class System(Enum):
    """In what a sender gives positions."""

    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_cgcs2000(lon: float, lat: float, system: System) -> tuple[float, float]:
    """Degrees in, degrees out."""
    if system is System.BD09:
        lon, lat = _from_baidu(lon, lat)
    if system in (System.BD09, System.GCJ02):
        return _from_gcj02(lon, lat)
    return lon, lat


def to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Where a map service of GCJ-02 shows this position."""
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def _from_gcj02(lon: float, lat: float) -> tuple[float, float]:
    true_lon, true_lat = lon, lat
    for _ in range(ROUNDS):
        east, north = _shift(true_lon, true_lat)
        true_lon, true_lat = lon - east, lat - north
    return true_lon, true_lat


def _from_baidu(lon: float, lat: float) -> tuple[float, float]:
    x, y = lon - 0.0065, lat - 0.006
    z = sqrt(x * x + y * y) - 0.00002 * sin(y * _BAIDU)
    theta = atan2(y, x) - 0.000003 * cos(x * _BAIDU)
    return z * cos(theta), z * sin(theta)


def _shift(lon: float, lat: float) -> tuple[float, float]:
    """How far GCJ-02 lies east and north of the truth, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    waves = 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    root = sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + 20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + 20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    radians = lat / 180 * pi
    magic = 1 - FLATNESS * sin(radians) ** 2
    root_magic = sqrt(magic)
    north = north * 180 / (AXIS * (1 - FLATNESS) / (magic * root_magic) * pi)
    east = east * 180 / (AXIS / root_magic * cos(radians) * pi)
    return east, north

"""Degrees to metres on the map and back (spherical Mercator; CGCS2000 is taken as WGS-84)."""

from __future__ import annotations

from math import atan, degrees, exp, log, pi, radians, tan

import numpy as np
from numpy.typing import NDArray

RADIUS = 6_378_137.0
Reals = NDArray[np.float64]


def project(lon: float, lat: float) -> tuple[float, float]:
    """Metres east and north of a point in degrees."""
    return radians(lon) * RADIUS, log(tan(pi / 4 + radians(lat) / 2)) * RADIUS


def unproject(x: float, y: float) -> tuple[float, float]:
    """Degrees of a point in metres."""
    return degrees(x / RADIUS), degrees(2 * atan(exp(y / RADIUS)) - pi / 2)


def project_all(lon: Reals, lat: Reals) -> tuple[Reals, Reals]:
    """`project` for arrays."""
    return np.radians(lon) * RADIUS, np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) * RADIUS

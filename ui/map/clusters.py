"""Cases as points in arrays, and points gathered into clusters: pure functions, no Qt.

Cells are aligned to the world, not to the window, so that clusters do not flicker while panning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.case_list import CasePoint
from app.domain.workflow import CaseStatus
from ui.map.mercator import project_all

STATUSES = tuple(CaseStatus)
CODE = {status: code for code, status in enumerate(STATUSES)}
RUNNING = [CODE[CaseStatus.DISPATCHED], CODE[CaseStatus.HANDLING]]
"""Only these have a limit that runs; a list of late cases counts the same ones."""

NEVER = np.float64(np.inf)

CELL_PX = 56
"""Side of a cluster's cell on the screen."""


@dataclass
class Points:
    """Many cases: ids, metres east and north, status codes, due and resolved as Unix seconds."""

    ids: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    status: NDArray[np.uint8]
    due: NDArray[np.float64]
    resolved: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)

    def overdue(self, now: float) -> NDArray[np.bool_]:
        """Which are late at `now` (Unix seconds) and still with a department."""
        running = np.isin(self.status, RUNNING)
        return np.asarray(running & (now > self.due))

    def without(self, ids: Sequence[int]) -> Points:
        """The points but these."""
        keep = ~np.isin(self.ids, np.asarray(ids, np.int64))
        return Points(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))

    def joined(self, other: Points) -> Points:
        """These and the other's."""
        return Points(
            *(
                np.concatenate([getattr(self, name), getattr(other, name)])
                for name in self.__dataclass_fields__
            )
        )


def points_of(rows: Sequence[CasePoint]) -> Points:
    """Points of (id, lon, lat, status, due, resolved) rows."""
    lon = np.array([row[1] for row in rows], np.float64)
    lat = np.array([row[2] for row in rows], np.float64)
    x, y = project_all(lon, lat) if rows else (lon, lat)
    return Points(
        np.array([row[0] for row in rows], np.int64),
        x,
        y,
        np.array([CODE[row[3]] for row in rows], np.uint8),
        np.array([row[4].timestamp() if row[4] else NEVER for row in rows], np.float64),
        np.array([row[5].timestamp() if row[5] else NEVER for row in rows], np.float64),
    )


@dataclass(frozen=True)
class Cluster:
    """Cases that share a cell: where their middle is, and what they are."""

    x: float
    y: float
    count: int
    status: CaseStatus  # the most frequent
    overdue: int
    members: NDArray[np.int64]  # places in the points


def clusters(
    points: Points, metres_per_px: float, box: tuple[float, float, float, float], now: float
) -> list[Cluster]:
    """The clusters within `box` (west, south, east, north in metres, widened by one cell)."""
    if not len(points):
        return []
    cell = 2.0 ** np.ceil(np.log2(CELL_PX * metres_per_px / 1.5))
    west, south, east, north = box
    seen = np.flatnonzero(
        (points.x > west - cell)
        & (points.x < east + cell)
        & (points.y > south - cell)
        & (points.y < north + cell)
    )
    if not len(seen):
        return []
    column = np.floor(points.x[seen] / cell).astype(np.int64)
    row = np.floor(points.y[seen] / cell).astype(np.int64)
    key = column * 4_000_037 + row
    order = np.argsort(key, kind="stable")
    borders = np.flatnonzero(np.diff(key[order])) + 1
    late = points.overdue(now)
    return [_cluster(points, group, late) for group in np.split(seen[order], borders)]


def _cluster(points: Points, group: NDArray[np.int64], late: NDArray[np.bool_]) -> Cluster:
    commonest = int(np.bincount(points.status[group]).argmax())
    return Cluster(
        float(points.x[group].mean()),
        float(points.y[group].mean()),
        len(group),
        STATUSES[commonest],
        int(late[group].sum()),
        group,
    )

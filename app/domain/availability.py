"""How much of the time a camera was there, and its picture in order: from the history of states.

Only watched time counts: nobody knows what a camera did while no desk was connected to it, and a
figure must not say that it was well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.camera import PICTURE_TROUBLES, StreamState

UNKNOWN = frozenset({StreamState.IDLE, StreamState.CONNECTING})
ONLINE = PICTURE_TROUBLES | {StreamState.LIVE, StreamState.LATE, StreamState.STALLED}
"""The camera answers. A stalled one is connected; its picture is not in order."""


HOLD_S = 600.0
"""A noted state counts for so long: a desk says again what goes on, and one that died does not."""


class Noted(NamedTuple):
    """A camera's state from a time on."""

    camera_id: int
    state: StreamState
    at: datetime


@dataclass
class Share:
    """Seconds; rates are parts of what was watched, or None where nothing was."""

    watched: float = 0.0
    online: float = 0.0
    intact: float = 0.0

    @property
    def online_rate(self) -> float | None:
        return self.online / self.watched if self.watched else None

    @property
    def intact_rate(self) -> float | None:
        return self.intact / self.watched if self.watched else None

    def add(self, other: Share) -> None:
        self.watched += other.watched
        self.online += other.online
        self.intact += other.intact


def shares(history: Iterable[Noted], begins: datetime, ends: datetime) -> dict[int, Share]:
    """Each camera's share of the time from `begins` to `ends`.

    `history` is in the order of time; for each camera the last state before `begins` may lead it.
    """
    found: dict[int, Share] = {}
    running: dict[int, Noted] = {}
    for noted in history:
        if before := running.get(noted.camera_id):
            _count(found, before, min(noted.at, ends), begins)
        running[noted.camera_id] = noted
    for last in running.values():
        _count(found, last, ends, begins)
    return found


def _count(found: dict[int, Share], noted: Noted, until: datetime, begins: datetime) -> None:
    until = min(until, noted.at + timedelta(seconds=HOLD_S))
    seconds = (until - max(noted.at, begins)).total_seconds()
    if seconds <= 0 or noted.state in UNKNOWN:
        return
    share = found.setdefault(noted.camera_id, Share())
    share.watched += seconds
    share.online += seconds if noted.state in ONLINE else 0.0
    share.intact += seconds if noted.state is StreamState.LIVE else 0.0

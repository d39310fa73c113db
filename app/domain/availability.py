"""How much of the time a camera was there, and its picture in order: from the history of states.

Only watched time counts: nobody knows what a camera did while no desk was connected to it, and a
figure must not say that it was well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from app.domain.camera import PICTURE_TROUBLES, StreamState

UNKNOWN = frozenset({StreamState.IDLE, StreamState.CONNECTING, StreamState.FORBIDDEN})
"""Nobody asked it, or we do not let ourselves ask: its fault it is not."""

ONLINE = PICTURE_TROUBLES | {StreamState.LIVE, StreamState.LATE, StreamState.STALLED}
"""Its stream is to be had. A stalled one is connected; its picture is not in order."""


HOLD_S = 300.0
"""A noted state counts for so long: a desk says again what goes on, and one that died does not."""


class Noted(NamedTuple):
    """A camera's state from a time on, as one desk saw it."""

    camera_id: int
    state: StreamState
    at: datetime
    desk: str = ""


class Stretch(NamedTuple):
    """A time in which one desk saw a camera in one state."""

    state: StreamState
    begins: datetime
    ends: datetime
    desk: str


def stretches(history: Iterable[Noted], until: datetime) -> list[Stretch]:
    """The states of one camera from note to note, what was said again joined; newest first.

    `history` is in the order of time, of one camera; what was noted last goes on until `until`, or
    for as long as a note counts.
    """
    found: dict[str, list[Stretch]] = {}
    for noted in history:
        known = found.setdefault(noted.desk, [])
        counts = min(until, noted.at + timedelta(seconds=HOLD_S))
        if known and known[-1].ends >= noted.at:
            last = known[-1]
            if last.state is noted.state:
                known[-1] = last._replace(ends=counts)
                continue
            known[-1] = last._replace(ends=noted.at)
        known.append(Stretch(noted.state, noted.at, counts, noted.desk))
    whole = (one for known in found.values() for one in known if one.state not in UNKNOWN)
    return sorted(whole, key=lambda one: one.begins, reverse=True)


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


BEST_FIRST = (
    StreamState.LIVE,
    StreamState.LATE,
    *sorted(PICTURE_TROUBLES, key=lambda one: one.value),
    StreamState.STALLED,
)
"""Where desks disagree, the best is true of the camera: the others have a trouble of their own."""


class Span(NamedTuple):
    """Seconds of the span that is asked for, in which one desk saw a camera in one state."""

    begins: float
    ends: float
    state: StreamState


def shares(history: Iterable[Noted], begins: datetime, ends: datetime) -> dict[int, Share]:
    """Each camera's share of the time from `begins` to `ends`.

    `history` is in the order of time; for each camera and desk the last state before `begins` may
    lead it.
    """
    spans: dict[int, list[Span]] = {}
    running: dict[tuple[int, str], Noted] = {}

    def close(noted: Noted, until: datetime) -> None:
        until = min(until, ends, noted.at + timedelta(seconds=HOLD_S))
        first = (max(noted.at, begins) - begins).total_seconds()
        last = (until - begins).total_seconds()
        if last > first and noted.state not in UNKNOWN:
            spans.setdefault(noted.camera_id, []).append(Span(first, last, noted.state))

    for noted in history:
        if before := running.get((noted.camera_id, noted.desk)):
            close(before, noted.at)
        running[noted.camera_id, noted.desk] = noted
    for last in running.values():
        close(last, ends)
    return {camera: _merged(told) for camera, told in spans.items()}


def _merged(spans: list[Span]) -> Share:
    """What several desks saw, each second counted once and by the best of their words."""
    share = Share()
    edges = sorted({edge for span in spans for edge in (span.begins, span.ends)})
    waiting = sorted(spans, reverse=True)
    active: list[Span] = []
    for begins, ends in pairwise(edges):
        while waiting and waiting[-1].begins <= begins:
            active.append(waiting.pop())
        active = [span for span in active if span.ends > begins]
        states = {span.state for span in active}
        if not states:
            continue
        best = next((state for state in BEST_FIRST if state in states), None)
        share.watched += ends - begins
        share.online += ends - begins if best in ONLINE else 0.0
        share.intact += ends - begins if best is StreamState.LIVE else 0.0
    return share

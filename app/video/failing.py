"""What a failed connection means to whoever looks at it, and how long it is left alone."""

from __future__ import annotations

import random

import av

from app.domain.camera import StreamState
from app.sources.source import SourceFailed, SourceLocked, SourceSilent
from app.video.route import NoVideoError, OutsideError

BACK_OFF_S = (1, 2, 4, 8, 16, 30)
REFUSED_BACK_OFF_S = (30, 60, 120, 300, 600)
"""A refused password is tried seldom: cameras lock accounts after a few failures, and would keep
them locked. One that is put right opens another stream, and is tried at once."""

REFUSED = frozenset({StreamState.AUTH, StreamState.FORBIDDEN})


class Patience:
    """Longer after each failure of the same kind. `is_tried` while the last connection failed."""

    def __init__(self) -> None:
        self._failures, self._refused = 0, False
        self.is_tried = False

    def begin_anew(self) -> None:
        """Another thread goes on: what this one has met with counts no more."""
        self._failures, self._refused = 0, False

    def hear(self, problem: StreamState, held: bool) -> float:
        """It failed again: seconds until the next try. `held`: what has ended now was no failure
        from its beginning.
        """
        before, self._refused = self._refused, problem in REFUSED
        again = not held and self._refused is before
        self._failures = self._failures + 1 if again else 1
        self.is_tried = not held
        pauses: tuple[float, ...] = REFUSED_BACK_OFF_S if self._refused else BACK_OFF_S
        return pauses[min(self._failures, len(pauses)) - 1] * random.uniform(0.5, 1.0)


def meaning(error: Exception) -> StreamState | None:
    """What an error says of the camera; None where its door has to be tried to tell.

    The error's text carries the address with its password: it is never passed on.
    """
    match error:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError() | SourceLocked():
            return StreamState.AUTH
        case av.error.HTTPNotFoundError():
            return StreamState.NOT_FOUND
        case av.error.HTTPOtherClientError():
            return StreamState.LIMIT  # 453 Not Enough Bandwidth: the camera is full
        case SourceSilent():
            return StreamState.UNREACHABLE
        case SourceFailed() | NoVideoError():
            return StreamState.NO_VIDEO
        case OutsideError():
            return StreamState.FORBIDDEN
        case av.error.InvalidDataError():
            return StreamState.BROKEN
        case _:
            return None

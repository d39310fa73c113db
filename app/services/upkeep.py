"""What a console that never ends does once a day, so that its tables do not grow for ever."""

from __future__ import annotations

from datetime import timedelta

from app.services import faults
from db.changes import forget_old
from db.unit_of_work import Work

STATES_KEPT = timedelta(days=400)
"""Availability is told by month, and compared with the same month of the year before."""

PICTURES_KEPT = faults.LISTED_FOR[-1]
"""What a fault looked like is kept as long as it can be found in the list."""

PORTION = 5_000
"""Few enough that nobody else's verb waits long."""


def carry_out(work: Work) -> int:
    """Forget changes that every desk has read, and a portion of the cameras' states older than
    thirteen months; how many of the latter, 0 when there are no more. So with pictures of faults
    that were solved a quarter ago. Any desk may do it at any time, also twice.
    """
    forget_old(work.session.connection())
    work.cameras.forget_fault_pictures(work.now - PICTURES_KEPT, PORTION)
    return work.cameras.forget_states(work.now - STATES_KEPT, PORTION)

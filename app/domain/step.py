"""One line of a case's history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.workflow import Action, CaseStatus


@dataclass(eq=False)
class Step:
    """What was done. Added only; the tables refuse to change or delete it."""

    action: Action
    status: CaseStatus  # the status it led to
    round: int
    person_id: int
    person: str
    role: str
    desk: str
    at: datetime
    note: str = ""
    department: str = ""
    due_at: datetime | None = None
    was: str = ""  # of a correction: what stood there before, of who called too
    id: int = field(init=False)

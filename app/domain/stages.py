"""The desk's own limits: how long a case may wait in each stage before the department has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from app.domain.deadline import Calendar, Deadline, TimeLimit, Unit, deadline
from app.domain.workflow import CaseStatus


class Stage(Enum):
    """A stage with a limit of its own. Handling has the filing condition's."""

    ACCEPTANCE = "acceptance"  # 受理立案
    DISPATCH = "dispatch"  # 分派
    VERIFICATION = "verification"  # 核查
    REVIEW = "review"  # 审定办结


STAGE_OF: dict[CaseStatus, Stage] = {
    CaseStatus.REPORTED: Stage.ACCEPTANCE,
    CaseStatus.ACCEPTED: Stage.ACCEPTANCE,
    CaseStatus.FILED: Stage.DISPATCH,
    CaseStatus.RESOLVED: Stage.VERIFICATION,
    CaseStatus.VERIFIED: Stage.REVIEW,
    CaseStatus.REVIEWED: Stage.REVIEW,
}

Limits = Mapping[Stage, TimeLimit]

USUAL: dict[Stage, TimeLimit] = {
    Stage.ACCEPTANCE: TimeLimit(0.5, Unit.URGENT_HOUR),
    Stage.DISPATCH: TimeLimit(0.5, Unit.URGENT_HOUR),
    Stage.VERIFICATION: TimeLimit(1, Unit.WORK_DAY),
    Stage.REVIEW: TimeLimit(4, Unit.WORK_HOUR),
}
"""The product's own; a city's are entered by the administrator."""


def stage_due(
    status: CaseStatus, since: datetime, limits: Limits, calendar: Calendar
) -> Deadline | None:
    """Until when a case that came into this stage at `since` should have left it."""
    stage = STAGE_OF.get(status)
    return deadline(since, limits[stage], calendar) if stage and stage in limits else None

"""Which limit a line of the list counts to, and that no other one is told beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.case_list import CaseRow
from app.domain.workflow import CaseStatus
from tests.ui.test_long_list import model, row
from ui.cases.case_model import LIMITS

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # 12:00 in Guangzhou
TIP = Qt.ItemDataRole.ToolTipRole


@pytest.mark.parametrize(
    ("status", "stage_due", "due", "provisional", "handling", "left"),
    [
        (CaseStatus.REPORTED, NOON, None, False, None, "受理立案时限 03-02 12:00"),
        (CaseStatus.FILED, None, None, False, None, "尚未分派"),
        (CaseStatus.HANDLING, None, NOON, False, "处置时限 03-02 12:00", "处置时限 03-02 12:00"),
        (CaseStatus.HANDLING, None, NOON, True, "处置时限 03-02 12:00（暂定）", None),
        (
            CaseStatus.RESOLVED,
            NOON + timedelta(hours=2),
            NOON,
            False,
            "处置时限 03-02 12:00",
            "核查时限 03-02 14:00",
        ),
    ],
)
def test_that_each_of_both_columns_tells_its_own_limit(
    qtbot: QtBot,
    status: CaseStatus,
    stage_due: datetime | None,
    due: datetime | None,
    provisional: bool,
    handling: str | None,
    left: str | None,
) -> None:
    case: CaseRow = row(1)._replace(
        status=status, stage_due_at=stage_due, due_at=due, due_provisional=provisional
    )
    shown = model([case], 1)
    tips = [shown.data(shown.index(0, column), TIP) for column in LIMITS]
    facts = shown.data(shown.index(0, 0), TIP)
    assert tips[0] == (handling or facts)
    assert tips[1] == (left or handling)

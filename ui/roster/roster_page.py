"""The page of duty: now, the month, handing over, device faults and availability."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.desk import Desk
from ui.changes import Changes
from ui.notices import Notices
from ui.roster.audit_view import AuditView
from ui.roster.availability_view import AvailabilityView
from ui.roster.faults_view import FaultsView
from ui.roster.handover_view import HandoverView
from ui.roster.ledger_view import LedgerView
from ui.roster.month_view import MonthView
from ui.roster.on_duty import DutyView
from ui.words import tr


class RosterPage(QWidget):
    """Seven tabs; each is fetched when it is shown and when its records change."""

    def __init__(
        self,
        desk: Desk,
        changes: Changes,
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self.duty = DutyView(desk, notices, on_error)
        self.month = MonthView(desk, notices, on_error)
        self.handover = HandoverView(desk, notices, on_error)
        self.faults = FaultsView(desk, notices, on_error)
        self.ledger = LedgerView(desk, on_error)
        self.availability = AvailabilityView(desk, on_error)
        self.audit = AuditView(desk, on_error)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.duty, tr("当前在岗与日志"))
        self.tabs.addTab(self.month, tr("月度排班"))
        self.tabs.addTab(self.handover, tr("交接班"))
        self.tabs.addTab(self.faults, tr("设备故障"))
        self.tabs.addTab(self.ledger, tr("观看台账"))
        self.tabs.addTab(self.availability, tr("在线率与完好率"))
        self.tabs.addTab(self.audit, tr("审计"))
        self.tabs.currentChanged.connect(self.reload)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.tabs)
        for signal in (
            changes.duties,
            changes.requests,
            changes.logs,
            changes.handovers,
            changes.faults,
        ):
            signal.connect(self._on_changes)

    def show_faults(self) -> None:
        """To the list of device faults."""
        self.tabs.setCurrentWidget(self.faults)

    def forget_person(self) -> None:
        """What one person looked at is not shown to the next."""
        self.faults.forget_person()

    def reload(self) -> None:
        """Fetch the tab that is shown."""
        views = (
            self.duty,
            self.month,
            self.handover,
            self.faults,
            self.ledger,
            self.availability,
            self.audit,
        )
        views[self.tabs.currentIndex()].reload()

    def _on_changes(self, _ids: list[int]) -> None:
        if self.isVisible():
            self.reload()

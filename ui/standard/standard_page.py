"""The page of the standard: for everybody to look things up, for the administrator to change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.desk import Desk
from app.domain.catalogue import Subcategory
from app.domain.people import Role
from ui.notices import Notices
from ui.standard.calendar_panel import CalendarPanel
from ui.standard.conditions_panel import ConditionsPanel
from ui.standard.rules_panel import RulesPanel
from ui.standard.schemes_panel import SchemesPanel
from ui.words import tr


class StandardPage(QWidget):
    """Filing conditions, responsibilities, other schemes, calendar and limits."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk = desk
        self._catalogue: Sequence[Subcategory] | None = None
        self.conditions = ConditionsPanel(desk, notices, on_error)
        self.rules = RulesPanel(desk, notices, on_error)
        self.schemes = SchemesPanel(desk, notices, on_error)
        self.calendar = CalendarPanel(desk, notices, on_error)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.conditions, tr("立案标准"))
        self.tabs.addTab(self.rules, tr("权责规则"))
        self.tabs.addTab(self.schemes, tr("类别方案"))
        self.tabs.addTab(self.calendar, tr("日历与时限"))
        self.tabs.currentChanged.connect(lambda _: self.reload())
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.tabs)

    def enter(self, role: Role) -> None:
        """Somebody of this role sits here now."""
        may = role is Role.ADMINISTRATOR
        self.conditions.bring_in.offer(may)
        self.rules.bring_in.offer(may)
        self.schemes.offer(may)
        self.calendar.offer(may)

    def forget_person(self) -> None:
        """What one person was about to bring in is not the next one's."""
        for panel in (self.conditions, self.rules, self.schemes):
            panel.bring_in.forget()

    def put(self, catalogue: Sequence[Subcategory]) -> None:
        """The standard in force, with all that hangs on it."""
        self._catalogue = catalogue
        self.reload()

    def reload(self) -> None:
        """Fetch what is looked at."""
        if not self.isVisible() or self._catalogue is None:
            return
        shown = self.tabs.currentWidget()
        if shown is self.calendar:
            self.calendar.reload()
        else:
            for panel in (self.conditions, self.rules, self.schemes):
                if shown is panel:
                    panel.put(self._catalogue)

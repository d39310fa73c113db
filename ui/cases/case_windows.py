"""What opens over the cases: bringing orders in, taking the list out, merging."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from app.desk import Desk
from app.services.cases import CaseDetail
from ui.cases.case_page import CaseList
from ui.cases.case_panel import CasePanel
from ui.cases.intake_window import IntakeWindow
from ui.cases.list_export import ListExport
from ui.cases.merge_window import MergeWindow
from ui.cases.papers import Papers
from ui.cases.search_menu import SearchMenu
from ui.notices import Notices


class CaseWindows:
    """The windows of one desk's cases."""

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        home: Path,
        cases: CaseList,
        panel: CasePanel,
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        self._parent, self._desk, self._notices = parent, desk, notices
        self._panel, self._on_error = panel, on_error
        self.intake: IntakeWindow | None = None
        self.export = ListExport(desk, parent, notices, on_error)
        self.searches = SearchMenu(desk, cases.bar, notices, on_error)
        cases.bar.add(self.searches)
        cases.bar.export_wanted.connect(lambda: self.export.ask(cases.chosen))
        cases.bar.intake_wanted.connect(self.open_intake)
        panel.merge_wanted.connect(self.ask_merge)
        self.papers = Papers(desk, parent, home / "papers", notices, on_error)
        self.paper_menu = QMenu(parent)
        panel.papers_wanted.connect(self.offer_papers)

    def open_intake(self) -> None:
        """Orders from other offices, brought in."""
        if self.intake is None:
            self.intake = IntakeWindow(self._desk, self._notices, self._on_error, self._parent)
        self.intake.reload()
        self.intake.show()
        self.intake.raise_()

    def ask_merge(self, detail: CaseDetail) -> None:
        """Into which case this one is to be merged."""
        window = MergeWindow(self._parent, self._desk, detail, self._on_error)
        window.chosen.connect(self._panel.merge)
        window.open()

    def offer_papers(self, detail: CaseDetail) -> None:
        """The papers of this case, to choose from."""
        if self.papers.may():
            self.papers.fill_menu(self.paper_menu, detail)
            button = self._panel.papers
            self.paper_menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def refresh(self) -> None:
        """Many cases came, or went, at once."""
        if self.intake is not None and self.intake.isVisible():
            self.intake.reload()

    def forget_person(self) -> None:
        """What one person was bringing in is not the next one's."""
        if self.intake is not None:
            self.intake.deleteLater()
            self.intake = None

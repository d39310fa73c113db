"""Word of changed records, for every screen that shows them; our own and other desks' alike."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.change import Change

GATHER_MS = 50
"""Changes that come together are told together, so that a list asks once for all of them."""


class Changes(QObject):
    """Gathers changes for a moment and says, by kind, which records were written.

    Signals: `cases`, `cameras`, `duties`, `logs`, `handovers`, `requests`, `faults`, `references`,
    `tours`, `layouts`, `searches`, `batches`, `calendars`, each with a list of ids.
    """

    cases = Signal(list)
    cameras = Signal(list)
    duties = Signal(list)
    logs = Signal(list)
    handovers = Signal(list)
    requests = Signal(list)
    faults = Signal(list)
    references = Signal(list)
    tours = Signal(list)
    layouts = Signal(list)
    searches = Signal(list)
    batches = Signal(list)
    calendars = Signal(list)
    catalogues = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._gathered: dict[str, set[int]] = {}
        self._timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._timer.timeout.connect(self._tell)
        self._signals = {
            "case": self.cases,
            "camera": self.cameras,
            "duty": self.duties,
            "log_entry": self.logs,
            "handover": self.handovers,
            "roster_request": self.requests,
            "fault": self.faults,
            "reference": self.references,
            "tour": self.tours,
            "layout": self.layouts,
            "search": self.searches,
            "batch": self.batches,
            "calendar": self.calendars,
            "catalogue": self.catalogues,
        }

    def publish(self, change: Change) -> None:
        """Take one change; kinds that this version does not know are ignored."""
        if change.kind in self._signals:
            self._gathered.setdefault(change.kind, set()).add(change.id)
            if not self._timer.isActive():
                self._timer.start()

    def _tell(self) -> None:
        gathered, self._gathered = self._gathered, {}
        for kind, ids in gathered.items():
            self._signals[kind].emit(sorted(ids))

"""One piece of evidence in a window of its own: of a picture that belongs to no case."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout
from typing_extensions import override

from app.desk import Desk
from app.services.evidence import EvidenceLine
from ui.cases.evidence_files import EvidenceFiles
from ui.cases.evidence_view import EvidenceView
from ui.cases.export import Exports
from ui.tasks import Tasks
from ui.widgets.side_window import SideWindow
from ui.words import tr


class PieceWindow(SideWindow):
    """Shown like evidence in its case, with the same record of who looked at it and why."""

    def __init__(
        self,
        desk: Desk,
        files: EvidenceFiles,
        exports: Exports | None,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__("")
        self.resize(760, 640)
        self.camera_id = 0
        self._tasks = Tasks(self, on_error)
        self.view = EvidenceView(desk, files, self._tasks)
        self.view.exports = exports
        column = QVBoxLayout(self)
        column.addWidget(self.view)

    def show_line(self, line: EvidenceLine) -> None:
        """Show this piece, in front of whatever is open."""
        self.camera_id = line.camera_id
        self.setWindowTitle(tr("证据 · {name}", name=line.camera))
        self.show()
        self.view.put((line,))
        self.raise_()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._tasks.cancel()
        self.view.close_player()
        super().closeEvent(event)

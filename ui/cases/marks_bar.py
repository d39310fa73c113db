"""What can be done with the piece of evidence on the screen: marks, and copies with a watermark."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.services.evidence import EvidenceLine
from ui.words import tr


class MarksBar(QWidget):
    """Signals: `seek_wanted(seconds)`, `mark_wanted(note)`, `export_wanted()`, `still_wanted()`,
    `writing()`: somebody has begun to write what the moment shows.
    """

    seek_wanted = Signal(float)
    mark_wanted = Signal(str)
    export_wanted = Signal()
    still_wanted = Signal()
    writing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.marks = QComboBox()
        self.marks.setAccessibleName(tr("标记"))
        self.note = QLineEdit(placeholderText=tr("标记这一刻：写明看到什么"))
        self.add = QPushButton(tr("标记"))
        self.still = QPushButton(tr("存当前画面…"))
        self.export = QPushButton(tr("导出…"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.marks, self.note, self.add, self.still, self.export):
            row.addWidget(widget, 1 if widget is self.note else 0)
        self.marks.activated.connect(self._on_mark)
        self.add.clicked.connect(self._on_add)
        self.note.returnPressed.connect(self._on_add)
        self.note.textEdited.connect(lambda _: self.writing.emit())
        self.note.setMinimumWidth(220)
        self.still.clicked.connect(self.still_wanted)
        self.export.clicked.connect(self.export_wanted)
        self.hide()

    def put(self, line: EvidenceLine | None, may_export: bool) -> None:
        """This piece is on the screen now."""
        self.setVisible(line is not None)
        if line is None:
            return
        self.marks.clear()
        for mark in line.marks:
            at = f"{mark.seconds:.1f}{tr(' 秒')}"
            self.marks.addItem(f"{at} {mark.note} · {mark.person}", mark.seconds)
        self.marks.setVisible(bool(line.marks))
        self.export.setEnabled(may_export)
        self.still.setEnabled(may_export)
        self.still.setVisible(line.kind == "clip")

    def _on_mark(self, place: int) -> None:
        self.seek_wanted.emit(float(self.marks.itemData(place, Qt.ItemDataRole.UserRole)))

    def _on_add(self) -> None:
        if note := self.note.text().strip():
            self.note.clear()
            self.mark_wanted.emit(note)

"""Choosing a category by code, by name, or by pinyin initials, without leaving the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget
from typing_extensions import override

from app.domain.catalogue import ELSEWHERE, Subcategory, search
from ui.labels import label, limit_words
from ui.words import tr

ENTRY = Qt.ItemDataRole.UserRole
ROWS_SHOWN, ROW_PX = 10, 30


class CategoryField(QLineEdit):
    """A line that finds subcategories while one types; Down and Return choose.

    Signals: `chosen(Subcategory)`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._catalogue: Sequence[Subcategory] = ()
        self.entry: Subcategory | None = None
        self.setPlaceholderText(tr("编码、名称或拼音首字母，如 0401、占道、zdjy"))
        self.list = QListWidget(self)
        self.list.setWindowFlags(Qt.WindowType.ToolTip)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._on_clicked)
        self.textEdited.connect(self._on_edited)
        self.installEventFilter(self)

    def offer(self, catalogue: Sequence[Subcategory]) -> None:
        """The filing standard in force."""
        self._catalogue = catalogue

    def choose(self, entry: Subcategory | None) -> None:
        """Take this entry, or none."""
        self.entry = entry
        self.list.hide()
        self.setText(f"{entry.full_code} {entry.name}（{label(entry.kind)}）" if entry else "")
        self.setCursorPosition(0)
        if entry:
            self.chosen.emit(entry)

    def choose_code(self, kind: str, code: str) -> None:
        """Take the entry of this kind and full code, if the standard has it."""
        self.choose(self.entry_of(kind, code))

    def entry_of(self, kind: str, code: str) -> Subcategory | None:
        """The entry of this kind and full code, if the standard has it."""
        found = (e for e in self._catalogue if e.kind.value == kind and e.full_code == code)
        return next(found, None)

    def _on_edited(self, typed: str) -> None:
        self.entry = None
        self._show(search(list(self._catalogue), typed)[:40], typed)

    def _show(self, found: Sequence[Subcategory], typed: str = "") -> None:
        self.list.clear()
        for entry in found:
            text = f"{entry.full_code}  {entry.name}    {label(entry.kind)} · {entry.category}"
            rest = f"{limit_words(entry.limit)}    {entry.initials}"
            if entry.matches(typed) == ELSEWHERE and (told := entry.called_elsewhere(typed)):
                rest = f"= {told.code} {told.name}（{told.scheme}）"
            item = QListWidgetItem(f"{text}    {rest}")
            item.setData(ENTRY, entry)
            item.setSizeHint(QSize(0, ROW_PX))
            self.list.addItem(item)
        if not found:
            self.list.hide()
            return
        self.list.setCurrentRow(0)
        self.list.setFixedSize(430, ROW_PX * min(len(found), ROWS_SHOWN) + 6)
        self.list.move(self.mapToGlobal(QPoint(self.width() - 430, self.height() + 2)))
        self.list.show()

    def found(self) -> list[Subcategory]:
        """What the list offers now, best first."""
        return [self.list.item(row).data(ENTRY) for row in range(self.list.count())]

    def _on_clicked(self, item: QListWidgetItem) -> None:
        self.choose(item.data(ENTRY))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tab and Return take the marked entry; the line edit itself never sees Tab."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, shown = event.key(), self.list.isVisible()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if not shown:
                self._show(search(list(self._catalogue), "" if self.entry else self.text())[:40])
            else:
                by = 1 if key == Qt.Key.Key_Down else -1
                self.list.setCurrentRow((self.list.currentRow() + by) % self.list.count())
            return True
        if shown and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            if item := self.list.currentItem():
                self.choose(item.data(ENTRY))
            return key != Qt.Key.Key_Tab
        if shown and key == Qt.Key.Key_Escape:
            self.list.hide()
            return True
        return False

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.list.hide()
        super().focusOutEvent(event)

"""More conditions of the list, for whoever asks for them: category, department, source, days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QEvent, QObject, Signal
from PySide6.QtWidgets import QCalendarWidget, QComboBox, QDateEdit, QWidget
from typing_extensions import override

from app.domain.case_list import CaseFilter
from app.domain.catalogue import Subcategory
from app.domain.draft import Source
from app.domain.figures import span_of
from ui.cases.category_field import CategoryField
from ui.labels import label
from ui.words import tr

WIDE = 240
EMPTY = QDate(2000, 1, 1)
"""Stands for no day; before it no case was registered."""


class MoreFilters(QObject):
    """The boxes, hidden until they are asked for. Signals: `changed()`."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.category = CategoryField(parent)
        self.category.setMinimumWidth(WIDE)
        self.category.setClearButtonEnabled(True)
        self.category.setAccessibleName(tr("类别"))
        self.department, self.source = QComboBox(), QComboBox()
        self.first, self.last = _day(tr("登记日从")), _day(tr("登记日到"))
        for box, name in ((self.department, tr("全部责任单位")), (self.source, tr("全部来源"))):
            box.addItem(name, "")
            box.setAccessibleName(name)
            box.currentIndexChanged.connect(self.changed)
        for source in Source:
            self.source.addItem(label(source), source)
        self.category.chosen.connect(lambda _: self.changed.emit())
        self.category.textChanged.connect(self._on_words)
        self.category.textEdited.connect(lambda _: self.changed.emit())
        self.category.editingFinished.connect(self._settle_words)
        for field in (self.first, self.last):
            field.dateChanged.connect(self.changed)
            field.calendarWidget().installEventFilter(self)
        self.show(False)

    def _on_words(self, words: str) -> None:
        if not words:  # by the button that empties it as well, which no typing is
            self.category.entry = None
            self.changed.emit()

    def _settle_words(self) -> None:
        if self.category.entry is None and not self.category.list.isVisible():
            self.category.clear()  # words that name no category would seem to ask for something

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.category, self.department, self.source, self.first, self.last

    def show(self, wanted: bool) -> None:
        """Show the boxes; or hide them, and ask nothing more by them: what is not seen filters
        nothing.
        """
        for widget in self.widgets:
            widget.setVisible(wanted)
        if not wanted and any(self.state().values()):
            self.restore({})
            self.changed.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Where no day is chosen yet, the calendar opens at this month."""
        if (
            event.type() is QEvent.Type.Show
            and isinstance(watched, QCalendarWidget)
            and watched.selectedDate() == EMPTY
        ):
            watched.showToday()
        return super().eventFilter(watched, event)

    def offer(self, catalogue: Sequence[Subcategory], departments: Sequence[str]) -> None:
        """The categories and departments there are; what is chosen stays."""
        self.category.offer(catalogue)
        chosen = self.department.currentData()
        self.department.blockSignals(True)
        while self.department.count() > 1:
            self.department.removeItem(1)
        for name in departments:
            self.department.addItem(name, name)
        self.department.setCurrentIndex(max(0, self.department.findData(chosen)))
        self.department.blockSignals(False)

    def over(self, chosen: CaseFilter) -> CaseFilter:
        """The filter with these conditions as well. Days count before a span of the last days."""
        entry, source = self.category.entry, self.source.currentData()
        told = replace(
            chosen,
            kind=entry.kind.value if entry else "",
            subcategory=entry.full_code if entry else "",
            department=self.department.currentData() or "",
            source=source or None,
        )
        if (first := _told(self.first)) is not None:
            told = replace(told, registered_from=span_of(first, first).begins)
        if (last := _told(self.last)) is not None:
            told = replace(told, registered_to=span_of(last, last).ends)
        return told

    def state(self) -> dict[str, Any]:
        """What stands in the boxes, as `restore` takes it."""
        entry, source = self.category.entry, self.source.currentData()
        first, last = _told(self.first), _told(self.last)
        return {
            "category": [entry.kind.value, entry.full_code] if entry else [],
            "department": self.department.currentData() or "",
            "source": source.value if source else "",
            "first": first.isoformat() if first else "",
            "last": last.isoformat() if last else "",
        }

    def restore(self, told: dict[str, Any]) -> bool:
        """Fill the boxes in without telling; whether any of them says anything."""
        self.blockSignals(True)
        kind, code = told.get("category") or ("", "")
        self.category.choose_code(kind, code)
        known = {one.value: one for one in Source}
        for box, value in (
            (self.department, told.get("department", "")),
            (self.source, known.get(told.get("source", ""), "")),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        for field, day in ((self.first, told.get("first")), (self.last, told.get("last"))):
            field.setDate(QDate.fromString(day, "yyyy-MM-dd") if day else EMPTY)
        self.blockSignals(False)
        return any(self.state().values())


def _day(name: str) -> QDateEdit:
    field = QDateEdit()
    field.setDisplayFormat("yyyy-MM-dd")
    field.setCalendarPopup(True)
    field.setMinimumDate(EMPTY)
    field.setDate(EMPTY)
    field.setSpecialValueText(name)
    field.setAccessibleName(name)
    field.setMinimumWidth(130)
    return field


def _told(field: QDateEdit) -> date | None:
    day = field.date()
    return None if day == EMPTY else date(day.year(), day.month(), day.day())

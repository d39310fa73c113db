"""Correcting what a registered case says: its fields, and why. Only what was changed is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from app.domain.correction import CATEGORY, EARLY, differing
from app.domain.draft import CaseDraft, Source
from app.domain.workflow import BEFORE_DISPATCH
from app.services.cases import CaseDetail
from ui.cases.case_form import CaseForm
from ui.labels import label
from ui.words import tr

LONGEST_REASON = 300


class CorrectionForm(CaseForm):
    """Signals, besides those of the form: `corrected(CaseDetail, fields by name, reason)`: of the
    case as it was shown; `ended()` when the form is closed, whatever became of it.
    """

    corrected = Signal(object, object, str)
    ended = Signal()
    _before, _fixed = CaseDraft(uid=""), False
    _detail: CaseDetail | None = None

    def __init__(self) -> None:
        super().__init__()
        self.title.setText(tr("更正案情"))
        self.send.setText(tr("更正（Ctrl+Enter）"))
        self.reason = QLineEdit(maxLength=LONGEST_REASON)
        self.reason.setAccessibleName(tr("更正原因"))
        self.reason.setPlaceholderText(tr("为什么改，例如：来电人补充了门牌"))
        self._rows.addRow(tr("更正原因"), self.reason)
        self.cancelled.connect(lambda _: self.end())
        self.hide()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    def open_for(self, detail: CaseDetail) -> None:
        """Show what the case says."""
        self.reason.clear()
        self._show(detail, {})
        self.show()
        self.address.setFocus()

    def follow(self, detail: CaseDetail) -> None:
        """Another desk has written: what was typed here stays, all else is as it is now. What may
        not be corrected any more is given up.
        """
        typed, mine = dict(self.fields()), self.draft()
        given_up = frozenset() if detail.row.status in BEFORE_DISPATCH else EARLY
        if {"kind", "subcategory"} & typed.keys():  # a code or a number means nothing by itself
            typed |= {name: getattr(mine, name) for name in CATEGORY}
        elif self._detail is None or _category(self._detail) != _category(detail):
            given_up |= CATEGORY
        self._show(detail, {name: told for name, told in typed.items() if name not in given_up})

    def _show(self, detail: CaseDetail, typed: Mapping[str, Any]) -> None:
        self._detail = detail
        row, told = detail.row, detail.typed
        self._offer_import(row.source is Source.IMPORT)
        entry = self.subcategory.entry_of(told.kind, told.subcategory)
        conditions = entry.conditions if entry else ()
        here = next((one.number for one in conditions if one.text == detail.condition), 0)
        self._fixed = row.status not in BEFORE_DISPATCH
        self.start(replace(told, condition=here))
        self._before = self.draft()  # as the fields tell it: nothing of that was typed
        if typed:
            self.start(replace(self._before, **typed))
        self.when.setText(row.number)

    def _offer_import(self, wanted: bool) -> None:
        """A case that came in a list says so; nobody else is to choose that."""
        place = self.source.findData(Source.IMPORT)
        if wanted and place < 0:
            self.source.addItem(label(Source.IMPORT), Source.IMPORT)
        elif not wanted and place >= 0:
            self.source.removeItem(place)

    @override
    def _lock(self, sending: bool) -> None:
        """What hangs on the category is fixed once the case was dispatched."""
        super()._lock(sending)
        words = tr("已分派的案件先退回或撤回，再改类别和来源") if self._fixed else ""
        for field in (self.subcategory, self.condition, self.source):
            field.setEnabled(not sending and not self._fixed)
            field.setToolTip(words)

    def fields(self) -> Mapping[str, Any]:
        """What says something else than the case."""
        return differing(self._before, self.draft())

    @override
    def submit(self) -> None:
        """Send what was changed, or say what is missing."""
        if not self.send.isEnabled():
            return
        fields = self.fields()
        mine = {"position" if name in ("lon", "lat") else name for name in fields}
        wrong = {p.field: tr(p.sentence) for p in self.draft().problems() if p.field in mine}
        self._mark(wrong)
        if wrong:
            self._fields[next(name for name in self._fields if name in wrong)].setFocus()
        elif not fields:
            self.show_conflict(tr("没有改动：内容与案件上的相同"))
        elif not self.reason.text().strip():
            self.show_conflict(tr("请写明更正原因"))
            self.reason.setFocus()
        else:
            self.conflict.hide()
            self._lock(True)
            self.corrected.emit(self._detail, fields, self.reason.text().strip())

    def holds_words(self) -> bool:
        """Whether it is open, and something was typed that has not been sent."""
        return self.is_open and self._would_lose()

    def end(self) -> None:
        """Close, with nothing of a case left in it."""
        if not self.is_open:
            return
        self._before, self._detail, self._fixed = CaseDraft(uid=""), None, False
        self.start(self._before)
        self.reason.clear()
        self.hide()
        self.ended.emit()

    @override
    def _would_lose(self) -> bool:
        return bool(self.fields() or self.reason.text().strip())


def _category(detail: CaseDetail) -> tuple[str, str]:
    return detail.kind, detail.subcategory_code

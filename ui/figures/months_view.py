"""Closed months: who closed them, and what was corrected after."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.frozen import Correction, Frozen
from ui.figures.tables import FigureTable
from ui.labels import facet_word, full_clock, label
from ui.widgets.named import named
from ui.widgets.twice import Twice
from ui.words import tr

MONTH = Qt.ItemDataRole.UserRole


class MonthsView(QWidget):
    """Signals: `close_wanted()`; `month_chosen(month)`."""

    close_wanted = Signal()
    month_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.close_month = Twice()
        self.months = FigureTable(
            ((tr("月份"), 110), (tr("封账时间"), 170), (tr("封账人"), 160)), tr("已封账的月份")
        )
        titles = (
            (tr("更正的指标"), 160),
            (tr("范围"), 200),
            (tr("封账时（宗）"), 110),
            (tr("现在（宗）"), 110),
        )
        self.corrections = FigureTable(titles, tr("封账后的更正"))
        self.told = named(QLabel(wordWrap=True), "muted")
        words = tr("封账把一个月的各项数量固定下来；之后的改动不改封账的数，逐条列为更正")
        head = QHBoxLayout()
        head.addWidget(self.close_month)
        head.addWidget(named(QLabel(words), "muted"), 1)
        body = QHBoxLayout()
        body.addWidget(self.months, 1)
        body.addWidget(self.corrections, 2)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(body, 1)
        column.addWidget(self.told)
        self.close_month.confirmed.connect(self.close_wanted)
        self.months.currentItemChanged.connect(self._on_month)

    def _on_month(self, item: object, _before: object) -> None:
        if (now := self.months.currentItem()) is not None and item is now:
            self.month_chosen.emit(now.data(0, MONTH))

    def offer(self, month: str, may: bool) -> None:
        """The month that is next to be closed."""
        again = tr("再按一次：{month} 的数从此固定", month=month)
        self.close_month.tell(tr("封账 {month}", month=month), again)
        self.close_month.setEnabled(may)

    def put(self, frozen: list[Frozen]) -> None:
        """Show the closed months, the newest first."""
        self.months.clear()
        self.corrections.clear()
        self.told.setText("" if frozen else tr("还没有封账的月份"))
        for one in frozen:
            item = self.months.add([one.month, full_clock(one.at), one.person])
            item.setData(0, MONTH, one.month)

    def put_corrections(self, month: str, found: list[Correction]) -> None:
        """Show what a closed month's figures come to now, where that is something else."""
        self.corrections.clear()
        for one in found:
            place = tr("全市") if one.facet is None else facet_word(one.facet, one.key)
            self.corrections.add([label(one.what), place, f"{one.was:,}", f"{one.now:,}"])
        words = tr("{month} 封账后有 {n} 项更正", month=month, n=len(found))
        self.told.setText(words if found else tr("{month} 封账后没有更正", month=month))

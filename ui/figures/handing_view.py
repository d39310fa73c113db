"""How well cases are handed to departments: wrong dispatches, refusals, by whose word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.domain.figures import percent
from app.domain.handing import Handing, HandingLine
from ui.figures.tables import CaseList, FigureTable, opens, share
from ui.labels import label
from ui.widgets.named import named
from ui.words import tr

MOST_OPENED = 5000
"""Cases that a number opens: they are told to the database one by one."""


class HandingView(QWidget):
    """A row a department; each number opens its cases."""

    def __init__(self) -> None:
        super().__init__()
        titles = (
            (tr("责任单位"), 230),
            *((tr("{what}（次）", what=label(one)), 110) for one in Handing),
            (tr("错派率"), 100),
            (tr("推诿率"), 100),
        )
        self.table = FigureTable(titles, tr("分派质量"))
        told = QLabel(
            tr(
                "错派：退回后改派给了别的单位，或未退回就被改派；推诿：退回后仍派回同一单位。"
                "按次计，以退回的单位统计；比率以本期分派次数为分母"
            ),
            wordWrap=True,
        )
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(named(told, "muted"))

    def put(self, lines: Sequence[HandingLine], words: str) -> None:
        """Show these departments; `words` name the span."""
        self.table.clear()
        for line in lines:
            numbers = {what: line.number(what) for what in Handing}
            item = self.table.add([line.department, *_cells(numbers)])
            for column, what in enumerate(Handing, 1):
                ids = frozenset(line.cases[what])
                if len(ids) > MOST_OPENED:
                    told = tr("超过 {n} 宗不能列出：请缩短统计期", n=f"{MOST_OPENED:,}")
                    item.setToolTip(column, told)
                elif ids:
                    opens(item, column, CaseList(ids, f"{line.department} {label(what)} {words}"))
        if lines:
            totals = {what: sum(line.number(what) for line in lines) for what in Handing}
            item = self.table.add([tr("合计"), *_cells(totals)])
            font = item.font(0)
            font.setBold(True)
            for column in range(item.columnCount()):
                item.setFont(column, font)


def _cells(numbers: dict[Handing, int]) -> list[str]:
    given = numbers[Handing.GIVEN]
    rates = (share(percent(numbers[what], given)) for what in (Handing.WRONG, Handing.REFUSED))
    return [*(f"{numbers[what]:,}" for what in Handing), *rates]

"""Charts that are read from across a room: few bars, large words, numbers at their ends."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.theme import TOKENS
from ui.widgets.named import named
from ui.words import tr

WORDS_PX = 14
FULL = 1.18
"""The axis is so much longer than the longest bar, so that its number has room."""


class BarChart(QWidget):
    """Bars lying one under the other (`lying`) or standing side by side, each with its number."""

    def __init__(self, title: str, lying: bool) -> None:
        super().__init__()
        self._lying = lying
        self.plot = pg.PlotWidget(background=TOKENS["panel"])
        self.plot.setMouseEnabled(False, False)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setAccessibleName(title)
        font = QFont()
        font.setPixelSize(WORDS_PX)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setTickFont(font)
            axis.setTextPen(TOKENS["text"])
            axis.setPen(TOKENS["line"])
        self.plot.getAxis("bottom" if lying else "left").setStyle(showValues=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(named(QLabel(title), "sectionTitle"))
        column.addWidget(self.plot, 1)

    def put(self, names: Sequence[str], numbers: Sequence[int]) -> None:
        """Show these bars, the first one uppermost or leftmost."""
        self.plot.clear()
        places = [len(names) - 1 - n if self._lying else n for n in range(len(names))]
        colour = QColor(TOKENS["accent"])
        if self._lying:
            bars = pg.BarGraphItem(x0=0, y=places, width=numbers, height=0.7, brush=colour)
        else:
            bars = pg.BarGraphItem(x=places, y0=0, height=numbers, width=0.7, brush=colour)
        self.plot.addItem(bars)
        for place, number in zip(places, numbers, strict=True):
            if number:
                self._put_number(place, number)
        longest = max([1, *numbers]) * FULL
        ends = (-0.6, len(names) - 0.4)
        box = self.plot.getViewBox()
        box.setRange(
            xRange=(0, longest) if self._lying else ends,
            yRange=ends if self._lying else (0, longest),
            padding=0,
        )
        axis = self.plot.getAxis("left" if self._lying else "bottom")
        axis.setTicks([list(zip(places, names, strict=True))])
        if not names:
            text = pg.TextItem(tr("这段时间没有案件"), color=TOKENS["muted"], anchor=(0.5, 0.5))
            self.plot.addItem(text)
            text.setPos(longest / 2 if self._lying else 0, 0)

    def _put_number(self, place: float, number: int) -> None:
        anchor = (0, 0.5) if self._lying else (0.5, 1)
        text = pg.TextItem(f"{number:,}", color=TOKENS["text"], anchor=anchor)
        font = QFont()
        font.setPixelSize(WORDS_PX)
        text.setFont(font)
        self.plot.addItem(text)
        text.setPos(*((number, place) if self._lying else (place, number)))

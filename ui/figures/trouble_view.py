"""What is hot: categories, places, hours, problems that come back, departments that take long."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.domain.figures import Facet
from app.services.figures import Trouble
from ui.figures.charts import BarChart
from ui.figures.tables import CaseList, FigureTable, opens
from ui.labels import clock, facet_word
from ui.widgets.named import named
from ui.words import tr

SHOWN = 8
"""Bars that can be read from across a room."""


class TroubleView(QWidget):
    """Four charts and two tables; a number of the first table opens its cases."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds = BarChart(tr("高发小类（宗）"), lying=True)
        self.places = BarChart(tr("高发街道（宗）"), lying=True)
        self.hours = BarChart(tr("登记时刻分布（时，宗）"), lying=False)
        self.weekdays = BarChart(tr("星期分布（宗）"), lying=False)
        titles = (
            (tr("反复问题：同类、50 米内、30 天 3 次以上"), 330),
            (tr("次数（宗）"), 90),
            (tr("首次"), 120),
            (tr("最近"), 120),
        )
        self.recurring = FigureTable(titles, tr("反复问题"))
        columns = (
            (tr("责任单位处置用时"), 230),
            (tr("案件（宗）"), 90),
            (tr("中位（小时）"), 110),
            (tr("90% 在（小时）"), 120),
            (tr("最长（小时）"), 110),
        )
        self.handling = FigureTable(columns, tr("责任单位处置用时"))
        grid = QGridLayout()
        for place, widget in enumerate(
            (self.kinds, self.places, self.hours, self.weekdays, self.recurring, self.handling)
        ):
            grid.addWidget(widget, place // 2, place % 2)
            grid.setRowStretch(place // 2, 1)
            grid.setColumnStretch(place % 2, 1)
        column = QVBoxLayout(self)
        column.addLayout(grid)
        words = tr("用时从分派到处置，按自然时间；作废的案件不计入反复问题")
        column.addWidget(named(QLabel(words), "muted"))

    def put(self, told: Trouble) -> None:
        """Show what is hot in a span."""
        kinds = told.subcategories[:SHOWN]
        self.kinds.put([name for _, name, _ in kinds], [number for *_, number in kinds])
        places = told.places[:SHOWN]
        names = [facet_word(Facet.SUBDISTRICT, key) for key, *_ in places]
        self.places.put(names, [number for *_, number in places])
        self.hours.put([str(hour) for hour in range(24)], told.hours)
        week = [tr(day) for day in ("周一", "周二", "周三", "周四", "周五", "周六", "周日")]
        self.weekdays.put(week, told.weekdays)
        self.recurring.clear()
        for one in told.recurring:
            place = f"{one.name}　{one.address}"
            texts = [place, str(len(one.cases)), clock(one.first), clock(one.last)]
            item = self.recurring.add(texts)
            words = f"{tr('反复问题')} {place}"
            opens(item, 1, CaseList(frozenset(one.cases), words))
        self.handling.clear()
        for line in told.handling:
            hours = (line.median, line.p90, line.longest)
            self.handling.add([line.department, f"{line.cases:,}", *(f"{h:.1f}" for h in hours)])

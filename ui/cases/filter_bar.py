"""Which cases: one filter for the list and the map alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from app.domain.case_list import CaseFilter
from app.domain.workflow import CaseStatus
from app.resources import districts
from ui.cases.more_filters import MoreFilters
from ui.figures.tables import Opened
from ui.labels import label
from ui.widgets.flow import FlowLayout
from ui.widgets.named import named
from ui.words import tr

TYPING_MS = 250


class FilterBar(QWidget):
    """Boxes for the filter. Signals: `filter_changed(CaseFilter)`, `intake_wanted()`,
    `export_wanted()`.
    """

    filter_changed = Signal(object)
    intake_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("toolBar")
        self._now = now
        self.text = QLineEdit(clearButtonEnabled=True)
        self.text.setPlaceholderText(tr("编号、来文编号、地点、描述、来电人"))
        self.text.setAccessibleName(tr("查找案件"))
        self.text.setMaximumWidth(340)
        self.status = QComboBox()
        self.status.addItem(tr("全部状态"), None)
        self.status.addItem(tr("未结束"), "open")
        self.status.addItem(tr("处置超期"), "overdue")
        self.status.addItem(tr("本台超期"), "waiting")
        for status in CaseStatus:
            self.status.addItem(label(status), status)
        self.district = QComboBox()
        self.district.addItem(tr("全市"), "")
        for district in districts():
            self.district.addItem(district.name, district.code)
        self.period = QComboBox()
        for title, days in (
            ("全部时间", 0),
            ("近 24 小时", 1),
            ("近 7 天", 7),
            ("近 30 天", 30),
            ("近 90 天", 90),
        ):
            self.period.addItem(tr(title), days)
        self.more_wanted = QPushButton(tr("更多条件"))
        self.more_wanted.setCheckable(True)
        self.more = MoreFilters(self)
        self.more_wanted.toggled.connect(self.more.show)
        self._opened: Opened | None = None
        self.figure = QPushButton()
        self.figure.setToolTip(tr("只列出这个统计数字里的案件；按一下取消"))
        self.figure.clicked.connect(lambda: self.put_figure(None))
        self.figure.hide()
        self.clear = QPushButton(tr("清除条件"))
        self.clear.clicked.connect(lambda: self.reset())
        self.intake = QPushButton(tr("导入工单…"))
        self.intake.clicked.connect(self.intake_wanted)
        self.export = QPushButton(tr("导出…"))
        self.export.clicked.connect(self.export_wanted)
        self.total = named(QLabel(), "muted")
        self.text.setMinimumWidth(250)
        self._flow = flow = FlowLayout(self, beside=10)
        for widget in (
            self.text,
            self.status,
            self.district,
            self.period,
            self.more_wanted,
            *self.more.widgets,
            self.figure,
            self.clear,
            self.intake,
            self.export,
            self.total,
        ):
            flow.addWidget(widget)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.text.textChanged.connect(lambda: self._typing.start())
        self.more.changed.connect(self._tell)
        for box in (self.status, self.district, self.period):
            box.setAccessibleName(box.itemText(0))
            box.currentIndexChanged.connect(self._tell)

    def chosen(self) -> CaseFilter:
        """The filter as the boxes say it."""
        now = self._now()
        days = self.period.currentData()
        status = self.status.currentData()
        chosen = CaseFilter(
            statuses=frozenset({status}) if isinstance(status, CaseStatus) else frozenset(),
            open_only=status == "open",
            overdue_at=now if status == "overdue" else None,
            waiting_at=now if status == "waiting" else None,
            districts=frozenset({d} if (d := self.district.currentData()) else ()),
            registered_from=now - timedelta(days=days) if days else None,
            text=self.text.text().strip(),
        )
        chosen = self.more.over(chosen)
        return self._opened.over(chosen) if self._opened is not None else chosen

    def put_figure(self, opened: Opened | None) -> None:
        """List the cases behind a figure, and nothing else; None: any case again."""
        self.reset(opened)

    def state(self) -> dict[str, Any]:
        """What stands in the boxes, as `restore` takes it; a figure's list is not of it."""
        status = self.status.currentData()
        return {
            "text": self.text.text().strip(),
            "status": status.value if isinstance(status, CaseStatus) else status,
            "district": self.district.currentData(),
            "days": self.period.currentData(),
            **self.more.state(),
        }

    def restore(self, told: dict[str, Any]) -> None:
        """Fill the boxes in; what is not known any more stays as without it."""
        known = {one.value: one for one in CaseStatus}
        status = told.get("status")
        for box, value in (
            (self.status, known.get(status or "", status)),
            (self.district, told.get("district", "")),
            (self.period, told.get("days", 0)),
        ):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.blockSignals(False)
        self.more_wanted.setChecked(self.more.restore(told))
        self.put_words(str(told.get("text", "")))

    def put_words(self, words: str) -> None:
        """Look for these words at once."""
        self._opened = None
        self.figure.hide()
        self.text.blockSignals(True)
        self.text.setText(words)
        self.text.blockSignals(False)
        self._tell()

    def add(self, widget: QWidget) -> None:
        """Something more that belongs to the filter."""
        self._flow.addWidget(widget)

    def show_total(self, total: int) -> None:
        self.total.setText(tr("共 {total} 宗", total=f"{total:,}"))

    def reset(self, opened: Opened | None = None) -> None:
        """No condition at all, but for the figure that is to be listed."""
        self._opened = opened
        self.figure.setVisible(opened is not None)
        self.figure.setText(tr("统计：{words}　✕", words=opened.words) if opened else "")
        for box in (self.status, self.district, self.period):
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self.more.restore({})
        self.text.clear()
        self._tell()

    def _tell(self) -> None:
        self._typing.stop()
        self.filter_changed.emit(self.chosen())

"""The line above everything: what runs, who sits here, whether the database answers, the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.domain.deadline import CITY
from app.domain.people import Signed
from app.domain.roster import shift_at
from ui.labels import label
from ui.theme import TOKENS
from ui.widgets.named import named
from ui.words import tr

TOP_BAR_HEIGHT, SPACING = 48, 24  # pixels


class TopBar(QWidget):
    """Told by methods. Signals: `faults_chosen()` when the count of faults was clicked."""

    faults_chosen = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setFixedHeight(TOP_BAR_HEIGHT)
        self._now = now
        self.figures = QLabel()
        self.faults = QLabel()
        self.faults.linkActivated.connect(lambda _: self.faults_chosen.emit())
        self.who = QLabel()
        self.link = QLabel()
        self.clock = named(QLabel(), "clock")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(SPACING)
        row.addWidget(named(QLabel(tr("值守")), "product"))
        row.addWidget(self.figures)
        row.addWidget(self.faults)
        row.addStretch()
        for widget in (self.link, self.who, self.clock):
            row.addWidget(widget)
        self._second = QTimer(self, interval=500)
        self._second.timeout.connect(self._tick)
        self._second.start()
        self._shown = ""
        self.show_link(True)
        self._tick()

    def free_span(self) -> tuple[int, int]:
        """Between the counts and the state of the database, in pixels from the left."""
        counts = max(label.geometry().right() for label in (self.figures, self.faults))
        return counts + SPACING, self.link.geometry().left() - SPACING

    def show_who(self, who: Signed) -> None:
        """Who acts here."""
        text = tr("席位 {desk}", desk=who.desk)
        self.who.setText(f"<b>{who.name}</b>　{label(who.role)}　{text}")

    def show_link(self, up: bool) -> None:
        """Whether the database answers."""
        colour = TOKENS["ok"] if up else TOKENS["overdue"]
        words = tr("数据库正常") if up else tr("数据库中断")
        self.link.setText(f"<span style='color:{colour}'>{'●' if up else '■'} {words}</span>")

    def show_figures(self, today: int, open_now: int, late: int, waiting: int) -> None:
        """Counts of cases, each with its unit: `late` at a department, `waiting` at this desk."""
        red = f"<span style='color:{TOKENS['overdue']}'>"
        self.figures.setText(
            tr(
                "今日登记 <b>{today}</b> 宗　未结束 <b>{open}</b> 宗　"
                "{late_red}处置超期 <b>{late}</b> 宗</span>　"
                "{waiting_red}本台超期 <b>{waiting}</b> 宗</span>",
                today=f"{today:,}",
                open=f"{open_now:,}",
                late=f"{late:,}",
                waiting=f"{waiting:,}",
                late_red=red if late else "<span>",
                waiting_red=red if waiting else "<span>",
            )
        )

    def show_faults(self, still: int, waiting: int) -> None:
        """Open device faults, and how many wait to be assessed."""
        if not still:
            self.faults.clear()
            return
        colour = TOKENS["overdue"] if waiting else TOKENS["near"]
        words = tr("设备故障 <b>{n}</b> 个（待评估 {k}）", n=still, k=waiting)
        style = f"color:{colour};text-decoration:none"
        self.faults.setText(f"<a href='faults' style='{style}'>{words}</a>")

    def _tick(self) -> None:
        now = self._now()
        _, shift = shift_at(now)
        text = f"{label(shift)}　{now.astimezone(CITY):%Y-%m-%d %H:%M:%S}"
        if text != self._shown:
            self._shown = text
            self.clock.setText(text)

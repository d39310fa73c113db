"""The audit: who moved, replayed, looked at or took out what, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.audit import Act
from app.domain.deadline import CITY
from app.domain.people import Role
from app.services import audit
from app.services.audit import READING
from ui.labels import full_clock, label
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

COLUMNS: tuple[tuple[str, int], ...] = (
    ("时间", 170),
    ("人员", 90),
    ("岗位", 110),
    ("席位", 110),
    ("操作", 90),
    ("点位名称", 180),
    ("对象", 260),
    ("原因", 300),
)


class AuditView(QWidget):
    """The lines of one span, the newest first."""

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        today = desk.clock().astimezone(CITY).date()
        self.first, self.last = QDateEdit(), QDateEdit()
        for field, day, name in (
            (self.first, today - timedelta(days=6), tr("起始日")),
            (self.last, today, tr("截止日")),
        ):
            field.setCalendarPopup(True)
            field.setDisplayFormat("yyyy-MM-dd")
            field.setDate(QDate(day.year, day.month, day.day))
            field.setAccessibleName(name)
            field.dateChanged.connect(lambda _: self.reload())
        self.act = QComboBox()
        self.act.setAccessibleName(tr("操作"))
        self.act.addItem(tr("全部操作"), None)
        for act in Act:
            self.act.addItem(label(act), act)
        self.act.currentIndexChanged.connect(lambda _: self.reload())
        self.table = QTreeWidget()
        self.table.setRootIsDecorated(False)
        self.table.setAlternatingRowColors(True)
        self.table.setHeaderLabels([tr(title) for title, _ in COLUMNS])
        for place, (_, width) in enumerate(COLUMNS):
            self.table.setColumnWidth(place, width)
        self.told = named(QLabel(wordWrap=True), "muted")
        head = QHBoxLayout()
        for widget in (self.first, QLabel("—"), self.last, self.act):
            head.addWidget(widget)
        head.addStretch()
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)

    def reload(self) -> None:
        """Ask for this span, if whoever sits here may read it."""
        self.table.clear()
        if self._desk.signed.role not in READING:
            self.told.setText(tr("审计记录由值班长、甲方管理人员和系统管理员查看"))
            return
        self._tasks.start(self._load())

    async def _load(self) -> None:
        begins = _midnight(self.first)
        ends = _midnight(self.last) + timedelta(days=1)
        lines = await self._desk.ask(audit.found, begins, ends, None, self.act.currentData())
        self.table.clear()
        for line in lines:
            role = label(Role(line.role)) if line.role else ""
            cells = [full_clock(line.at), line.person, role, line.desk, label(line.act)]
            more = [line.camera, line.target, line.reason]
            self.table.addTopLevelItem(QTreeWidgetItem([*cells, *more]))
        self.told.setText(
            tr("{n} 条记录（最多显示 500 条）；谁看过哪个点位见观看台账", n=len(lines))
        )


def _midnight(field: QDateEdit) -> datetime:
    day = field.date()
    begins = datetime.combine(
        datetime(day.year(), day.month(), day.day(), tzinfo=CITY).date(), time(), CITY
    )
    return begins.astimezone(UTC)

"""The audit: who moved, replayed, looked at or took out what, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.audit import Act
from app.domain.deadline import CITY
from app.domain.figures import Span, span_of
from app.domain.people import Role
from app.services import audit
from app.services.audit import READING
from ui.labels import full_clock, label
from ui.tasks import Tasks
from ui.widgets.day_span import DaySpan
from ui.widgets.named import named
from ui.widgets.plain_table import plain_table
from ui.words import tr

ASK_AFTER_MS = 300
WATCHING = "watching"
"""Beside the acts: it is in the ledger, and asked for by camera."""

COLUMNS: tuple[tuple[str, int], ...] = (
    ("时间", 170),
    ("人员", 90),
    ("岗位", 110),
    ("席位", 110),
    ("操作", 90),
    ("点位名称", 180),
    ("对象", 520),
    ("原因", 300),
)


class AuditView(QWidget):
    """The lines of one span, the newest first."""

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        today = desk.clock().astimezone(CITY).date()
        self.days = DaySpan(today - timedelta(days=6), today)
        self.days.changed.connect(self.reload)
        self.act = QComboBox()
        self.act.setAccessibleName(tr("操作"))
        self.act.addItem(tr("全部操作"), None)
        for act in Act:
            self.act.addItem(label(act), act)
        self.act.addItem(tr("观看"), WATCHING)
        self.act.currentIndexChanged.connect(lambda _: self.reload())
        self.text = QLineEdit(placeholderText=tr("点位或人员"))
        self.text.setClearButtonEnabled(True)
        self._typing = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._typing.timeout.connect(self.reload)
        self.text.textChanged.connect(lambda _: self._typing.start())
        self.table = plain_table(COLUMNS, tr("审计记录"))
        self.told = named(QLabel(wordWrap=True), "muted")
        head = QHBoxLayout()
        for widget in (self.days, self.act, self.text):
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
        span, text = span_of(*self.days.days()), self.text.text()
        act = self.act.currentData()
        if act == WATCHING:  # Qt gives back another string
            await self._load_watched(span, text)
            return
        lines = await self._desk.ask(audit.found, span.begins, span.ends, None, act, text)
        self.table.clear()
        for line in lines:
            role = label(Role(line.role)) if line.role else ""
            cells = [full_clock(line.at), line.person, role, line.desk, label(line.act)]
            more = [line.camera, line.target, line.reason]
            self.table.addTopLevelItem(QTreeWidgetItem([*cells, *more]))
        self.told.setText(
            tr("{n} 条记录（最多显示 500 条）；谁看过一个点位：选“观看”", n=len(lines))
        )

    async def _load_watched(self, span: Span, text: str) -> None:
        lines = await self._desk.ask(audit.watched, span.begins, span.ends, text)
        self.table.clear()
        for line in lines:
            cells = [full_clock(line.begins), line.person, "", line.desk, tr("观看")]
            told = tr("{shift}共 {s:.0f} 秒", shift=label(line.shift), s=line.seconds)
            self.table.addTopLevelItem(QTreeWidgetItem([*cells, line.camera, told]))
        words = tr("{n} 条（最多显示 500 条）：每班每席第一次看到的时间和共看多久", n=len(lines))
        self.told.setText(words if text.strip() else tr("请填写点位名称或编码：谁在何时看过它"))

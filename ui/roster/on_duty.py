"""Who is on duty now, on every post, and the log of the shift."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.handover import LogKind
from app.domain.roster import HOURS, OnDuty
from app.services import handover, roster
from app.services.handover import WRITING, LogLine
from ui.labels import clock, label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.theme import TOKENS
from ui.widgets.flow import FlowLayout
from ui.widgets.named import named
from ui.words import tr

LINE = Qt.ItemDataRole.UserRole


class DutyView(QWidget):
    """Posts and people on the left, the logbook on the right."""

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self.title = named(QLabel(), "panelTitle")
        self.posts, self.coming = QWidget(), QWidget()
        self._cards, self._next_cards = FlowLayout(self.posts), FlowLayout(self.coming)
        self.next_title = named(QLabel(), "panelTitle")
        self.kind = QComboBox()
        for kind in LogKind:
            self.kind.addItem(label(kind), kind)
        self.kind.setAccessibleName(tr("日志类别"))
        self.text = QLineEdit(placeholderText=tr("写一条值班日志，回车保存"), maxLength=500)
        self.text.setAccessibleName(tr("值班日志"))
        self.text.returnPressed.connect(lambda: self._tasks.start(self._write()))
        self.log = QListWidget()
        self.log.setWordWrap(True)
        self.log.setAccessibleName(tr("值班日志"))
        self.clear = QPushButton(tr("标记为已了结"))
        self.clear.clicked.connect(lambda: self._tasks.start(self._clear()))
        self._build()
        self._minute = QTimer(self, interval=60_000)
        self._minute.timeout.connect(self.reload)
        self._minute.start()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.title)
        left.addWidget(self.posts)
        left.addSpacing(18)
        left.addWidget(self.next_title)
        left.addWidget(self.coming)
        left.addStretch()
        entry = QHBoxLayout()
        entry.addWidget(self.kind)
        entry.addWidget(self.text, 1)
        right = QVBoxLayout()
        right.addWidget(named(QLabel(tr("本班日志与未了结事项")), "panelTitle"))
        right.addLayout(entry)
        right.addWidget(self.log, 1)
        right.addWidget(self.clear)
        row = QHBoxLayout(self)
        row.addLayout(left, 3)
        row.addLayout(right, 2)

    def reload(self) -> None:
        """Fetch who is here and what was written."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        day, shift, people = await self._desk.ask(roster.now_on_duty)
        begins, ends = HOURS[shift]
        self.title.setText(
            tr(
                "{day}　{shift}（{begins:02d}:00–{ends:02d}:00）　在岗 {n} 人",
                day=day,
                shift=label(shift),
                begins=begins,
                ends=ends,
                n=len(people),
            )
        )
        _put(self._cards, people)
        _, shift_after, after = await self._desk.ask(roster.next_on_duty)
        begins, ends = HOURS[shift_after]
        self.next_title.setText(
            tr(
                "下一班　{shift}（{begins:02d}:00–{ends:02d}:00）　{n} 人",
                shift=label(shift_after),
                begins=begins,
                ends=ends,
                n=len(after),
            )
        )
        _put(self._next_cards, after)
        for widget in (self.kind, self.text, self.clear):
            widget.setEnabled(self._desk.signed.role in WRITING)
        self._put_log(await self._desk.ask(handover.log, day, shift))

    def _put_log(self, lines: list[LogLine]) -> None:
        self.log.clear()
        for line in lines:
            lasting = line.kind is not LogKind.NOTE
            state = ""
            if lasting:
                state = tr("　未了结") if line.cleared_at is None else tr("　已了结")
            told = f"{clock(line.at)}　{label(line.kind)}{state}　{line.person}\n{line.text}"
            item = QListWidgetItem(told)
            item.setData(LINE, line)
            self.log.addItem(item)
        self.log.scrollToBottom()

    async def _write(self) -> None:
        await self._desk.run(handover.write_log, self.kind.currentData(), self.text.text())
        self.text.clear()
        await self._load()

    async def _clear(self) -> None:
        item = self.log.currentItem()
        if item is None:
            self._notices.say(tr("请先选中一条日志"))
            return
        await self._desk.run(handover.clear_log, item.data(LINE).id)
        await self._load()


def _put(cards: FlowLayout, people: list[OnDuty]) -> None:
    """A card for each post with whoever fills it."""
    while item := cards.takeAt(0):
        if widget := item.widget():
            widget.deleteLater()
    posts: dict[str, list[OnDuty]] = {}
    for person in people:
        posts.setdefault(person.post, []).append(person)
    for post, members in posts.items():
        cards.addWidget(_card(post, members))


def _card(post: str, members: list[OnDuty]) -> QFrame:
    """One post and who fills it."""
    card = named(QFrame(), "card")
    card.setMinimumWidth(250)
    column = QVBoxLayout(card)
    column.addWidget(QLabel(f"<b>{tr(post)}</b>　{tr('{n} 人', n=len(members))}"))
    names = "<br>".join(
        f"{escape(m.name)}　<span style='color:{TOKENS['muted']}'>{label(m.role)}</span>"
        for m in members
    )
    column.addWidget(QLabel(names))
    return card

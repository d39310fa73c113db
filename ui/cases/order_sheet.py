"""What goes with an action: reason, department, new due time. A sheet, not a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, Qt, QTimeZone, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDateTimeEdit,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from app.domain.case import Order
from app.domain.deadline import CITY
from app.domain.workflow import RULE_OF, Action
from ui.labels import label
from ui.widgets.named import named
from ui.words import tr

WITHIN = Qt.ShortcutContext.WidgetWithChildrenShortcut
USUAL_DUE = {Action.EXTEND: timedelta(days=1), Action.SUPERVISE: timedelta(hours=4)}


class OrderSheet(QFrame):
    """Asks for just what the rule of an action demands.

    Signals: `ordered(Action, Order)`, `dismissed()`.
    """

    ordered = Signal(object, object)
    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.action: Action | None = None
        self.title = named(QLabel(), "panelTitle")
        self.conflict = named(QLabel(wordWrap=True), "conflict")
        self.why = named(QLabel(wordWrap=True), "muted")
        self.department = QComboBox(editable=True)
        finder = QCompleter(self.department.model(), self.department)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        self.department.setCompleter(finder)
        self.department.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.due = QDateTimeEdit(calendarPopup=True)
        self.due.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.due.setTimeZone(QTimeZone(CITY.key.encode()))
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(72)
        self.note.setTabChangesFocus(True)
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("tone", "wrong")
        self.go = QPushButton()
        self.go.setProperty("weight", "main")
        self.go.clicked.connect(self.submit)
        back = QPushButton(tr("取消（Esc）"))
        back.clicked.connect(self.dismiss)
        self._rows = QFormLayout()
        self._rows.addRow(tr("责任单位"), self.department)
        self._rows.addRow(tr("新期限"), self.due)
        self._rows.addRow(tr("说明"), self.note)
        for field, name in (
            (self.department, tr("责任单位")),
            (self.due, tr("新期限")),
            (self.note, tr("说明")),
        ):
            field.setAccessibleName(name)
        buttons = QHBoxLayout()
        buttons.addWidget(self.go, 2)
        buttons.addWidget(back, 1)
        column = QVBoxLayout(self)
        for widget in (self.title, self.conflict, self.why):
            column.addWidget(widget)
        column.addLayout(self._rows)
        column.addWidget(self.wrong)
        column.addLayout(buttons)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.submit, context=WITHIN)
        QShortcut(QKeySequence("Escape"), self, self.dismiss, context=WITHIN)
        self.hide()

    def ask(
        self,
        action: Action,
        departments: Sequence[str],
        usual: str,
        now: datetime,
        why: str = "",
    ) -> None:
        """Open for an action; `usual` is the department that is responsible as a rule, and `why`
        says by which.
        """
        rule = RULE_OF[action]
        self.action = action
        self.title.setText(label(action))
        self.go.setText(tr("确定{action}（Ctrl+Enter）", action=label(action)))
        self._rows.setRowVisible(self.department, rule.department)
        self._rows.setRowVisible(self.due, rule.due)
        self.department.clear()
        self.department.addItems(list(departments))
        self.department.setCurrentText(usual)
        self.why.setText(why)
        self.why.setVisible(bool(why) and rule.department)
        due = now + USUAL_DUE.get(action, timedelta(hours=4))
        self.due.setDateTime(
            QDateTime.fromSecsSinceEpoch(round(due.timestamp()), self.due.timeZone())
        )
        self.note.clear()
        self.note.setPlaceholderText(_wanted(action) if rule.reason else tr("可不填"))
        self.wrong.clear()
        self.conflict.hide()
        self.show()
        (self.department if rule.department else self.note).setFocus()

    def order(self) -> Order:
        """What was typed."""
        rule = RULE_OF[self.action] if self.action else None
        due = datetime.fromtimestamp(self.due.dateTime().toSecsSinceEpoch(), CITY)
        return Order(
            self.note.toPlainText(),
            self.department.currentText() if rule and rule.department else "",
            due if rule and rule.due else None,
        )

    def holds_words(self) -> bool:
        """Whether something was typed that has not been sent."""
        return self.action is not None and bool(self.note.toPlainText().strip())

    def submit(self) -> None:
        """Send the order on, or say what is missing."""
        if self.action is None or not self.isVisible():
            return
        rule, order = RULE_OF[self.action], self.order()
        if rule.reason and not order.note.strip():
            self.wrong.setText(_wanted(self.action))
            self.note.setFocus()
        elif rule.department and not order.department.strip():
            self.wrong.setText(tr("请选择责任单位"))
            self.department.setFocus()
        elif rule.department and self.department.findText(order.department.strip()) < 0:
            self.wrong.setText(
                tr("没有“{name}”这个责任单位，请从列表中选择", name=order.department)
            )
            self.department.setFocus()
        else:
            self.wrong.clear()
            self.ordered.emit(self.action, order)

    def show_conflict(self, text: str) -> None:
        """Another desk was quicker: say what it did; what was typed here stays."""
        self.conflict.setText(text)
        self.conflict.show()

    def dismiss(self) -> None:
        """Close without doing anything."""
        self.action = None
        self.hide()
        self.dismissed.emit()


def _wanted(action: Action) -> str:
    """What the note must tell."""
    if action is Action.RESOLVE:
        return tr("请写明处置结果")
    return tr("请写明原因")

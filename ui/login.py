"""Signing in: an account and its password."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.desk import Desk
from app.domain.errors import Refusal
from app.services import accounts
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import sentence, tr


class SignIn(QFrame):
    """Two lines and a button. Signals: `signed_in(Signed)`."""

    signed_in = Signal(object)

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None], title: str) -> None:
        super().__init__()
        self.setObjectName("loginBox")
        self._desk = desk
        self._tasks = Tasks(self, on_error)
        self.login = QLineEdit(placeholderText=tr("账号"))
        self.password = QLineEdit(placeholderText=tr("密码"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for line in (self.login, self.password):
            line.setAccessibleName(line.placeholderText())
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setProperty("tone", "wrong")
        self.enter = QPushButton(tr("登录"))
        self.enter.setProperty("weight", "main")
        self.enter.clicked.connect(self.submit)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(34, 30, 34, 30)
        column.setSpacing(12)
        column.addWidget(named(QLabel(title), "panelTitle"))
        for widget in (self.login, self.password, self.wrong, self.enter):
            column.addWidget(widget)
        self.setFixedWidth(360)

    def offer(self, login: str) -> None:
        """Begin with this account, the cursor where something is still to be typed."""
        self.wrong.clear()
        self.password.clear()
        self.login.setText(login)
        (self.password if login else self.login).setFocus()

    def submit(self) -> None:
        """Try what was typed; the password is forgotten at once."""
        password = self.password.text()
        self.password.clear()
        self.enter.setEnabled(False)
        self._tasks.start(self._try(self.login.text(), password))

    async def _try(self, login: str, password: str) -> None:
        try:
            answer = await self._desk.run(accounts.sign_in, login, password, self._desk.name)
        finally:
            self.enter.setEnabled(True)
        if isinstance(answer, Refusal):
            self.wrong.setText(sentence(answer))
            self.wrong.setMinimumHeight(self.wrong.heightForWidth(self.wrong.width()))
            self.password.setFocus()
            return
        self.wrong.clear()
        self.signed_in.emit(answer)


class LoginPage(QWidget):
    """The whole window before anybody has signed in."""

    def __init__(self, sign_in: SignIn) -> None:
        super().__init__()
        name = QLabel(tr("值守"))
        name.setStyleSheet("font-size: 54px; font-weight: bold;")
        words = named(QLabel(tr("城市管理监控指挥中心席位")), "muted")
        column = QVBoxLayout(self)
        column.addStretch(2)
        for widget in (name, words, sign_in):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

"""The frame of the window: to sign in; or rail, pages and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from ui.actions import Command
from ui.login import LoginPage, SignIn
from ui.rail import Rail
from ui.widgets.named import named
from ui.words import tr


class Shell(QStackedWidget):
    """Holds the pages by the commands that show them. The window decides what is shown when."""

    def __init__(
        self,
        top: QWidget,
        pages: Mapping[Command, QWidget],
        beside: QWidget,
        sign_in: SignIn,
        unlock: SignIn,
    ) -> None:
        super().__init__()
        self._top, self._by_command = top, dict(pages)
        self.rail = Rail()
        self.pages = QStackedWidget()
        for page in pages.values():
            self.pages.addWidget(page)
        self._lock_panel = _lock_panel(unlock)
        self._banner = named(QLabel(), "linkBanner")
        self._banner.setText(
            tr("与数据库的连接中断：填写的内容会保留在本机，画面不受影响，正在自动重连")
        )
        self._banner.hide()
        body = QHBoxLayout()
        body.setSpacing(0)
        for widget in (self.rail, self.pages, beside, self._lock_panel):
            body.addWidget(widget, 1 if widget is self.pages else 0)
        console = QWidget()
        column = QVBoxLayout(console)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._banner)
        column.addLayout(body, 1)
        self._sign_in = LoginPage(sign_in)
        self._console = console
        self.addWidget(self._sign_in)
        self.addWidget(console)

    @property
    def is_taken(self) -> bool:
        """Whether somebody sits here, perhaps with the desk locked."""
        return self.currentWidget() is self._console

    def take(self, taken: bool) -> None:
        """Somebody sits here now, or nobody any more."""
        self.setCurrentWidget(self._console if taken else self._sign_in)

    def show_page(self, page: Command) -> None:
        """This page, and its mark on the rail."""
        self.pages.setCurrentWidget(self._by_command[page])
        self.rail.mark(page)

    def show_lock(self, locked: bool) -> None:
        """Ask for the password beside the wall; nothing else is to be chosen."""
        self.rail.setVisible(not locked)
        self._lock_panel.setVisible(locked)

    def show_only_pages(self, only: bool) -> None:
        """No rail and no bar: the whole screen is the page's."""
        self.rail.setVisible(not only)
        self._top.setVisible(not only)

    def show_link(self, up: bool) -> None:
        """Say that the database does not answer, as long as it does not."""
        self._banner.setVisible(not up)


def _lock_panel(unlock: SignIn) -> QWidget:
    panel = named(QWidget(), "lockPanel")
    column = QVBoxLayout(panel)
    column.addStretch(1)
    column.addWidget(unlock)
    words = tr("视频墙继续显示；案件内容已隐藏")
    told = named(QLabel(words, alignment=Qt.AlignmentFlag.AlignCenter), "muted")
    column.addWidget(told)
    column.addStretch(2)
    panel.hide()
    return panel

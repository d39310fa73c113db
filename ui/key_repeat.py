"""Whether the newest key press is a key that is being held.

X11 tells a held key as releases and presses in pairs, and Qt knows a pair for what it is only while
both are in its queue: on a busy machine they come one by one, and each looks like a press of its
own. But a pair has one time.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

PAIR_MS = 5
"""No hand lets a key go and presses it again so soon."""


class KeyRepeat(QObject):
    """Watches the keys of the whole program."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.is_held = False
        self._pressed: tuple[int, int] | None = None  # which key, and when
        self._released: dict[int, int] = {}
        application.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            self.hear(event)
        return False

    def hear(self, event: QKeyEvent) -> None:
        """A key event, in whichever widget; the same press is heard several times."""
        key, at = event.key(), event.timestamp()
        if event.type() is QEvent.Type.KeyRelease:
            self._released[key] = at
            self.is_held = False  # else what the mouse does next would be taken for it
        elif self._pressed != (key, at):
            self._pressed = key, at
            let_go = self._released.get(key)
            is_pair = let_go is not None and 0 <= at - let_go <= PAIR_MS
            self.is_held = event.isAutoRepeat() or (is_pair and tells_pairs())


def of_program() -> KeyRepeat:
    """The one that watches this program's keys."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application.findChild(KeyRepeat) or KeyRepeat(application)


def tells_pairs() -> bool:
    """Whether held keys come as pairs here."""
    return QGuiApplication.platformName() == "xcb"

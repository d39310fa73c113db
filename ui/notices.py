"""One place where the console speaks to its operator, and one way errors become sentences."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.errors import Refusal
from ui.top_bar import TOP_BAR_HEIGHT
from ui.words import sentence, tr

log = logging.getLogger(__name__)

TOP_MARGIN = 4  # pixels

WIDEST, NARROWEST = 820, 420

SHOWN_MS = {"info": 5000, "ok": 4000, "wrong": 9000}


class Notices(QLabel):
    """A line above the page that says what happened and goes by itself; a click sends it away.

    Signals: `said(text, tone)`, for the desk's other windows.
    """

    said = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(tr("提示"))
        self.between: Callable[[], tuple[int, int]] | None = None
        """Where in the line above the page it may stand, in pixels from the left."""

        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, tone: str = "info") -> None:
        """Show a sentence; tones are info, ok and wrong."""
        self.setText(text)
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self.place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS[tone])
        self.said.emit(text, tone)

    def place(self) -> None:
        """Keep to the free part of the line above the page, where it covers neither the counts nor
        a button; what does not fit there grows downwards.
        """
        parent = self.parentWidget()
        if parent is None:
            return
        left, right = self.between() if self.between is not None else (0, parent.width())
        if right - left < NARROWEST:
            left, right = 0, parent.width()
        lines = self.text().split("\n")
        wanted = max(self.fontMetrics().horizontalAdvance(line) for line in lines) + 60
        self.setFixedWidth(min(WIDEST, right - left, max(NARROWEST, wanted)))
        self.adjustSize()
        above = max(TOP_MARGIN, (TOP_BAR_HEIGHT - self.height()) // 2)
        self.move((left + right - self.width()) // 2, above)

    def mousePressEvent(self, _event: object) -> None:
        self.hide()

    def tell_error(self, error: Exception) -> None:
        """A refusal is its sentence; anything else is our bug: logged, and told with a code."""
        if isinstance(error, Refusal):
            self.say(sentence(error), "wrong")
            return
        code = secrets.token_hex(3).upper()
        log.error("internal error %s", code, exc_info=error)
        self.say(
            tr("内部错误 {code}：请把这个编号告诉管理员，已填写的内容不会丢失", code=code), "wrong"
        )

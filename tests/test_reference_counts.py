"""The canary of PySide6 6.12.0: each emit and void call lost a reference to True or None."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

EMITS, SLACK = 5000, 50


class Bell(QObject):
    """Something that emits."""

    rung = Signal(bool)


def test_that_thousands_of_emits_and_paints_leave_true_and_none_where_they_were(
    application: QApplication,
) -> None:
    bell, picture = Bell(), QImage(8, 8, QImage.Format.Format_RGB32)
    bell.rung.connect(lambda _: None)
    before = sys.getrefcount(None), sys.getrefcount(True)
    painter = QPainter(picture)
    for _ in range(EMITS):
        bell.rung.emit(True)
        painter.drawLine(0, 0, 7, 7)
    painter.end()
    assert abs(sys.getrefcount(None) - before[0]) < SLACK
    assert abs(sys.getrefcount(True) - before[1]) < SLACK

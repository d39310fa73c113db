"""One-colour drawings, tinted when they are loaded."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from app.resources import resource
from ui.theme import TOKENS


def icon(name: str) -> QIcon:
    """The drawing in the colour of quiet text, and in that of plain text when it is switched on."""
    made = QIcon()
    made.addPixmap(_tinted(name, TOKENS["muted"]), QIcon.Mode.Normal, QIcon.State.Off)
    made.addPixmap(_tinted(name, TOKENS["text"]), QIcon.Mode.Normal, QIcon.State.On)
    made.addPixmap(_tinted(name, TOKENS["faint"]), QIcon.Mode.Disabled)
    return made


def _tinted(name: str, colour: str) -> QPixmap:
    drawing = QIcon(str(resource(f"icons/{name}.svg"))).pixmap(36, 36)
    tinted = QPixmap(drawing.size())
    tinted.setDevicePixelRatio(drawing.devicePixelRatio())
    tinted.fill(QColor(0, 0, 0, 0))
    painter = QPainter(tinted)
    painter.drawPixmap(0, 0, drawing)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(tinted.rect(), QColor(colour))
    painter.end()
    return tinted

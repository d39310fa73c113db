"""A screen with a player behind it: pause, step, speed, seeking, looping."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.video.evidence import LIKE_HIGH, LIKE_WIDE
from app.video.playback import ClipPlayer, PlayState
from ui.theme import TOKENS
from ui.widgets.zoom import WHEEL_STEP, Zoom
from ui.words import sentence, tr

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


class _Screen(QWidget):
    """Paints one picture, whole and in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.pixel = 1.0  # how much wider than high a pixel is
        self.text = ""
        self.zoom, self._place = Zoom(), QRect()
        self._pushed: QPointF | None = None
        self.setMinimumHeight(250)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_image(self, image: QImage | None, text: str = "", pixel: float = 1.0) -> None:
        self.image, self.text, self.pixel = image, text, pixel
        self.update()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom.turn(event.angleDelta().y() / WHEEL_STEP, event.position(), self._place)
        self.update()
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pushed = event.position()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pushed is not None:
            self.zoom.drag(event.position() - self._pushed, self._place)
            self._pushed = event.position()
            self.update()

    @override
    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._pushed = None

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#07090b"))
        if self.image is not None and not self.image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            shape = QSize(round(self.image.width() * self.pixel), self.image.height())
            size = shape.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            at = QRect(0, 0, size.width(), size.height())
            at.moveCenter(self.rect().center())
            self._place = at
            painter.setClipRect(at)
            painter.setTransform(self.zoom.transform(at))
            painter.drawImage(at, self.image)
            if self.zoom.is_on:
                painter.resetTransform()
                self._paint_scale(painter, at)
        elif self.text:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(20, 0, -20, 0), flags, self.text)
        painter.end()

    def _paint_scale(self, painter: QPainter, at: QRect) -> None:
        """How much larger than it is: what is cut off is not forgotten."""
        words = f"{self.zoom.scale:.1f}×"
        corner = painter.fontMetrics().boundingRect(words).adjusted(-8, -4, 8, 4)
        corner.moveTopRight(at.topRight() + QPoint(-8, 8))
        painter.fillRect(corner, QColor(10, 13, 16, 190))
        painter.setPen(QColor(TOKENS["text"]))
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, words)


def in_small(image: QImage) -> bytes:
    """A picture as `picture_at` looks for it."""
    small = image.scaled(
        LIKE_WIDE,
        LIKE_HIGH,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_Grayscale8)
    return bytes(cast(memoryview, small.constBits()))  # its lines are whole words: no padding


class ClipView(QWidget):
    """Shows a picture, or plays a recorded file."""

    def __init__(self) -> None:
        super().__init__()
        self.player: ClipPlayer | None = None
        self._number = 0
        self._dragging = False
        self.stage = _Screen()
        self._make_controls()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stage, 1)
        column.addWidget(self._controls)
        self._timer = QTimer(self, interval=30)
        self._timer.timeout.connect(self._poll)

    def _make_controls(self) -> None:
        self._controls = QWidget()
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        self.play = QPushButton(tr("暂停"))
        self.play.clicked.connect(self._on_play)
        self.one = QPushButton(tr("逐帧"))
        self.one.clicked.connect(self._on_step)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 1000)
        self.slider.setAccessibleName(tr("播放位置"))
        self.slider.sliderPressed.connect(lambda: self._set_dragging(True))
        self.slider.sliderReleased.connect(self._on_released)
        self.speed = QComboBox()
        self.speed.setAccessibleName(tr("播放速度"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(self._on_speed)
        self.loop = QPushButton(tr("循环"))
        self.loop.setCheckable(True)
        self.time = QLabel(f"0.0 / 0.0{tr(' 秒')}")
        self.time.setMinimumWidth(100)
        for widget in (self.play, self.one, self.slider, self.time, self.speed, self.loop):
            row.addWidget(widget, 1 if widget is self.slider else 0)
        self._controls.hide()

    def show_image(self, image: QImage | None, text: str = "", pixel: float = 1.0) -> None:
        """Show a picture, or say a sentence where there is none; whatever played stops."""
        self.stop()
        self.stage.zoom.reset()
        self.stage.show_image(image, text, pixel)

    def open(self, path: Path) -> None:
        """Play a file from its beginning."""
        if self.player is None:
            self.player = ClipPlayer()
        self._number = 0
        self.stage.zoom.reset()
        self.stage.show_image(None, tr("正在打开录像…"))
        self._controls.show()
        self.player.open(path)
        self._timer.start()

    def stop(self) -> None:
        """Play nothing."""
        self._timer.stop()
        self._controls.hide()
        if self.player is not None:
            self.player.stop()

    def pause(self) -> None:
        """Stand still where it is."""
        if self.player is not None and self.player.state is PlayState.PLAYING:
            self.player.toggle()

    def seek(self, seconds: float) -> None:
        """Go there."""
        if self.player is not None:
            self.player.seek(seconds)

    @property
    def position(self) -> float:
        """Seconds from the beginning of what plays, as its player tells; 0 where nothing does."""
        if self.player is None:
            return 0.0
        ended = self.player.state is PlayState.ENDED
        return self.player.length if ended else self.player.position

    @property
    def like(self) -> bytes | None:
        """The picture on the screen in small, to find its exact time in the file."""
        image = self.stage.image
        return None if image is None or image.isNull() else in_small(image)

    def _poll(self) -> None:
        assert self.player is not None
        if self.player.failure:
            self.stage.show_image(None, sentence(self.player.failure))
            self._timer.stop()
            return
        shown = self.player.picture()
        if shown and shown.number != self._number:
            self._number = shown.number
            format_ = QImage.Format.Format_RGB32
            image = QImage(shown.pixels, shown.width, shown.height, shown.width * 4, format_)
            self.stage.show_image(image.copy(), pixel=shown.pixel)
        length, position = self.player.length, self.player.position
        state = self.player.state
        if state is PlayState.ENDED:
            position = length
            if self.loop.isChecked():
                self.player.toggle()
        self.play.setText(tr("播放") if state is not PlayState.PLAYING else tr("暂停"))
        self.time.setText(f"{position:.1f} / {length:.1f}{tr(' 秒')}")
        if length and not self._dragging:
            self.slider.setValue(round(position / length * 1000))

    def _on_play(self) -> None:
        if self.player:
            self.player.toggle()

    def _on_step(self) -> None:
        if self.player:
            self.player.step()

    def _set_dragging(self, dragging: bool) -> None:
        self._dragging = dragging

    def _on_released(self) -> None:
        self._dragging = False
        if self.player:
            self.player.seek(self.slider.value() / 1000 * self.player.length)

    def _on_speed(self) -> None:
        if self.player:
            self.player.set_rate(self.speed.currentData())

    def close_player(self) -> None:
        """End the player's thread, when the console closes."""
        self._timer.stop()
        if self.player is not None:
            self.player.close()
            self.player = None

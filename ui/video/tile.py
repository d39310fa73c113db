"""One tile of the wall: paints its camera's picture, and tells the truth about it."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from app.domain.camera import SEEN_TROUBLES, CameraRow, Stream, StreamState
from app.video.alignment import Alignment
from app.video.frames import Picture
from app.video.messages import Decode, StreamKey
from app.video.supervisor import View
from app.video.truth import Truth, truth_of
from ui.labels import label
from ui.theme import TOKENS, stream_colour
from ui.video import dragging
from ui.video.stage import NoMemory, Stage
from ui.video.tile_picture import GROUND, TilePicture
from ui.video.tile_words import TileWords, advice, short, trouble
from ui.widgets.zoom import WHEEL_STEP
from ui.words import tr

DIMMED = QColor(7, 9, 11, 165)
TRUTH_EACH_S = 0.1
"""How often a tile asks what is true of its stream; whether there is a newer picture, each time."""

BEGINS_WITHIN_S = 1.0
"""So long a tile that is to show all pictures from here on may still show its last key frame."""

AGAIN_AFTER_S = 10.0
"""Where there was no memory for a picture it is asked for again, so often."""


class Tile(QWidget):
    """Shows one camera, or waits for one.

    Signals: `chosen()` when clicked, `enlarge()` when double-clicked, `dropped_cameras(ids)`,
    `dropped_tile(number)`, `changed()` when it shows another camera, `framed(Box, nearer)` when a
    part of its picture was drawn with Shift held, `asked(QPoint)` for what can be done with its
    camera, at this place of the screen.
    """

    chosen = Signal()
    enlarge = Signal()
    dropped_cameras = Signal(list)
    dropped_tile = Signal(int)
    changed = Signal()
    framed = Signal(object, bool)
    asked = Signal(QPoint)

    def __init__(self, stage: Stage, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = number
        self.camera: CameraRow | None = None
        self.shown = 0  # pictures painted so far
        self.painted_at: float | None = None
        self.painted: Picture | None = None
        self._stage = stage
        self._view: View | None = None
        self._next: View | None = None  # opens while the other is still shown
        self._refused: tuple[CameraRow, Stream, int] | None = None
        self._wants, self._again_at = Stream.SUB, 0.0  # what there was no memory for, until when
        self._picture = TilePicture(self)
        self.zoom = self._picture.zoom
        self._in_sight = False
        self._truth_due = 0.0
        self._seen_number = 0
        self._truth = Truth(StreamState.IDLE, -1)
        self._strip: QPixmap | None = None  # drawn once and kept until its words change
        self._words = TileWords(self.rect(), self.font())
        self._decode, self._full_since = Decode.FULL, 0.0
        self._current = False
        self._press: QPoint | None = None
        self._band: tuple[QPoint, QPoint] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("窗格 {number}", number=number + 1))

    # What it shows.

    def show_camera(self, camera: CameraRow | None, stream: Stream = Stream.SUB) -> None:
        """Show this camera from here on; the old picture stays until the new one is there."""
        if camera is None:
            self.clear()
            return
        stream = self._stage.suited(camera, stream)
        same = self.camera is not None and self.camera.id == camera.id
        newest = self._newest()
        if same and newest is not None and newest.key.stream is stream:
            return
        if self._refused == (camera, stream, self._stage.directories):
            return  # its password cannot be opened here, and that has been said
        if same and self._wants is stream and time.monotonic() < self._again_at:
            return  # there was no memory for it, and that has been said
        self._drop_next()
        if not same:
            self._drop_view()
            self._zoom_to_whole()
        self.camera = camera
        self.setAccessibleDescription(camera.name)
        size = self._wanted()
        self._wants, self._again_at = stream, 0.0
        try:
            opened = self._stage.look(StreamKey(camera.id, stream), *size, self._decode)
        except NoMemory:
            self._again_at = time.monotonic() + AGAIN_AFTER_S
            if self._view is None:
                self._take(None)
                self._truth = Truth(StreamState.IDLE, -1)
        else:
            self._refused = (camera, stream, self._stage.directories) if opened is None else None
            if self._view is None:
                self._take(opened)
            else:
                self._next = opened
        self._strip = None
        self.update()
        if not same:
            self.changed.emit()

    def know(self, camera: CameraRow) -> None:
        """The same camera, as the directory has it now."""
        if camera != self.camera:
            self.camera = camera
            self.setAccessibleDescription(camera.name)
            self._strip = None
            self.update()

    def clear(self) -> None:
        """Show nothing."""
        had, self._refused, self._again_at = self.camera is not None, None, 0.0
        self._drop_next()
        self._drop_view()
        self._zoom_to_whole()
        self.camera = None
        self._strip = None
        self._truth = Truth(StreamState.IDLE, -1)
        self.update()
        if had:
            self.changed.emit()

    def rest(self) -> None:
        """Stop decoding while out of sight; the connection stays for its ring."""
        if self._view:
            self._stage.resize(self._view, 16, 16, Decode.KEYFRAMES)

    def wake(self) -> None:
        """In sight again, at whatever size it has now."""
        self._fit()

    @property
    def stream(self) -> Stream | None:
        """Which stream is painted now."""
        return self._view.key.stream if self._view else None

    @property
    def key(self) -> StreamKey | None:
        return self._view.key if self._view else None

    @property
    def truth(self) -> Truth:
        """What the tile says now of its picture."""
        return self._truth

    @property
    def is_live(self) -> bool:
        """Whether what is shown is in order, and of now."""
        return self._truth.is_live

    def decode_as(self, decode: Decode) -> None:
        """Show every picture from here on, or key frames only; the picture that is there stays."""
        if decode is not self._decode:
            self._decode, self._full_since = decode, time.monotonic()
            self._strip = None
            self._fit()

    @property
    def is_full(self) -> bool:
        """Whether every picture is shown, and not key frames only."""
        return self._decode is Decode.FULL

    def pixels(self) -> NDArray[np.uint8] | None:
        """The picture of now as rows x columns x BGRA, a copy; None if there is none."""
        picture = self._view.slot.picture() if self._view else None
        if picture is None or self._view is None:
            return None
        whole = np.frombuffer(self._view.slot.pixels(picture), np.uint8)
        rows = whole[: picture.stride * picture.height].reshape(picture.height, -1, 4)
        return np.array(rows[:, : picture.width])

    def lay_over(self, laid: tuple[QImage, Alignment | None] | None, part: float) -> None:
        """Paint this still over the live picture, so solid (0 to 1), as a re-check compares."""
        self._picture.lay_over(laid, part)
        self.update()

    def set_current(self, current: bool) -> None:
        """Whether keys go to this tile."""
        if current is not self._current:
            self._current = current
            self.update()

    # The clock of the wall calls this.

    def poll(self, now: float) -> None:
        """Look whether there is a newer picture, and whether the old one may still be believed."""
        if not self._in_sight:
            return
        if self._next and self._next.slot.number:
            view, self._next = self._next, None
            self._drop_view()
            self._take(view)
        if self._view is None:
            if self.camera is not None and 0 < self._again_at <= now:
                self.show_camera(self.camera, self._wants)
            return
        if now >= self._truth_due:
            self._truth_due = now + TRUTH_EACH_S
            truth = self._truth_of(self._view, now)
            if truth != self._truth:
                self._truth = truth
                self._strip = None
                self.update()
        if self._view.slot.number != self._seen_number:
            self.update()

    def _truth_of(self, view: View, now: float) -> Truth:
        # Between two key frames all pictures are there a moment after they were asked for.
        full = self.is_full and now - self._full_since > BEGINS_WITHIN_S
        return truth_of(view.slot, self._stage.state(view.key), full, now)

    # Painting.

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = self._view.slot.picture() if self._view else None
        if picture is None or self._view is None:
            painter.fillRect(self.rect(), GROUND)
            self._words.paint(painter, *self._why_nothing())
        else:
            self._paint_picture(painter, self._view, picture)
        if self.camera is not None:
            if self._strip is None:
                told = short(self._truth, self.stream, self.is_full, self.zoom.scale)
                ratio = self.devicePixelRatioF()
                self._strip = self._words.strip(self.camera.name, self._truth, told, ratio)
            painter.drawPixmap(0, 0, self._strip)
        if self._band is not None:
            painter.setPen(QPen(QColor(TOKENS["near"]), 2))
            painter.drawRect(QRect(*self._band).normalized())
        if self._current:
            painter.setPen(QPen(QColor(TOKENS["accent"]), 3))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _why_nothing(self) -> tuple[str, str, str]:
        """What stands where no picture is: a title, what to do about it, and their colour."""
        if self.camera is None:
            return tr("空窗格"), tr("从点位树拖入监控点位"), TOKENS["faint"]
        state = self._truth.state
        colour = stream_colour(state).name()
        if self._view is not None:
            return label(state), advice(state), colour
        if self._again_at:
            return tr("本机内存已满"), tr("请关闭一些窗格或其他程序，稍后自动再试"), colour
        return (
            tr("打不开"),
            tr("本席位没有密码的密钥，或地址不在允许的网段内：请管理员核对"),
            colour,
        )

    def _paint_picture(self, painter: QPainter, view: View, picture: Picture) -> None:
        self._picture.paint(painter, view.slot, picture)
        if picture.number != self._seen_number:
            self.shown += picture.number > self._seen_number
            self._seen_number = picture.number
            self.painted, self.painted_at = picture, time.monotonic()
        if self._truth.state in SEEN_TROUBLES:
            self._words.paint_warning(painter, self._truth.state)
        elif self._truth.state is not StreamState.LIVE:
            painter.fillRect(self.rect(), DIMMED)
            colour = stream_colour(self._truth.state).name()
            self._words.paint(painter, *trouble(self._truth), colour)

    # Views.

    def _newest(self) -> View | None:
        return self._next or self._view

    def _take(self, view: View | None) -> None:
        self._view = view
        self._picture.forget()
        self._seen_number = 0
        self._truth_due = 0.0
        self._strip = None
        self._truth = Truth(StreamState.AUTH, -1)  # the camera's secret could not be opened
        if view is not None:
            self._truth = self._truth_of(view, time.monotonic())

    def _drop_view(self) -> None:
        if self._view:
            self._picture.forget()
            self._stage.leave(self._view)
            self._view = None

    def _drop_next(self) -> None:
        if self._next:
            self._stage.leave(self._next)
            self._next = None

    def _wanted(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF() * self.zoom.scale
        return max(16, round(self.width() * ratio)), max(16, round(self.height() * ratio))

    def _fit(self) -> None:
        for view in (self._view, self._next):
            if view is not None:
                self._stage.resize(view, *self._wanted(), self._decode)

    # Sight and size.

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._in_sight = True
        self._fit()  # what was resized while it was hidden
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._in_sight = False
        super().hideEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._strip = None
        self._words = TileWords(self.rect(), self.font())
        if self.isVisible():
            self._fit()
        super().resizeEvent(event)

    # Mouse.

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.zoom_by(event.angleDelta().y() / WHEEL_STEP, event.position())
        event.accept()

    def zoom_by(self, steps: float, at: QPointF) -> None:
        """Nearer by so many steps, or back: what is at this point of the tile stays there."""
        picture = self._view.slot.picture() if self._view else None
        if picture is not None:
            self._picture.turn(steps, at, picture)
            self._on_zoomed()

    def _zoom_to_whole(self) -> None:
        if self.zoom.is_on:
            self.zoom.reset()
            self._on_zoomed()

    def _on_zoomed(self) -> None:
        self._strip = None
        self._fit()  # more of the stream's own lines, as far as it has them
        self.update()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.camera is not None:
            self.chosen.emit()
            self.asked.emit(event.globalPos())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            at = event.position().toPoint()
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._band = at, at
            else:
                self._press = at
        self.chosen.emit()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._band is not None:
            self._band = self._band[0], event.position().toPoint()
            self.update()
            return
        if self._press is None or self.camera is None:
            return
        if self.zoom.is_on:
            at = event.position().toPoint()
            if self.painted is not None:
                self._picture.push(QPointF(at - self._press), self.painted)
            self._press = at
            self.update()
            return
        moved = (event.position().toPoint() - self._press).manhattanLength()
        if moved < QApplication.startDragDistance():
            return
        self._press = None
        drag = QDrag(self)
        drag.setMimeData(dragging.carrying([self.camera.id], self.number))
        drag.setPixmap(self.grab().scaledToWidth(180))
        drag.exec(Qt.DropAction.MoveAction)

    @override
    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._press = None
        band, self._band = self._band, None
        if band is not None:
            self.update()
            self._frame(*band)

    def _frame(self, begin: QPoint, end: QPoint) -> None:
        """Drawn to the right: nearer. Drawn to the left: step back, as hand-held remotes do."""
        picture = self._view.slot.picture() if self._view else None
        box = self._picture.box(QRect(begin, end).normalized(), picture) if picture else None
        if box is not None:
            self.framed.emit(box, end.x() >= begin.x())

    @override
    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._press = None
        self.enlarge.emit()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragging.carries(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        told, source = event.mimeData(), event.source()
        number = dragging.tile_of(told)
        if number is not None and isinstance(source, Tile) and source.parent() is self.parent():
            self.dropped_tile.emit(number)
        elif dragging.carries(told):
            self.dropped_cameras.emit(dragging.cameras_of(told))
        event.acceptProposedAction()

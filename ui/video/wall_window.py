"""Another wall in a window of its own, for another screen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from ui.actions import Command, Commands
from ui.notices import Notices
from ui.video.stage import Stage
from ui.video.video_page import WallBar
from ui.video.wall import VideoWall
from ui.words import tr


class WallWindow(QWidget):
    """Signals: `closed()`; `wall.current_changed` as of any wall.

    It `fills` its screen if no other wall stands there.
    """

    closed = Signal()

    def __init__(self, stage: Stage, on: QScreen, fills: bool) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle(tr("值守 · 副屏视频墙"))
        self.wall = VideoWall(stage)
        self.notices = Notices(self)
        self.bar = WallBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.wall, 1)
        self.bar.layout_chosen.connect(self.wall.arrange)
        self.wall.arranged.connect(lambda: self.bar.mark(self.wall.layout_name))
        self.bar.enlarge.connect(self.wall.toggle_enlarged)
        self.bar.clear.connect(self.wall.clear_current)
        self.bar.full_screen.connect(self.toggle_full_screen)
        self.bar.other_wall.connect(self.close)
        self.bar.other_button.setText(tr("关闭副屏"))
        self.bar.mark(self.wall.layout_name)
        self.commands = Commands(
            self,
            {
                Command.CAPTURE: self.bar.capture.emit,
                Command.REPLAY: self.bar.replay.emit,
                Command.TRACE: self.bar.trace.emit,
                Command.ENLARGE: self.wall.toggle_enlarged,
                Command.FULL_SCREEN: self.toggle_full_screen,
                Command.NEXT_TILE: lambda: self.wall.step(1),
                Command.PREVIOUS_TILE: lambda: self.wall.step(-1),
                Command.CLEAR_TILE: self.wall.clear_current,
            },
        )
        room = on.availableGeometry()
        if fills:
            self.setGeometry(room)
        else:
            self.resize(round(room.width() * 0.7), round(room.height() * 0.7))

    def offer_capture(self, may: bool) -> None:
        """Whether whoever sits here takes evidence."""
        self.bar.capture_button.setEnabled(may)
        self.commands[Command.CAPTURE].setEnabled(may)

    def toggle_full_screen(self) -> None:
        """The pictures alone on the whole screen, or the window again."""
        full = not self.isFullScreen()
        self.bar.setVisible(not full)
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def state(self) -> dict[str, Any]:
        """What comes back after a restart."""
        place = self.geometry()
        box = [place.x(), place.y(), place.width(), place.height()]
        return {"wall": self.wall.state(), "geometry": box}

    def restore(self, state: dict[str, Any]) -> None:
        """Open again what was open; a place no screen covers any more is not taken."""
        self.wall.restore(state.get("wall", {}))
        box = state.get("geometry", [])
        if len(box) == 4 and any(
            screen.availableGeometry().contains(box[0] + 40, box[1] + 40)
            for screen in QGuiApplication.screens()
        ):
            self.setGeometry(*box)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.notices.place()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.wall.release()
        self.closed.emit()
        super().closeEvent(event)

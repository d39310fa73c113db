"""Both walls of a desk: the one in the window, and the one that may stand on another screen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ui.video.stage import Stage
from ui.video.tile import Tile
from ui.video.wall import VideoWall
from ui.video.wall_window import WallWindow

KEEP_AFTER_MS = 1500


class Walls(QObject):
    """Signals: `arranged()` some time after something changed that is worth keeping, `capture()`
    when evidence is wanted from the second wall, `replay()` and `reference()` likewise;
    and what each wall says of itself.
    """

    arranged = Signal()
    current_changed = Signal(object)
    framed = Signal(object, bool)
    key_pressed = Signal(object)
    key_released = Signal()
    capture = Signal()
    replay = Signal()
    reference = Signal()

    def __init__(self, stage: Stage, main: VideoWall) -> None:
        super().__init__()
        self._stage, self.main = stage, main
        self.second: WallWindow | None = None
        self._keeping = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._keeping.timeout.connect(self.arranged)
        self._follow(main)

    @property
    def in_use(self) -> VideoWall:
        """The wall that keys are meant for."""
        if self.second and self.second.isActiveWindow():
            return self.second.wall
        return self.main

    @property
    def all(self) -> list[VideoWall]:
        """Every wall that is open."""
        return [self.main, *([self.second.wall] if self.second else [])]

    @property
    def tile(self) -> Tile | None:
        """The current tile, if it shows a camera that was opened."""
        tile = self.in_use.current
        return tile if tile and tile.camera and tile.key else None

    def toggle_second(self) -> None:
        """Open or close the wall on the other screen."""
        if self.second:
            self.second.close()
            return
        self.second = WallWindow(self._stage, self.main.screen())
        self._follow(self.second.wall)
        bar = self.second.bar
        bar.capture.connect(self.capture)
        bar.replay.connect(self.replay)
        bar.reference.connect(self.reference)
        self.second.closed.connect(self._on_closed)
        self.second.show()
        self._keeping.start()

    def _follow(self, wall: VideoWall) -> None:
        wall.arranged.connect(self._keeping.start)
        wall.current_changed.connect(self.current_changed)
        wall.framed.connect(self.framed)
        wall.key_pressed.connect(self.key_pressed)
        wall.key_released.connect(self.key_released)

    def _on_closed(self) -> None:
        if self.second:
            self.second.deleteLater()
            self.second = None
            self._keeping.start()

    def enable(self, enabled: bool) -> None:
        """Whether tiles may be clicked and dragged; their pictures go on."""
        for wall in (self.main, self.second):
            if wall is not None:
                wall.setEnabled(enabled)

    def let_go_unknown(self) -> None:
        """Empty every tile whose camera this desk may no longer watch."""
        for wall in self.all:
            wall.let_go_unknown()

    # What comes back after a restart.

    def state(self) -> dict[str, Any]:
        """Both walls, as `restore` takes them."""
        told: dict[str, Any] = {"wall": self.main.state()}
        if self.second:
            told["second"] = self.second.state()
        return told

    def restore(self, told: dict[str, Any]) -> None:
        """Open again what was open; a desk that remembers nothing begins with the first cameras."""
        self.main.restore(told.get("wall", {}) or self._first())
        if "second" in told and self.second is None:
            self.toggle_second()
            if self.second:
                self.second.restore(told["second"])

    def apply(self, told: dict[str, Any]) -> None:
        """Just this arrangement: what it leaves empty becomes empty."""
        self.main.fill([])
        self.main.restore(told.get("wall", {}))
        second = told.get("second")
        if (second is None) != (self.second is None):
            self.toggle_second()
        if second is not None and self.second is not None:
            self.second.wall.fill([])
            self.second.restore(second)

    def _first(self) -> dict[str, Any]:
        known = [camera.id for camera in self._stage.cameras if camera.enabled]
        name = "16" if len(known) > 9 else "9"
        return {"layout": name, "cameras": known[: int(name)]}

    def empty(self) -> None:
        """Nobody sits here: every stream goes, and what was open is not forgotten by it."""
        self.main.blockSignals(True)
        self.main.fill([])
        self.main.blockSignals(False)
        if self.second:
            self.second.close()
        self._keeping.stop()

    def release(self) -> None:
        """The console ends."""
        self._keeping.stop()
        self.main.release()
        if self.second:
            self.second.blockSignals(True)
            self.second.close()

"""All walls of a desk: the one in the window, and one on each other screen that wants one."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from ui.video.stage import Stage
from ui.video.tile import Tile
from ui.video.wall import VideoWall
from ui.video.wall_window import WallWindow

KEEP_AFTER_MS = 1500


class Walls(QObject):
    """Signals: `arranged()` some time after something changed that is worth keeping, `capture()`
    when evidence is wanted from another wall, `replay()`, `trace()` and `reference()` likewise;
    and what each wall says of itself.
    """

    arranged = Signal()
    current_changed = Signal(object)
    framed = Signal(object, bool)
    asked = Signal(QPoint)
    key_pressed = Signal(object)
    key_released = Signal()
    capture = Signal()
    replay = Signal()
    trace = Signal()
    reference = Signal()

    def __init__(self, stage: Stage, main: VideoWall) -> None:
        super().__init__()
        self._stage, self.main = stage, main
        self.others: list[WallWindow] = []
        self._may_capture = True
        self._keeping = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._keeping.timeout.connect(self.arranged)
        self._follow(main)

    @property
    def in_use(self) -> VideoWall:
        """The wall that keys are meant for."""
        return next((one.wall for one in self.others if one.isActiveWindow()), self.main)

    @property
    def all(self) -> list[VideoWall]:
        """Every wall that is open."""
        return [self.main, *(one.wall for one in self.others)]

    @property
    def tile(self) -> Tile | None:
        """The current tile, if it shows a camera that was opened."""
        tile = self.in_use.current
        return tile if tile and tile.camera and tile.key else None

    def toggle_others(self) -> None:
        """A wall on the next screen that has none; once each has one, all of these close."""
        if self.others and self._free_screen() is None:
            self.close_others()
        else:
            self.open_other()

    def open_other(self) -> WallWindow:
        """One more wall, on a screen of its own if there is one left."""
        free = self._free_screen()
        window = WallWindow(self._stage, free or self.main.screen(), fills=free is not None)
        self.others.append(window)
        self._follow(window.wall)
        window.bar.capture.connect(self.capture)
        window.bar.replay.connect(self.replay)
        window.bar.trace.connect(self.trace)
        window.bar.reference.connect(self.reference)
        window.closed.connect(partial(self._on_closed, window))
        window.offer_capture(self._may_capture)
        window.show()
        self._keeping.start()
        return window

    def offer_capture(self, may: bool) -> None:
        """Whether whoever sits here takes evidence, on these walls too."""
        self._may_capture = may
        for window in self.others:
            window.offer_capture(may)

    def tell(self, text: str, tone: str) -> None:
        """What the console says is read on the wall that its operator works at, too."""
        for window in self.others:
            if window.isActiveWindow():
                window.notices.say(text, tone)

    def close_others(self) -> None:
        """Only the wall in the window stays."""
        for window in list(self.others):
            window.close()

    def _free_screen(self) -> QScreen | None:
        taken = [self.main.screen(), *(one.screen() for one in self.others)]
        return next((one for one in QGuiApplication.screens() if one not in taken), None)

    def _follow(self, wall: VideoWall) -> None:
        wall.arranged.connect(self._keeping.start)
        wall.current_changed.connect(self.current_changed)
        wall.framed.connect(self.framed)
        wall.asked.connect(self.asked)
        wall.key_pressed.connect(self.key_pressed)
        wall.key_released.connect(self.key_released)

    def _on_closed(self, window: WallWindow) -> None:
        self.others.remove(window)
        window.deleteLater()
        self._keeping.start()

    def enable(self, enabled: bool) -> None:
        """Whether tiles may be clicked and dragged; their pictures go on."""
        for part in (self.main, *self.others):
            part.setEnabled(enabled)

    def let_go_unknown(self) -> None:
        """Empty every tile whose camera this desk may no longer watch."""
        for wall in self.all:
            wall.let_go_unknown()

    # What comes back after a restart.

    def state(self) -> dict[str, Any]:
        """All walls as they are seen now, as `restore` takes them."""
        return {"wall": self.main.state(), "others": [one.state() for one in self.others]}

    def at_rest(self) -> dict[str, Any]:
        """The same with the operator's own wall, which a tour may have borrowed."""
        return {**self.state(), "wall": self.main.at_rest}

    def restore(self, told: dict[str, Any]) -> None:
        """Open again what was open; a desk that remembers nothing begins with the first cameras."""
        self.main.restore(told.get("wall", {}) or self._first())
        if not self.others:
            for one in _others(told):
                self.open_other().restore(one)

    def apply(self, told: dict[str, Any]) -> None:
        """Just this arrangement: what it leaves empty becomes empty."""
        self.main.restore(told.get("wall", {}))
        wanted = _others(told)
        for window in self.others[len(wanted) :]:
            window.close()
        while len(self.others) < len(wanted):
            self.open_other()
        for window, one in zip(self.others, wanted, strict=True):
            window.restore(one)

    def _first(self) -> dict[str, Any]:
        known = [camera.id for camera in self._stage.cameras if camera.enabled]
        name = "16" if len(known) > 9 else "9"
        return {"layout": name, "cameras": known[: int(name)]}

    def empty(self) -> None:
        """Nobody sits here: every stream goes, and what was open is not forgotten by it."""
        self.main.blockSignals(True)
        self.main.fill([])
        self.main.blockSignals(False)
        self.close_others()
        self._keeping.stop()

    def release(self) -> None:
        """The console ends."""
        self._keeping.stop()
        self.main.release()
        for window in self.others:
            window.blockSignals(True)
            window.close()


def _others(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The walls beside the main one; what was kept when there was one at most has it alone."""
    return list(told.get("others") or ([told["second"]] if told.get("second") else []))

"""The video wall: tiles in a layout, one of them current, each telling the truth."""

from __future__ import annotations

import os
import time
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.domain.camera import Stream
from app.video.load import is_busy
from app.video.messages import Decode
from app.video.quality import Chooser, Governor, decoding
from ui.video.layouts import LAYOUTS, rectangles
from ui.video.stage import Stage
from ui.video.tile import Tile
from ui.words import tr

POLL_MS = 20
"""Pictures come each 40 ms; looking this often shows each of them within half a frame."""

SUIT_MS = 500
STEP_EACH_S = 0.4


class VideoWall(QWidget):
    """As many tiles as the layout has.

    Signals: `current_changed(Tile)` when another tile is current, or it shows another camera;
    `arranged()` when cameras or layout have changed and are worth keeping; `framed(Box, nearer)`
    when a part of the current tile's picture was drawn; `asked(QPoint)` for what can be done with
    the current tile's camera, at this place of the screen; `key_pressed(QKeyEvent)`, which whoever
    takes it accepts, and `key_released()`.
    """

    current_changed = Signal(object)
    arranged = Signal()
    framed = Signal(object, bool)
    asked = Signal(QPoint)
    key_pressed = Signal(object)
    key_released = Signal()

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self.layout_name = "9"
        self.tiles: list[Tile] = []
        self.current: Tile | None = None
        self.enlarged: Tile | None = None
        self.setAccessibleName(tr("视频墙"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._clock = QTimer(self, interval=POLL_MS)
        self._clock.timeout.connect(self._poll)
        self._choosers: dict[int, Chooser] = {}
        self._governor = Governor(os.cpu_count() or 1)
        self.mode: Decode | None = None
        """None: by the published rules; else every tile like this (benchmarks)."""

        self._suiting = QTimer(self, interval=SUIT_MS)
        self._suiting.timeout.connect(self._suit)
        self._stepped_at = 0.0
        self._aside: list[int] = []  # of tiles that a smaller layout had no room for
        self._owned: dict[str, Any] | None = None  # the operator's wall, while a course has it
        self._lent: tuple[str, list[int]] = ("", [])  # what the course put on it last
        self.arrange("9")
        self._clock.start()
        self._suiting.start()

    # Layout.

    def arrange(self, name: str) -> None:
        """Take this layout; cameras keep their order. Those without a tile come back as soon as a
        larger layout has one for them, unless the wall was filled anew meanwhile.
        """
        self.shrink()
        self.layout_name = name
        wanted = len(LAYOUTS[name].places)
        back = []
        while len(self.tiles) < wanted:
            self.tiles.append(self._new_tile(len(self.tiles)))
            if self._aside:
                back.append((self.tiles[-1], self._aside.pop(0)))
        while len(self.tiles) > wanted:
            gone = self.tiles.pop()
            if gone.camera is not None:
                self._aside.insert(0, gone.camera.id)
            gone.blockSignals(True)
            gone.clear()
            if self.current is gone:
                self.current = None
            gone.deleteLater()
        self._place()
        for tile, camera_id in back:
            tile.show_camera(self._stage.camera(camera_id), Stream.SUB)
        if self.current is None:
            self.choose(self.tiles[0])
        self.arranged.emit()

    def _new_tile(self, number: int) -> Tile:
        tile = Tile(self._stage, number, self)
        tile.chosen.connect(lambda: self.choose(tile))
        tile.chosen.connect(self.setFocus)
        tile.framed.connect(self.framed)
        tile.asked.connect(self.asked)
        tile.enlarge.connect(lambda: self.toggle_enlarged(tile))
        tile.dropped_cameras.connect(lambda cameras: self.show_from(tile, cameras))
        tile.dropped_tile.connect(lambda other: self.swap(tile.number, other))
        tile.changed.connect(lambda: self._on_tile(tile))
        tile.show()
        return tile

    def _on_tile(self, tile: Tile) -> None:
        self.arranged.emit()
        if tile is self.current:
            self.current_changed.emit(tile)  # it shows another camera now

    def _place(self) -> None:
        if self.enlarged:
            self.enlarged.setGeometry(self.rect())
            return
        for tile, place in zip(
            self.tiles,
            rectangles(LAYOUTS[self.layout_name], self.width(), self.height()),
            strict=True,
        ):
            tile.setGeometry(place)

    # Cameras.

    @staticmethod
    def stream_for(tiles: int) -> Stream:
        """What a tile of a wall of so many begins with: one alone shows the main stream."""
        return Stream.MAIN if tiles == 1 else Stream.SUB

    def choose_camera(self, camera_id: int) -> None:
        """Keys go to the tile that shows this camera, if one does."""
        for tile in self.tiles:
            if tile.camera is not None and tile.camera.id == camera_id:
                self.choose(tile)
                return

    def show_in(self, tile: Tile, camera_id: int) -> None:
        """Show a camera in this tile and make it the current one."""
        large = self.enlarged is tile or len(self.tiles) == 1
        tile.show_camera(self._stage.camera(camera_id), Stream.MAIN if large else Stream.SUB)
        self.choose(tile)

    def show_from(self, tile: Tile, cameras: list[int]) -> None:
        """Show these cameras in this tile and those after it, as many as there are tiles for; of
        several, one that another tile shows is not shown twice.
        """
        place = self.tiles.index(tile)
        taken = {other.camera.id for other in self.tiles[:place] if other.camera}
        wanted = list(cameras)
        if len(cameras) > 1:
            wanted = [one for one in dict.fromkeys(cameras) if one not in taken]
        wanted = wanted[: len(self.tiles) - place]
        for other, camera_id in zip(self.tiles[place:], wanted, strict=False):
            self.show_in(other, camera_id)
        if len(cameras) > 1:
            for other in self.tiles[place + len(wanted) :]:
                if other.camera is not None and other.camera.id in wanted:
                    other.clear()
        self.choose(tile)

    def show_next(self, camera_id: int) -> None:
        """Show a camera in the current tile if it is empty, else in the first that is, else in the
        current one.
        """
        for tile in self.tiles:
            if tile.camera and tile.camera.id == camera_id:
                self.choose(tile)
                return
        here = self.current or self.tiles[0]
        free = next((tile for tile in (here, *self.tiles) if tile.camera is None), None)
        self.show_in(free or here, camera_id)

    def fill(self, cameras: list[int]) -> None:
        """Show these cameras from the first tile on; tiles beyond them become empty."""
        self._aside.clear()
        for place, tile in enumerate(self.tiles):
            camera = self._stage.camera(cameras[place]) if place < len(cameras) else None
            tile.show_camera(camera, self.stream_for(len(self.tiles)))

    def let_go_unknown(self) -> None:
        """Empty every tile whose camera is not, or no longer, in the directory of this desk; the
        others learn what the directory says of theirs now.
        """
        for tile in self.tiles:
            if tile.camera is None:
                continue
            if (known := self._stage.camera(tile.camera.id)) is None:
                tile.clear()
            else:
                tile.know(known)

    def swap(self, one: int, other: int) -> None:
        """Exchange the cameras of two tiles."""
        if not 0 <= other < len(self.tiles):
            return  # dragged here from another wall that has more tiles
        first, second = self.tiles[one], self.tiles[other]
        if first is second:
            return
        a, b = first.camera, second.camera
        first.show_camera(b)
        second.show_camera(a)
        self.choose(first)

    def choose(self, tile: Tile) -> None:
        """Keys go to this tile from here on."""
        if self.current and self.current is not tile:
            self.current.set_current(False)
        self.current = tile
        tile.set_current(True)
        self._choose_decoding()
        self.current_changed.emit(tile)

    def clear_current(self) -> None:
        """Empty the current tile."""
        if self.current:
            self.current.clear()

    def step(self, by: int) -> None:
        """Choose the tile `by` places on; while one is enlarged, enlarge the next with a camera."""
        if self.current is None:
            return
        after = [
            self.tiles[(self.current.number + by * n) % len(self.tiles)]
            for n in range(1, len(self.tiles) + 1)
        ]
        if not self.enlarged:
            self.choose(after[0])
            return
        if (now := time.monotonic()) - self._stepped_at < STEP_EACH_S:
            return  # a key that is held would open a main stream each time it repeats
        self._stepped_at = now
        following = next((tile for tile in after if tile.camera is not None), None)
        if following is not None and following is not self.enlarged:
            self.shrink()
            self.choose(following)
            self.toggle_enlarged(following)

    # One tile large.

    def toggle_enlarged(self, tile: Tile | None = None) -> None:
        """The tile alone with its main stream, or all of them again."""
        if self.enlarged:
            self.shrink()
            return
        tile = tile or self.current
        if tile is None or tile.camera is None:
            return
        self.enlarged = tile
        for other in self.tiles:
            if other is not tile:
                other.hide()
                other.rest()
        self._place()
        tile.raise_()
        tile.show_camera(tile.camera, Stream.MAIN)

    def shrink(self) -> None:
        """All tiles again, with their sub streams."""
        if self.enlarged is None:
            return
        large, self.enlarged = self.enlarged, None
        self._place()
        for tile in self.tiles:
            tile.show()
            tile.wake()
        if large.camera and len(self.tiles) > 1:
            large.show_camera(large.camera, Stream.SUB)

    # A tour or a round of inspection borrows the wall, and gives it back.

    def lend(self, layout: str, cameras: list[int]) -> None:
        """A course shows these; what the operator had is kept from its first step on."""
        if self._owned is None:
            self._owned = self.state()
        self.shrink()
        if self.layout_name != layout:
            self.arrange(layout)
        self.fill(cameras)
        self._lent = (layout, self._shown())

    def take_back(self) -> None:
        """The course is over: the operator's wall again, unless they have changed it meanwhile."""
        owned, self._owned = self._owned, None
        if owned is None:
            return
        layout, lent = self._lent
        chosen = None if layout == self.layout_name else self.layout_name
        shown = self._shown()
        if (shown != lent) if chosen is None else not {one for one in shown if one} <= set(lent):
            self.arranged.emit()  # what is kept of this desk is another wall from here on
            return
        self.shrink()
        self.restore(owned)
        if chosen is not None:  # another layout is no other wall
            self.arrange(chosen)

    @property
    def at_rest(self) -> dict[str, Any]:
        """The operator's wall, whatever a course shows on it now."""
        return self._owned or self.state()

    def _shown(self) -> list[int]:
        return [tile.camera.id if tile.camera else 0 for tile in self.tiles]

    # What comes back after a restart.

    def state(self) -> dict[str, Any]:
        """Layout and cameras, as `restore` takes them."""
        return {
            "layout": self.layout_name,
            "cameras": [tile.camera.id if tile.camera else None for tile in self.tiles],
            "aside": list(self._aside),
            "current": self.current.number if self.current else 0,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Open again what was open, and just that; cameras that are gone leave their tile empty."""
        self._aside.clear()
        name = state.get("layout", "9")
        self.arrange(name if name in LAYOUTS else "9")
        told = state.get("cameras", [])
        for place, tile in enumerate(self.tiles):
            known = self._stage.camera(told[place]) if place < len(told) and told[place] else None
            tile.show_camera(known, Stream.MAIN if len(self.tiles) == 1 else Stream.SUB)
        self._aside = [one for one in state.get("aside", []) if isinstance(one, int)]
        number = state.get("current", 0)
        if 0 <= number < len(self.tiles):
            self.choose(self.tiles[number])

    def release(self) -> None:
        """Let every stream go, for a wall that closes."""
        self._clock.stop()
        self._suiting.stop()
        for tile in self.tiles:
            tile.blockSignals(True)
            tile.clear()

    def _suit(self) -> None:
        """Give each tile the stream that it can show; the enlarged one has its main stream."""
        now, calm = time.monotonic(), not is_busy()
        self._governor.hear(not calm, now)
        self._choose_decoding()
        raised = []
        for tile in self.tiles:
            if tile is self.enlarged or tile.camera is None or not tile.isVisible():
                continue
            chooser = self._choosers.setdefault(tile.number, Chooser())
            height = round(tile.height() * tile.devicePixelRatioF() * tile.zoom.scale)
            if len(self.tiles) > 1:
                tile.show_camera(tile.camera, chooser.hear(height, now, calm))
            if chooser.stream is Stream.MAIN:
                raised.append((height, tile.number))
        if raised and not calm:
            self._choosers[min(raised)[1]].lower(now)  # one each time: perhaps that is enough

    def _choose_decoding(self) -> None:
        """Every picture where somebody looks closely, key frames elsewhere."""
        shown = [tile for tile in self.tiles if tile.camera is not None and tile.isVisible()]
        heights = [round(tile.height() * tile.devicePixelRatioF()) for tile in shown]
        place = shown.index(self.current) if self.current in shown else None
        full = self._governor.full if self.mode is None else len(shown)
        for tile, decode in zip(shown, decoding(heights, place, full), strict=True):
            tile.decode_as(self.mode or decode)

    def _poll(self) -> None:
        now = time.monotonic()
        for tile in self.tiles:
            tile.poll(now)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offered to whoever moves cameras; what is not accepted goes on to the window."""
        event.ignore()
        self.key_pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.key_released.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.key_released.emit()  # its release would be heard by somebody else
        super().focusOutEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

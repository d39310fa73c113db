"""Runs a tour on a wall: each step for its dwell, the next one's cameras opened beforehand."""

from __future__ import annotations

import time
from collections.abc import Collection

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.camera import Stream, StreamState
from app.domain.tour import Course, TourRow
from ui.video.stage import Stage
from ui.video.wall import VideoWall

OPEN_BEFORE_S = 5.0
"""A camera is connected so long before its turn: then its ring holds a key frame to begin with."""

DARK_S = 8.0
"""A step of which nothing is to be seen for so long makes way five seconds later, in which the next
one's cameras are connected."""

TICK_MS = 200
LAYOUT_OF = {1: "1", 4: "4", 6: "1+5", 8: "1+7", 9: "9", 16: "16"}


class TourRunner(QObject):
    """Signals: `changed()` when the step, the time left or the state is another; `coming(ids)`:
    these cameras will be shown next and may be turned to where they should look; `begun()`;
    `gave_way()`: it has ended because another layout was chosen; `gone(ids)`: these cameras were
    shown, and no longer are.
    """

    changed = Signal()
    gave_way = Signal()
    gone = Signal(list)
    coming = Signal(list)
    begun = Signal()

    def __init__(self, stage: Stage, wall: VideoWall) -> None:
        super().__init__()
        self._stage, self._wall = stage, wall
        self.tour: TourRow | None = None
        self.course: Course | None = None
        self.paused = False
        self._left = 0.0  # seconds of this step
        self._ticked = 0.0
        self._opened: set[tuple[int, Stream]] = set()
        self._tried = self._waited = False
        self._on: list[int] = []  # what this step shows
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def runs(self) -> bool:
        return self.tour is not None

    @property
    def waits(self) -> bool:
        """Whether a picture that was enlarged holds the tour up."""
        return self.runs and self._wall.enlarged is not None

    @property
    def left(self) -> int:
        """Whole seconds until the next step."""
        return max(0, round(self._left))

    def start(self, tour: TourRow, begin: int | None = None, skipped: Collection[int] = ()) -> None:
        """Run it from the step that shows the camera `begin`, else from its first; cameras that
        are `skipped` in this run, or may not be seen, are passed over.
        """
        self.stop()
        known = [one for one in tour.cameras if self._stage.camera(one) and one not in skipped]
        if not known:
            return
        self.tour, self.course, self.paused = tour, Course(known, tour.tiles), False
        if begin is not None:
            self.course.jump(begin)
        self.begun.emit()
        self.coming.emit(self.course.now())
        self._show(self.course.now())
        self._timer.start()

    def stop(self) -> None:
        """End the tour; the wall is again as it was before, unless somebody has changed it."""
        self._timer.stop()
        self._close_opened()
        if self.tour is not None:
            self._wall.take_back()
        self._put_on([])
        self.tour = self.course = None
        self.changed.emit()

    def pause(self) -> None:
        """Stand still on this step, or go on."""
        if self.runs:
            self.paused = not self.paused
            self._ticked = time.monotonic()
            self.changed.emit()

    def go(self, by: int) -> None:
        """To the next step at once, or back."""
        if self.course:
            if by != 1 or not self._tried:  # else they were turned when they were opened
                self.coming.emit(self.course.at(by))
            self._show(self.course.go(by))

    def jump(self, camera_id: int) -> None:
        """Out of turn: to the step that shows this camera."""
        if self.course:
            shown = self.course.jump(camera_id)
            self.coming.emit(shown)
            self._show(shown)

    def take_out(self, camera_id: int) -> None:
        """Leave a camera out for the rest of this run."""
        if self.course is None:
            return
        left = self.course.take_out(camera_id)
        if left:
            self._show(left)
        else:
            self.stop()

    def _show(self, cameras: list[int]) -> None:
        assert self.tour is not None
        self._wall.lend(LAYOUT_OF[self.tour.tiles], cameras)
        self._put_on(cameras)
        self._close_opened()
        self._left, self._ticked = float(self.tour.dwell_s), time.monotonic()
        self.changed.emit()

    def _put_on(self, cameras: list[int]) -> None:
        was, self._on = self._on, cameras
        if gone := [one for one in was if one not in cameras]:
            self.gone.emit(gone)

    def _tick(self) -> None:
        """Count down by the clock and not by ticks: the machine may have slept."""
        now = time.monotonic()
        spent, self._ticked = now - self._ticked, now
        if self.course is None or self.tour is None:
            return
        if self._wall.layout_name != LAYOUT_OF[self.tour.tiles]:
            self.stop()  # somebody chose another layout: its spots would be counted and not seen
            self.gave_way.emit()
            return
        if self.waits is not self._waited:
            self._waited = self.waits
            self.changed.emit()
        if self.paused or self.waits:
            return
        before = self.left
        self._left -= spent
        shown = self.tour.dwell_s - self._left
        if shown >= DARK_S and self.course.steps > 1 and self._is_dark():
            self._left = min(self._left, OPEN_BEFORE_S)  # the ledger offers again what was missed
        if self._left <= OPEN_BEFORE_S and not self._tried and self.course.steps > 1:
            self._tried = True
            self.coming.emit(self.course.next())
            wanted = self._wall.stream_for(self.tour.tiles)
            coming = [self._stage.camera(one) for one in self.course.next()]
            streams = {one.id: self._stage.suited(one, wanted) for one in coming if one}
            self._opened = {one for one in streams.items() if self._stage.preopen(*one)}
        if self._left <= 0:
            self.go(1)
        elif self.left != before:
            self.changed.emit()

    def _is_dark(self) -> bool:
        """Whether no tile of this step shows anything that could be looked at. Nobody knows while
        another page is shown; and a late picture is one.
        """
        tiles = [tile for tile in self._wall.tiles if tile.camera is not None and tile.isVisible()]
        return bool(tiles) and not any(
            tile.truth.age >= 0 and (tile.truth.state.shows or tile.truth.state is StreamState.LATE)
            for tile in tiles
        )

    def _close_opened(self) -> None:
        for camera_id, stream in self._opened:
            self._stage.unopen(camera_id, stream)
        self._opened.clear()
        self._tried = False

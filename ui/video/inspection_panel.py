"""Guided inspection (巡查): spot after spot on large tiles, each answered for by one key."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
)

from app.desk import Desk
from app.domain.camera import CameraRow, Stream, StreamState
from app.domain.fault import SEEN_BY_EYE, as_told
from app.domain.inspection import Tally, Verdict
from app.domain.inspection_round import InspectionRound
from app.domain.tour import TourRow
from app.services import inspections
from ui.labels import label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.video.inspection_sheet import InspectionSheet
from ui.video.stage import Stage
from ui.video.tile import Tile
from ui.video.wall import VideoWall
from ui.widgets.named import named
from ui.words import listed, tr

WIDE = 340
SUMMED_WITHIN_S = 5.0
SIZES = {1: "1", 2: "2", 3: "3", 4: "4"}
"""How many spots at once, and the layout for it: nine monitors at once halve what is seen."""

GOES_ON_WITHIN_S = 3600.0
"""So long after it was broken off a round goes on where it was; then it is another round."""


@dataclass(frozen=True)
class Left:
    """A round that was broken off: whose and of which tour, and when."""

    whose: tuple[int, int]
    round: InspectionRound
    at: float  # time.monotonic()

    def goes_on(self, whose: tuple[int, int]) -> bool:
        """Whether this one may go on."""
        return whose == self.whose and time.monotonic() - self.at < GOES_ON_WITHIN_S


class InspectionPanel(QFrame):
    """Takes over the wall while it runs.

    Signals: `register_wanted()` when the spot's problem is to be registered; `case_chosen(id)`;
    `coming(ids)` of the spots that are shown next; `changed()` when it begins or ends;
    `fault_told(camera id, StreamState)` when a fault that a person saw is on record; `gone(ids)` of
    the spots that were shown and no longer are.
    """

    register_wanted = Signal()
    case_chosen = Signal(int)
    coming = Signal(list)
    changed = Signal()
    fault_told = Signal(int, object)
    gone = Signal(list)

    def __init__(
        self,
        desk: Desk,
        stage: Stage,
        wall: VideoWall,
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self.setObjectName("sidePanel")
        self.setFixedWidth(WIDE)
        self._desk, self._stage, self._wall, self._notices = desk, stage, wall, notices
        self._tasks, self._on_error = Tasks(self, on_error), on_error
        self.round: InspectionRound | None = None
        self.tour: TourRow | None = None  # of this round, or of the one before it
        self._left: Left | None = None
        self._putting = 0
        self._opened: set[tuple[int, Stream]] = set()
        self._on: list[int] = []  # the spots of this step
        self._seen_s = self._counted_at = 0.0
        self._camera: CameraRow | None = None
        self.registering: int | None = None
        """The spot whose case is being typed: it is answered when the case is there."""

        self.title = named(QLabel(wordWrap=True), "panelTitle")
        self.progress = named(QLabel(), "muted")
        self.sheet = InspectionSheet(desk, notices, on_error)
        self.ok = QPushButton(tr("正常 F2"))
        self.ok.setProperty("weight", "main")
        self.found = QPushButton(tr("登记 F3"))
        self.bad = QPushButton(tr("故障 F4"))
        self.bad.setProperty("weight", "danger")
        self.kind = QPushButton("▾")
        self.kind.setToolTip(tr("选择故障类型（Shift+F4）"))
        self.kind.setAccessibleName(tr("故障类型"))
        self.kind.setFixedWidth(46)
        self.kinds = QMenu(self)
        self.at_once = QComboBox()
        self.at_once.setAccessibleName(tr("窗格数"))
        for count in SIZES:
            self.at_once.addItem(tr("{n} 个窗格", n=count), count)
        self.back = QPushButton(tr("上一组"))
        self.on = QPushButton(tr("下一组"))
        self.end = QPushButton(tr("结束巡查"))
        self.afresh = QPushButton(tr("从头开始"))
        self.tally = named(QLabel(wordWrap=True), "muted")
        self._build()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._show_progress)
        self.hide()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.title)
        column.addWidget(self.progress)
        column.addWidget(self.sheet, 1)
        answers = (self.ok, self.found, self.bad, self.kind)
        for row in (answers, (self.at_once, self.back, self.on)):
            line = QHBoxLayout()
            for widget in row:
                line.addWidget(widget, 0 if widget is self.kind else 1)
            column.addLayout(line)
        ends = QHBoxLayout()
        ends.addWidget(self.end, 1)
        ends.addWidget(self.afresh)
        column.addLayout(ends)
        column.addWidget(self.tally)
        self.ok.clicked.connect(lambda: self.answer(Verdict.PASS))
        self.found.clicked.connect(lambda: self.answer(Verdict.CASE))
        self.bad.clicked.connect(lambda: self.answer(Verdict.FAULT))
        for number, state in enumerate(SEEN_BY_EYE, 1):
            action = self.kinds.addAction(f"&{number}　{label(state)}")
            action.triggered.connect(partial(self._on_kind, state))
        self.kind.clicked.connect(self.ask_kind)
        self.back.clicked.connect(lambda: self._go(-1))
        self.on.clicked.connect(lambda: self._go(1))
        self.end.clicked.connect(self.stop)
        self.afresh.clicked.connect(self._begin_afresh)
        self.at_once.currentIndexChanged.connect(lambda _: self._resize())
        self.sheet.case_chosen.connect(self.case_chosen)
        self._wall.current_changed.connect(self._on_tile)

    @property
    def tiles(self) -> int:
        """How many spots are shown at once."""
        return int(self.at_once.currentData())

    @property
    def runs(self) -> bool:
        return self.round is not None

    # The round.

    def start(self, tour: TourRow, afresh: bool = False) -> None:
        """Inspect the spots of this tour, in its order; a round of it that was broken off a while
        ago goes on where it was, unless it is to begin `afresh`.
        """
        self.stop()
        known = [camera for camera in tour.cameras if self._stage.camera(camera)]
        if not known:
            self._notices.say(tr("没有可以巡查的点位：请检查点位树的查找条件或所选轮巡"), "wrong")
            return
        self.tour = tour
        broken_off = self._broken_off(known)
        if broken_off is None or afresh:
            self.round = InspectionRound(known, self.tiles, self._desk.clock())
        else:
            self.round = broken_off
            self._notices.say(tr("继续上次的巡查：已巡查 {n} 个", n=self.round.answered))
        self.afresh.setVisible(self.round.answered > 0)
        self.show()
        self.sheet.offer(self._desk.signed.role)
        self._show_step(self.round.course.jump(self.round.first_waiting))
        self._tasks.start(self._load_tally())
        self._tick.start()
        self.changed.emit()

    def take_up(
        self, tour: TourRow, broken_off: InspectionRound, tiles: int, registering: int | None
    ) -> None:
        """Go on with a round that was begun before the console was started: with so many spots at
        once, and with the one whose case was being typed.
        """
        self.at_once.setCurrentIndex(max(0, self.at_once.findData(tiles)))
        self.stop()
        whose = self._desk.signed.person_id, tour.id
        self._left = Left(whose, broken_off, time.monotonic())
        self.start(tour)
        self.registering = registering

    def _broken_off(self, known: list[int]) -> InspectionRound | None:
        """What was left of this tour a while ago, if there is something of it to go on with."""
        left, self._left = self._left, None
        if left is None or not left.goes_on(self._whose()):
            return None
        left.round.arrange(known, self.tiles)
        return left.round if left.round.is_broken_off else None

    def _begin_afresh(self) -> None:
        if self.tour is not None:
            self.start(self.tour, afresh=True)

    def _whose(self) -> tuple[int, int]:
        return self._desk.signed.person_id, self.tour.id if self.tour else 0

    def stop(self) -> None:
        """End the round; the wall is again as it was before, unless somebody has changed it."""
        self._tick.stop()
        self._close_opened()
        was, self.round, self._camera = self.round, None, None
        self.registering = None
        self.hide()
        self._put_on([])
        if was is not None:
            self._wall.take_back()
            self._left = Left(self._whose(), was, time.monotonic())
            self._tasks.start(self._sum_up(was))
            self.changed.emit()

    async def _sum_up(self, was: InspectionRound) -> None:
        """What was answered in this round and is on record."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SUMMED_WITHIN_S):
                while self._putting:
                    await asyncio.sleep(0.02)
        counts = was.tally
        told = listed((f"{label(one)} {counts[one]}" for one in Verdict), "，")
        words = tr("巡查结束：{told}，未巡查 {n}", told=told, n=was.count - was.answered)
        self._notices.say(words, "ok")

    def ask_kind(self) -> None:
        """Which fault it is, by its number: what a person sees and the program perhaps does not."""
        if self.runs:
            self.kinds.popup(self.kind.mapToGlobal(self.kind.rect().bottomLeft()))

    def _on_kind(self, state: StreamState, _checked: bool = False) -> None:
        self.answer(Verdict.FAULT, state)

    def answer(self, verdict: Verdict, seen: StreamState | None = None) -> None:
        """The word on the current spot; the next one that waits becomes current.

        `seen` is the kind of fault that a person chose; without it the program's own word stands.
        """
        tile = self._wall.current
        camera = tile.camera if tile else None
        if self.round is None or tile is None or camera is None:
            return
        if not self.round.has(camera.id):
            self._notices.say(tr("这个点位不在本轮巡查里"), "wrong")
            return
        if verdict is Verdict.PASS and not (tile.truth.state.shows and tile.truth.age >= 0):
            self._notices.say(tr("现在没有可看的实时画面，不能判为正常：可按 F4 报故障"), "wrong")
            return
        if verdict is Verdict.CASE:
            self.registering = camera.id
            self.register_wanted.emit()  # answered when the case is there
            return
        self._give(camera, verdict, None, seen or tile.truth.state, seen is not None)

    def registered(self, case_id: int, camera_id: int | None) -> None:
        """A case was registered: if it is this spot's, the spot is answered."""
        if self.registering is None or camera_id != self.registering:
            return
        camera = self._stage.camera(self.registering)
        self.registering = None
        if camera is not None:
            self._give(camera, Verdict.CASE, case_id, StreamState.LIVE, by_eye=False)

    def _give(
        self,
        camera: CameraRow,
        verdict: Verdict,
        case_id: int | None,
        state: StreamState,
        by_eye: bool,
    ) -> None:
        if self.round is not None:
            look = partial(
                inspections.answer,
                camera_id=camera.id,
                verdict=verdict,
                seconds=self._looked(),
                case_id=case_id,
                state=state,
                by_eye=by_eye,
            )
            self._tasks.start(self._put(look, self.round, camera, verdict, as_told(state)))
            self._move_on(camera.id)

    async def _put(
        self,
        look: partial[int],
        answered: InspectionRound,
        camera: CameraRow,
        verdict: Verdict,
        fault: StreamState,
    ) -> None:
        """On record, for the round it was given in, even if another has begun meanwhile."""
        self._putting += 1
        try:
            await self._desk.run(look)
        except Exception as error:
            answered.take_back(camera.id)
            self._on_error(error)  # before the round is summed up, which is the last word
            return
        finally:
            self._putting -= 1
        answered.record(camera.id, verdict)
        if verdict is Verdict.FAULT:
            self.fault_told.emit(camera.id, fault)
        word = tr("{camera}：{verdict}", camera=camera.name, verdict=label(verdict))
        self._notices.say(word, "ok")
        await self._load_tally()

    def _move_on(self, answered: int) -> None:
        assert self.round is not None
        self.round.give(answered)
        if waiting := self._waiting():
            self._wall.choose(waiting[0])
        elif self.round.is_over:
            self.stop()
        else:
            self._go(1)

    def _waiting(self) -> list[Tile]:
        """The tiles whose spots nobody has answered for."""
        return [
            tile
            for tile in self._wall.tiles
            if self.round is not None and tile.camera and self.round.awaits(tile.camera.id)
        ]

    def _go(self, by: int) -> None:
        if self.round is not None:
            self._show_step(self.round.course.go(by))

    def _resize(self) -> None:
        """Another number of tiles: from the spot that is current now."""
        if self.round is not None and self._camera is not None:
            self.round.arrange(self.round.course.cameras, self.tiles)
            self._show_step(self.round.course.jump(self._camera.id))

    def _show_step(self, shown: list[int]) -> None:
        assert self.round is not None
        self.coming.emit(shown)
        self._put_on(shown)
        self._wall.lend(SIZES[self.tiles], shown)
        self._close_opened()
        if self.round.course.steps > 1:  # the next ones are connected while these are looked at
            following = self.round.course.next()
            stream = self._wall.stream_for(self.tiles)
            self._opened = {(one, stream) for one in following if self._stage.preopen(one, stream)}
        self._wall.choose((self._waiting() or self._wall.tiles)[0])

    def _put_on(self, shown: list[int]) -> None:
        was, self._on = self._on, shown
        if gone := [one for one in was if one not in shown]:
            self.gone.emit(gone)

    def _close_opened(self) -> None:
        for camera_id, stream in self._opened:
            self._stage.unopen(camera_id, stream)
        self._opened.clear()

    # The spot.

    def _on_tile(self, tile: Tile) -> None:
        if self.round is None or tile.camera is None:
            return
        if self._camera is not None and self._camera.id == tile.camera.id:
            return
        self._camera, self._seen_s, self._counted_at = tile.camera, 0.0, time.monotonic()
        self.title.setText(tile.camera.name)
        self.sheet.show_camera(tile.camera)
        self._show_progress()

    def _show_progress(self) -> None:
        if self.round is not None:
            told = tr("已巡查 {n} / {all} 个点位", n=self.round.answered, all=self.round.count)
            looked = tr("已看 {s:.0f} 秒", s=self._looked())
            self.progress.setText(f"{told}　{looked}")

    def _looked(self) -> float:
        """Seconds that the current spot's picture was live, on screen and in order."""
        now = time.monotonic()
        passed, self._counted_at = now - self._counted_at, now
        tile = self._wall.current
        if tile is not None and tile.is_live and tile.isVisible():
            self._seen_s += passed
        return self._seen_s

    async def _load_tally(self) -> None:
        lines = await self._desk.ask(inspections.tallied)
        self.tally.setText(_told(lines))


def _told(lines: list[Tally]) -> str:
    words = [
        tr(
            "{person}：正常 {passed}，登记 {cases}，故障 {faults}",
            person=line.person,
            passed=line.passed,
            cases=line.cases,
            faults=line.faults,
        )
        for line in lines[:4]
    ]
    return tr("今日") + " " + listed(words, "；") if words else ""

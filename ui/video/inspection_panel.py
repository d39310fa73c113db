"""Guided inspection (巡查): spot after spot on large tiles, each answered for by one key."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
)

from app.desk import Desk
from app.domain.camera import CameraRow, Stream, StreamState
from app.domain.fault import SEEN_BY_EYE
from app.domain.inspection import Sheet, Tally, Verdict
from app.domain.people import Role
from app.domain.tour import Course, TourRow
from app.domain.workflow import CaseStatus
from app.services import cameras, inspections
from ui.labels import clock, label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.theme import TOKENS
from ui.video.stage import Stage
from ui.video.tile import Tile
from ui.video.wall import VideoWall
from ui.widgets.named import named
from ui.words import listed, tr

WIDE = 340
SUMMED_WITHIN_S = 5.0
SIZES = {1: "1", 2: "2", 3: "3", 4: "4"}
"""How many spots at once, and the layout for it: nine monitors at once halve what is seen."""

WRITING_TASKS = frozenset({Role.SHIFT_LEADER, Role.ADMINISTRATOR})


GOES_ON_WITHIN_S = 3600.0


@dataclass(frozen=True)
class Left:
    """A round that was broken off: whose and of which tour, what was answered, and when."""

    whose: tuple[int, int]
    answered: set[int]
    said: dict[int, Verdict]
    at: float  # time.monotonic()

    def is_of(self, whose: tuple[int, int], known: list[int]) -> bool:
        """Whether this one is to go on."""
        begun = bool(self.answered) and not set(known) <= self.answered
        return whose == self.whose and begun and time.monotonic() - self.at < GOES_ON_WITHIN_S


class InspectionPanel(QFrame):
    """Takes over the wall while it runs.

    Signals: `register_wanted()` when the spot's problem is to be registered; `case_chosen(id)`;
    `coming(ids)` of the spots that are shown next; `changed()` when it begins or ends.
    """

    register_wanted = Signal()
    case_chosen = Signal(int)
    coming = Signal(list)
    changed = Signal()

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
        self._tasks = Tasks(self, on_error)
        self._course: Course | None = None
        self._answered: set[int] = set()
        self._tour: TourRow | None = None
        self._left: Left | None = None
        self._said: dict[int, Verdict] = {}
        self._putting = 0
        self._opened: set[tuple[int, Stream]] = set()
        self._seen_s = self._counted_at = 0.0
        self._camera: CameraRow | None = None
        self._registering: int | None = None
        self.sheet: Sheet | None = None
        self.title = named(QLabel(wordWrap=True), "panelTitle")
        self.progress = named(QLabel(), "muted")
        self.task = QPlainTextEdit()
        self.task.setAccessibleName(tr("巡查要点"))
        self.task.setFixedHeight(92)
        self.keep_task = QPushButton(tr("保存要点"))
        self.near = QTextBrowser()
        self.near.setOpenLinks(False)
        self.near.setAccessibleName(tr("附近案件"))
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
        column.addWidget(named(QLabel(tr("这里看什么")), "sectionTitle"))
        column.addWidget(self.task)
        column.addWidget(self.keep_task)
        column.addWidget(named(QLabel(tr("附近案件（90 天内或未结束，150 米内）")), "sectionTitle"))
        column.addWidget(self.near, 1)
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
        self.keep_task.clicked.connect(self._on_keep_task)
        self.near.anchorClicked.connect(lambda url: self.case_chosen.emit(int(url.toString())))
        self._wall.current_changed.connect(self._on_tile)

    @property
    def runs(self) -> bool:
        return self._course is not None

    # The round.

    def start(self, tour: TourRow, afresh: bool = False) -> None:
        """Inspect the spots of this tour, in its order; a round of it that was broken off a while
        ago goes on where it was, unless it is to begin `afresh`.
        """
        self.stop()
        known = [camera for camera in tour.cameras if self._stage.camera(camera)]
        if not known:
            self._notices.say(tr("没有可以巡查的点位：请看点位树的查找条件或所选轮巡"), "wrong")
            return
        self._course = Course(known, self.at_once.currentData())
        self._tour = tour
        left, self._left = self._left, None
        self._answered, self._said = set(), {}
        if left is not None and left.is_of(self._whose(), known) and not afresh:
            self._answered, self._said = left.answered, left.said  # an answer may still come back
            self._answered &= set(known)
            told = tr("接着先前的巡查：已巡查 {n} 个", n=len(self._answered))
            self._notices.say(told)
        self.afresh.setVisible(bool(self._answered))
        self.show()
        writes = self._desk.signed.role in WRITING_TASKS
        self.task.setReadOnly(not writes)
        self.keep_task.setVisible(writes)
        self._show_step(self._course.jump(self._first_waiting(known)))
        self._tasks.start(self._load_tally())
        self._tick.start()
        self.changed.emit()

    def _begin_afresh(self) -> None:
        if self._tour is not None:
            self.start(self._tour, afresh=True)

    def _whose(self) -> tuple[int, int]:
        return self._desk.signed.person_id, self._tour.id if self._tour else 0

    def _first_waiting(self, known: list[int]) -> int:
        return next((one for one in known if one not in self._answered), known[0])

    def stop(self) -> None:
        """End the round; the wall is again as it was before, unless somebody has changed it."""
        self._tick.stop()
        self._close_opened()
        if self._course is not None:
            self._wall.take_back()
        was, self._course, self._camera = self._course, None, None
        if was is not None:
            self._left = Left(self._whose(), self._answered, self._said, time.monotonic())
        self._registering = None
        self.hide()
        if was is not None:
            self._tasks.start(self._sum_up(was, self._said, self._answered))
            self.changed.emit()

    async def _sum_up(self, round_: Course, said: dict[int, Verdict], answered: set[int]) -> None:
        """What was answered in this round and is on record."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SUMMED_WITHIN_S):
                while self._putting:
                    await asyncio.sleep(0.02)
        counts = Counter(said.values())
        told = listed((f"{label(one)} {counts[one]}" for one in Verdict), "，")
        words = tr("巡查结束：{told}，未看 {n}", told=told, n=round_.count - len(answered))
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
        if self._course is None or tile is None or camera is None:
            return
        if camera.id not in self._course.cameras:
            self._notices.say(tr("这个点位不在本轮巡查里"), "wrong")
            return
        if verdict is Verdict.PASS and not (tile.truth.state.shows and tile.truth.age >= 0):
            self._notices.say(tr("现在没有可看的实时画面，不能判为正常：可按 F4 报故障"), "wrong")
            return
        if verdict is Verdict.CASE:
            self._registering = camera.id
            self.register_wanted.emit()  # answered when the case is there
            return
        state = seen or tile.truth.state
        by_eye = seen is not None
        self._tasks.start(self._put(camera, verdict, self._looked(), None, state, by_eye))
        self._move_on(camera.id)

    def registered(self, case_id: int, camera_id: int | None) -> None:
        """A case was registered: if it is this spot's, the spot is answered."""
        if self._registering is None or camera_id != self._registering:
            return
        camera = self._stage.camera(self._registering)
        self._registering = None
        if camera is not None and self._course is not None:
            looked, state = self._looked(), StreamState.LIVE
            self._tasks.start(self._put(camera, Verdict.CASE, looked, case_id, state, False))
            self._move_on(camera.id)

    async def _put(
        self,
        camera: CameraRow,
        verdict: Verdict,
        seconds: float,
        case_id: int | None,
        state: StreamState,
        by_eye: bool,
    ) -> None:
        # Of this round, even if another one has begun when it is kept.
        said, answered = self._said, self._answered
        self._putting += 1
        try:
            await self._desk.run(
                inspections.answer, camera.id, verdict, seconds, case_id, state, by_eye
            )
        except Exception:
            answered.discard(camera.id)  # it is not on record: the spot waits for an answer again
            raise
        finally:
            self._putting -= 1
        said[camera.id] = verdict
        word = tr("{camera}：{verdict}", camera=camera.name, verdict=label(verdict))
        self._notices.say(word, "ok")
        await self._load_tally()

    def _move_on(self, answered: int) -> None:
        assert self._course is not None
        self._answered.add(answered)
        waiting = [
            tile
            for tile in self._wall.tiles
            if tile.camera is not None
            and tile.camera.id in self._course.cameras
            and tile.camera.id not in self._answered
        ]
        if waiting:
            self._wall.choose(waiting[0])
        elif len(self._answered) >= self._course.count:
            self.stop()
        else:
            self._go(1)

    def _go(self, by: int) -> None:
        if self._course is not None:
            self._show_step(self._course.go(by))

    def _resize(self) -> None:
        """Another number of tiles: from the spot that is current now."""
        if self._course is not None and self._camera is not None:
            here = self._camera.id
            self._course = Course(self._course.cameras, self.at_once.currentData())
            self._show_step(self._course.jump(here))

    def _show_step(self, shown: list[int]) -> None:
        assert self._course is not None
        self.coming.emit(shown)
        self._wall.lend(SIZES[self.at_once.currentData()], shown)
        self._close_opened()
        if self._course.steps > 1:  # the next ones are connected while these are looked at
            following = self._course.next()
            stream = self._wall.stream_for(self.at_once.currentData())
            self._opened = {(one, stream) for one in following if self._stage.preopen(one, stream)}
        waiting = [t for t in self._wall.tiles if t.camera and t.camera.id not in self._answered]
        self._wall.choose((waiting or self._wall.tiles)[0])

    def _close_opened(self) -> None:
        for camera_id, stream in self._opened:
            self._stage.unopen(camera_id, stream)
        self._opened.clear()

    # The sheet.

    def _on_tile(self, tile: Tile) -> None:
        if self._course is None or tile.camera is None:
            return
        if self._camera is not None and self._camera.id == tile.camera.id:
            return
        self._camera, self._seen_s, self._counted_at = tile.camera, 0.0, time.monotonic()
        self.title.setText(tile.camera.name)
        self.task.setPlaceholderText("")
        self.task.setPlainText(tile.camera.task)
        self.task.viewport().update()
        self.near.clear()
        self._show_progress()
        self._tasks.start(self._load(tile.camera))

    async def _load(self, camera: CameraRow) -> None:
        sheet = await self._desk.ask(inspections.sheet, camera.id)
        if self._camera is not None and self._camera.id == camera.id:
            self.sheet = sheet
            self._show_sheet(sheet)

    def _show_sheet(self, sheet: Sheet) -> None:
        if not sheet.task:
            usual = listed(f"{name}（{count}）" for name, count in sheet.usual)
            hint = tr("没有填写要点；这里常见：{usual}", usual=usual or tr("暂无案件"))
            self.task.setPlaceholderText(hint)
            self.task.viewport().update()  # Qt paints the old words on
        lines = []
        if sheet.at_hand:
            words = tr("50 米内有未结束案件，登记前请核对是否同一问题")
            lines.append(f"<p style='color:{TOKENS['near']}'>{words}</p>")
        for case in sheet.near[:30]:
            colour = TOKENS["text"] if case.open else TOKENS["muted"]
            status = label(CaseStatus(case.status))
            lines.append(
                f"<p style='margin:0 0 6px 0'><a style='color:{colour}' href='{case.id}'>"
                f"{case.number}</a> {escape(case.subcategory)}<br>"
                f"<span style='color:{TOKENS['muted']}'>{clock(case.registered_at)} · {status} · "
                f"{tr('{m} 米', m=round(case.metres))}</span></p>"
            )
        if sheet.last is not None:
            told = tr(
                "上次巡查：{at} {person}，{verdict}",
                at=clock(sheet.last.at),
                person=sheet.last.person,
                verdict=label(sheet.last.verdict),
            )
            lines.insert(0, f"<p style='color:{TOKENS['muted']}'>{escape(told)}</p>")
        self.near.setHtml("".join(lines) or tr("附近没有案件"))

    def _on_keep_task(self) -> None:
        if self._camera is not None:
            self._tasks.start(self._keep_task(self._camera, self.task.toPlainText()))

    async def _keep_task(self, camera: CameraRow, task: str) -> None:
        await self._desk.run(cameras.put_task, camera.id, task)
        self._notices.say(tr("{camera}：巡查要点已保存", camera=camera.name), "ok")

    def _show_progress(self) -> None:
        if self._course is not None:
            told = tr("已巡查 {n} / {all} 个点位", n=len(self._answered), all=self._course.count)
            looked = tr("已看 {s:.0f} 秒", s=self._looked())
            self.progress.setText(f"{told}　{looked}")

    def _looked(self) -> float:
        """Seconds that the current spot's picture was live, on screen and in order."""
        now = time.monotonic()
        passed, self._counted_at = now - self._counted_at, now
        tile = self._wall.current
        if tile is not None and tile.is_live and self.isVisible():
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

"""Everything at a desk that has to do with cameras: walls, tours, replays, control, the watch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from app.desk import Desk
from app.domain.access import Access, Right
from app.domain.audit import Act
from app.domain.camera import CameraRow, StreamState
from app.domain.ptz import Box
from app.domain.tour import TourRow
from app.domain.workflow import REGISTERING
from app.secrets import Seal
from app.services import audit, cameras
from app.services.directory import View
from app.settings import Settings
from app.video.messages import StreamKey
from ui.changes import Changes
from ui.notices import Notices
from ui.tasks import Tasks
from ui.video.camera_tree import CameraTree
from ui.video.camera_watch import CameraWatch
from ui.video.controls import Controls
from ui.video.inspection_panel import InspectionPanel
from ui.video.layout_menu import LayoutMenu
from ui.video.ptz_pad import PtzPad
from ui.video.replay import Replays
from ui.video.rounds import Rounds
from ui.video.stage import Stage
from ui.video.state_window import StateWindow
from ui.video.tour_bar import TourBar
from ui.video.tour_runner import TourRunner
from ui.video.unfinished import Unfinished
from ui.video.video_page import VideoPage, WallBar
from ui.video.wall import VideoWall
from ui.video.walls import Walls
from ui.video.watch_ledger import WatchLedger
from ui.widgets.ask_reason import with_reason
from ui.words import tr

REFERENCES = frozenset({StreamState.LIVE, StreamState.MOVED})
"""Held against a reference with the trouble in it, the trouble would be taken back. A camera that
was turned on purpose looks elsewhere from now on."""

AGAIN_S = 15
"""Seconds that a missed camera is shown when it is watched after all."""

_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class Aim(NamedTuple):
    """A camera, which of its streams is shown, and where it was turned to (empty: unknown)."""

    camera: CameraRow
    key: StreamKey
    preset: str


class VideoDesk(QObject):
    """Owns the video side of one window. `page` is what the window shows of it.

    Signals: `capture()` when evidence of the current tile is wanted, `full_screen()`,
    `arranged()` when the walls are worth keeping, `case_chosen(id)`, `trace_wanted(camera id)`,
    `place_wanted(camera id)` when it is to be shown on the map,
    `state_changed(camera id, StreamState)`.
    """

    capture = Signal()
    full_screen = Signal()
    arranged = Signal()
    case_chosen = Signal(int)
    trace_wanted = Signal(int)
    place_wanted = Signal(int)
    state_changed = Signal(int, object)

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        changes: Changes,
        notices: Notices,
        is_present: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        on_error = notices.tell_error
        self.history: StateWindow | None = None
        self._tasks = Tasks(self, on_error)
        self.access: Access | None = None
        self._faults: dict[int, StreamState] = {}
        seal = Seal(settings.home)
        self.stage = Stage(seal, settings.camera_networks, settings.ring_seconds)
        self.wall, self.tree = VideoWall(self.stage), CameraTree()
        self.walls = Walls(self.stage, self.wall)
        self.controls = Controls(
            desk, seal, settings.camera_networks, settings.home / "moving.json", on_error
        )
        self.pad = PtzPad(self.controls, notices, on_error)
        self.runner = TourRunner(self.stage, self.wall)
        tours = TourBar(desk, self.wall, self.tree, self.runner, notices, on_error)
        self.inspection = InspectionPanel(desk, self.stage, self.wall, notices, on_error)
        self.unfinished = Unfinished(desk, self.runner, self.inspection, notices, is_present)
        self.layouts = LayoutMenu(desk, self.walls, notices, on_error)
        bar = WallBar()
        bar.add(self.layouts)
        self.menu = QMenu(self.wall)
        self.page = VideoPage(self.tree, self.pad, self.wall, bar, tours, self.inspection)
        self.watch = CameraWatch(desk, self.stage, on_error)
        self.rounds = Rounds(desk, self.stage, on_error)
        self.ledger = WatchLedger(desk, self.walls, self.stage, is_present, on_error)
        self.replays = Replays(self.stage, settings.home / "replay")
        self._connect(changes)
        self._connect_control()

    def _connect(self, changes: Changes) -> None:
        self.tree.camera_chosen.connect(self._on_chosen)
        self.tree.trace_wanted.connect(self.trace_wanted)
        self.tree.history_wanted.connect(self._show_history)
        self.watch.state_changed.connect(self._on_state)
        self.watch.reference_kept.connect(self._on_reference_kept)
        changes.references.connect(self.watch.forget_references)
        changes.tours.connect(lambda _: self.page.tours.reload())
        self.stage.refused.connect(self._notices.tell_error)
        self._notices.said.connect(self.walls.tell)
        self.stage.engine_lost.connect(
            lambda _: self._notices.say(tr("一个视频引擎已重启，画面正在恢复"))
        )
        for bar in (self.page.bar, self.walls):
            bar.capture.connect(self.capture)
            bar.reference.connect(self.set_reference)
            bar.replay.connect(self.show_replay)
            bar.trace.connect(self.trace)
        self.page.bar.other_wall.connect(self.walls.toggle_others)
        self.page.bar.full_screen.connect(self.full_screen)
        self.walls.arranged.connect(self.arranged)
        changes.layouts.connect(lambda _: self.layouts.reload())
        self.inspection.register_wanted.connect(self.capture)
        self.inspection.case_chosen.connect(self.case_chosen)
        self.inspection.coming.connect(self._on_coming)
        self.inspection.fault_told.connect(self.watch.look_at)
        self.inspection.gone.connect(self.rounds.look_on)
        self.inspection.changed.connect(
            lambda: self.page.tours.show_inspecting(self.inspection.runs)
        )
        self.runner.gone.connect(self.rounds.look_on)
        self.page.tours.inspect.clicked.connect(self.toggle_inspection)

    def _connect_control(self) -> None:
        self.walls.current_changed.connect(lambda tile: self.pad.follow(tile.camera))
        self.walls.framed.connect(self._on_framed)
        self.walls.asked.connect(self._on_asked)
        self.walls.key_pressed.connect(self._on_key)
        self.walls.key_released.connect(self.pad.release)
        self.pad.preset_wanted.connect(self._on_preset_wanted)
        self.runner.coming.connect(self._on_coming)
        self.runner.begun.connect(self.inspection.stop)

    # Who sits here, and what may be seen.

    def put(self, seen: View) -> None:
        """The directory as whoever sits here may see it."""
        self.access = seen.access
        self.stage.know(seen.cameras, seen.sources)
        self.controls.know(seen.sources, seen.access)
        self.replays.check(self._may_replay)
        self.walls.let_go_unknown()  # a right was taken away, or the camera itself
        if self.history is not None and self.stage.camera(self.history.camera.id) is None:
            self._close_history()
        self.tree.put(seen)
        self.rounds.put(seen.cameras)
        current = self.walls.in_use.current
        shown = current.camera if current else None
        self.pad.follow(self.stage.camera(shown.id) if shown else None)

    def know_faults(self, states: dict[int, StreamState]) -> None:
        """What other desks, or this one before it was started anew, have found wrong: the tree
        marks it until this desk sees the camera itself.
        """
        before, self._faults = self._faults, states
        for camera_id in {*before, *states}:
            if self.watch.state(camera_id) is StreamState.IDLE:
                self._on_state(camera_id, StreamState.IDLE)

    def at_rest(self, mine: bool = True) -> dict[str, Any]:
        """The walls as their operator has them, and what runs on them (not theirs any more, who has
        signed off): after a restart, `restore` finds all of it again.
        """
        return {**self.walls.at_rest(), **self.unfinished.told(mine)}

    def forget_person(self) -> None:
        """Nothing that one person had open or in hand goes on for the next."""
        self._close_menus()
        self.replays.close()
        self._close_history()
        self.unfinished.forget_person()
        self.runner.stop()
        self.inspection.stop()
        self.pad.follow(None)
        self.controls.forget_person()

    def leave(self) -> None:
        """Nobody sits here."""
        self.forget_person()
        self.ledger.flush()
        self.walls.empty()
        self.rounds.stop()

    def _close_menus(self) -> None:
        for menu in (self.menu, self.tree.menu):
            menu.close()

    def lock(self, locked: bool) -> None:
        """The wall goes on and takes no hand, or takes it again."""
        self.walls.enable(not locked)
        if locked:
            self._close_menus()
            self.replays.close()
            self._close_history()
            self.pad.release()
            self.controls.stop_all()

    @property
    def parts(self) -> list[QObject]:
        """What has tasks and timers of its own and no place in the window."""
        return [self, self.watch, self.rounds, self.ledger, self.runner, self.controls]

    def shut(self) -> None:
        """The console ends."""
        self.runner.stop()
        self.inspection.stop()
        self.rounds.stop()
        self.replays.close()
        self._close_history()
        self.pad.release()
        self.controls.close()
        self.walls.release()

    # The current tile.

    @property
    def aimed_at(self) -> Aim | None:
        """What evidence would be taken of now; None if the current tile shows no camera."""
        tile = self.walls.tile
        if tile is None or tile.camera is None or tile.key is None:
            return None
        return Aim(tile.camera, tile.key, self.controls.place(tile.camera.id))

    def show_replay(self) -> None:
        """The last half minute of the current tile, in a window beside the wall."""
        tile = self.walls.tile
        if tile is None or tile.camera is None or tile.key is None:
            self._notices.say(tr("请先选中一个有画面的窗格"), "wrong")
        elif not self._may_replay(tile.camera.id):
            self._notices.say(tr("您的岗位不能回放这个点位"), "wrong")
        else:
            camera, key = tile.camera, tile.key
            title = tr("回放公安视频点位：{camera}", camera=camera.name)
            with_reason(
                self.page,
                camera.code,
                Act.REPLAY,
                title,
                lambda why: self._tasks.start(self._replay(camera, key, why)),
            )

    async def _replay(self, camera: CameraRow, key: StreamKey, reason: str) -> None:
        """What the ring keeps is fetched at once; it is on record before it is shown."""
        await self._desk.run(audit.note, Act.REPLAY, camera.id, "", reason)
        if self._may_replay(camera.id):
            self.replays.show(camera, key)

    def _may_replay(self, camera_id: int) -> bool:
        camera = self.stage.camera(camera_id)
        return bool(camera and self.access and self.access.may(Right.REPLAY, camera))

    def _show_history(self, camera_id: int) -> None:
        """What was true of this camera, in a window beside the wall."""
        camera = self.stage.camera(camera_id)
        if camera is None:
            return
        self._close_history()
        self.history = StateWindow(self._desk, camera, self._notices.tell_error)
        self.history.destroyed.connect(self._on_history_gone)
        self.history.show()

    def _close_history(self) -> None:
        if self.history is not None:
            self.history.close()
            self.history = None

    def _on_history_gone(self, gone: QObject) -> None:
        if self.history is not None and not isValid(self.history):
            self.history = None

    def set_reference(self) -> None:
        """The current tile's picture is what its camera should show from here on."""
        tile = self.walls.tile
        if tile is None or tile.key is None or tile.truth.state not in REFERENCES:
            self._notices.say(tr("请先选中一个画面正常的窗格：异常的画面不能作基准"), "wrong")
            return
        self.stage.ask_look(tile.key)
        self._notices.say(tr("正在取基准画面…"))

    def _on_reference_kept(self, camera_id: int) -> None:
        if camera := self.stage.camera(camera_id):
            self._notices.say(tr("已记下基准画面：{name}", name=camera.name), "ok")

    def watch_again(self, missed: list[int]) -> None:
        """What was missed in this shift, as a tour of its own."""
        row = TourRow(0, 0, tr("补看"), tuple(missed), AGAIN_S, 4, None, None)
        self.inspection.stop()
        self.runner.start(row)

    def _on_chosen(self, camera_id: int) -> None:
        """On the wall; one of the tour that runs is shown in it, out of its turn."""
        if self.runner.course is not None and camera_id in self.runner.course.cameras:
            self.runner.jump(camera_id)
            self.wall.choose_camera(camera_id)
        else:
            self.wall.show_next(camera_id)

    def _on_state(self, camera_id: int, state: StreamState) -> None:
        if state is StreamState.IDLE:  # not connected here: what the database knows of it
            state = self._faults.get(camera_id, state)
        self.tree.set_state(camera_id, state)
        self.state_changed.emit(camera_id, state)

    def toggle_inspection(self) -> None:
        """Begin to inspect the chosen tour's spots, or end it; a tour that runs makes way."""
        if self.inspection.runs:
            self.inspection.stop()
            return
        row = self.page.tours.tours.currentData()
        if row is None:
            known = [camera.id for camera in self.tree.shown()]
            row = TourRow(0, 0, tr("巡查"), tuple(known), AGAIN_S, 1, None, None)
        self.runner.stop()
        self.inspection.start(row)

    def _on_asked(self, at: QPoint) -> None:
        """What can be done with the camera of the tile under the mouse."""
        tile = self.walls.in_use.current
        if tile is None or tile.camera is None:
            return
        camera_id, wall = tile.camera.id, self.walls.in_use
        self.menu.clear()
        if self._desk.signed.role in REGISTERING:
            self._offer(camera_id, tr("取证登记 F9"), self.capture.emit)
        for words, do in (
            (tr("回放 F7"), self.show_replay),
            (tr("放大 F10"), wall.toggle_enlarged),
            (tr("追溯"), self.trace),
            (tr("状态记录…"), partial(self._show_history, camera_id)),
            (tr("在点位树中显示"), partial(self.tree.show_camera, camera_id)),
            (tr("在地图上显示"), partial(self.place_wanted.emit, camera_id)),
            (tr("清空窗格"), wall.clear_current),
        ):
            self._offer(camera_id, words, do)
        self.menu.popup(at)

    def _offer(self, camera_id: int, words: str, do: Callable[[], object]) -> None:
        """An entry of the menu, for this camera alone: a tour may go on while the menu is open."""

        def chosen() -> None:
            tile = self.walls.in_use.current
            if tile is None or tile.camera is None or tile.camera.id != camera_id:
                self._notices.say(tr("这个窗格已换了点位，请重新选择"), "wrong")
            else:
                do()

        self.menu.addAction(words).triggered.connect(lambda _=False: chosen())

    def trace(self) -> None:
        """What the current tile's camera has shown and led to."""
        tile = self.walls.in_use.current
        if tile is None or tile.camera is None:
            self._notices.say(tr("请先选中一个有画面的窗格"), "wrong")
        else:
            self.trace_wanted.emit(tile.camera.id)

    # Control.

    def _on_key(self, event: QKeyEvent) -> None:
        if event.modifiers() & ~_KEYPAD:
            return
        if event.isAutoRepeat() or self.pad.key_pressed(event.key()):
            event.setAccepted(self.pad.camera is not None)

    def _on_framed(self, box: Box, nearer: bool) -> None:
        if self.pad.camera is None:
            self._notices.say(tr("这个点位不能拖框定位：没有云台，或您没有控制权"), "wrong")
        else:
            self.pad.frame(box, nearer)

    def _on_coming(self, coming: list[int]) -> None:
        for camera_id in coming:
            camera: CameraRow | None = self.stage.camera(camera_id)
            if camera is not None:
                self.controls.turn_to_its_preset(camera)

    def _on_preset_wanted(self, camera_id: int, token: str) -> None:
        self._tasks.start(self._keep_preset(camera_id, token))

    async def _keep_preset(self, camera_id: int, token: str) -> None:
        await self._desk.run(cameras.put_preset, camera_id, token)
        words = tr("轮巡和巡查前将转到预置位 {n}", n=token) if token else tr("轮巡预置位已取消")
        self._notices.say(words, "ok")

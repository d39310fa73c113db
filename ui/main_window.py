"""The window: who sits here, which page is shown, and what the keys do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.desk import Desk
from app.desk_memory import DeskMemory
from app.domain.camera import CameraRow
from app.domain.inspection import Verdict
from app.domain.people import Role, Signed
from app.domain.workflow import REGISTERING
from app.secrets import Seal
from app.services import cases, directory, faults
from app.settings import Settings
from ui.actions import Command, Commands
from ui.cases.case_desk import CaseDesk
from ui.cases.case_panel import MOST_KEYS
from ui.changes import Changes
from ui.directory.directory_page import DirectoryPage
from ui.figures.figures_page import FiguresPage
from ui.idle import Idle
from ui.key_sheet import KeySheet
from ui.login import SignIn
from ui.notices import Notices
from ui.rail import PAGES
from ui.roster.fault_call import FaultCall
from ui.roster.roster_page import RosterPage
from ui.shell import Shell
from ui.standard.standard_page import StandardPage
from ui.tasks import Tasks
from ui.top_bar import TopBar
from ui.upkeep import Upkeep
from ui.video.video_desk import VideoDesk
from ui.words import tr

FORM_WIDTH, FORM_LEAST = 450, 390
"""Pixels; the smaller on a screen of 1366, where all of it must fit beside the cases."""

WIDE_FROM = 1440

SETTLE_S = 9.0
"""A clip is whole five seconds after its key, and three more where the camera has stalled."""

START_PAGE = {
    Role.DISPATCHER: Command.CASES,
    Role.CLIENT_MANAGER: Command.CASES,
    Role.ADMINISTRATOR: Command.DIRECTORY,
}
"""Where a role begins; the others at the wall."""


class MainWindow(QWidget):
    """Everything a desk shows. Signals: `closed()` when it was closed, `shutting()` as it ends."""

    closed = Signal()
    shutting = Signal()

    def __init__(self, desk: Desk, settings: Settings, changes: Changes) -> None:
        super().__init__()
        self.desk, self._settings, self._changes = desk, settings, changes
        self.setWindowTitle(tr("值守"))
        self.resize(1600, 950)
        self.notices = Notices(self)
        on_error = self.notices.tell_error
        self._tasks = Tasks(self, on_error)
        self._memory = DeskMemory(settings.home)
        self.locked = False
        self._only_wall = self._form_was_open = self._was_maximized = False
        self._half_begun = False
        self.cameras: list[CameraRow] = []

        self.eyes = VideoDesk(desk, settings, changes, self.notices, self._is_present)
        self.stage, self.video, self.walls = self.eyes.stage, self.eyes.page, self.eyes.walls
        self.casework = CaseDesk(desk, settings, self.eyes, self, self.notices, self._is_taken)
        self.list, self.panel, self.form = (
            self.casework.list,
            self.casework.panel,
            self.casework.form,
        )
        self.duty = RosterPage(desk, changes, self.notices, on_error)
        self.figures = FiguresPage(desk, self.notices, on_error)
        self.figures.opened.connect(self.casework.list_figure)
        self.directory = DirectoryPage(
            desk, Seal(settings.home), settings.camera_networks, self.notices, on_error
        )
        self.standard = StandardPage(desk, self.notices, on_error)
        self.top = TopBar(desk.clock)
        self.notices.between = self.top.free_span
        self.fault_call = FaultCall(desk, self.top, self.notices)
        self.sign_in = SignIn(desk, on_error, tr("登录"))
        self.unlock = SignIn(desk, on_error, tr("本席位已锁定，输入密码继续"))
        self.keys = KeySheet(self)
        self._build()
        self.commands = self._make_commands()
        self._connect_video()
        self._connect_cases()
        self._connect_desk()
        self.commands.enable(False)

    # Building.

    def _build(self) -> None:
        self.form.setFixedWidth(FORM_WIDTH)
        self.form.hide()
        pages: dict[Command, QWidget] = {
            Command.VIDEO: self.video,
            Command.CASES: self.casework.page,
            Command.MAP: self.casework.map,
            Command.DUTY: self.duty,
            Command.DIRECTORY: self.directory,
            Command.FIGURES: self.figures,
            Command.STANDARD: self.standard,
        }
        self._shell = Shell(self.top, pages, self.form, self.sign_in, self.unlock)
        self.pages, self._rail = self._shell.pages, self._shell.rail
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._shell)

    def _make_commands(self) -> Commands:
        commands = Commands(
            self,
            {
                **{page: partial(self.show_page, page) for page in PAGES},
                Command.CAPTURE: self.capture,
                Command.NEW_CASE: self.casework.new_case,
                Command.FIND: self.find_here,
                Command.REPLAY: self.eyes.show_replay,
                Command.ENLARGE: self.eyes.wall.toggle_enlarged,
                Command.FULL_SCREEN: self.toggle_full_screen,
                Command.SECOND_WALL: self.walls.toggle_others,
                Command.TOUR: self.video.tours.toggle,
                Command.INSPECT: self.eyes.toggle_inspection,
                Command.PASS: lambda: self.eyes.inspection.answer(Verdict.PASS),
                Command.FOUND: lambda: self.eyes.inspection.answer(Verdict.CASE),
                Command.UNUSABLE: lambda: self.eyes.inspection.answer(Verdict.FAULT),
                Command.UNUSABLE_AS: self.eyes.inspection.ask_kind,
                Command.TRACE: self.eyes.trace,
                Command.TOUR_PAUSE: self.eyes.runner.pause,
                Command.TOUR_NEXT: lambda: self.eyes.runner.go(1),
                Command.NEXT_TILE: lambda: self.eyes.wall.step(1),
                Command.PREVIOUS_TILE: lambda: self.eyes.wall.step(-1),
                Command.CLEAR_TILE: self.eyes.wall.clear_current,
                Command.LOCK: self.lock,
                Command.SIGN_OFF: self.sign_off,
                Command.KEYS: lambda: self.keys.toggle(self._works),
            },
        )
        self._rail.name(commands)
        for number in range(1, MOST_KEYS + 1):
            key = QShortcut(QKeySequence(f"Alt+{number}"), self)
            key.activated.connect(partial(self._press_number, number))
        return commands

    def _works(self, command: Command) -> bool:
        """Whether a key does anything for whoever sits here."""
        return self.commands[command].isEnabled()

    def _connect_video(self) -> None:
        self.eyes.capture.connect(self.capture)
        self.eyes.full_screen.connect(self.toggle_full_screen)
        self.eyes.place_wanted.connect(self.show_camera_on_map)
        self.eyes.arranged.connect(self._on_arranged)
        self._changes.faults.connect(lambda _: self._call_faults())

    def _connect_cases(self) -> None:
        work = self.casework
        work.page_wanted.connect(self.show_page)
        work.camera_wanted.connect(self.open_camera)
        work.form_wanted.connect(self._show_form)
        work.counted.connect(lambda: self._tasks.start(self._load_figures()))
        work.catalogue_known.connect(self.standard.put)
        work.hear(self._changes)
        self.duty.handover.case_chosen.connect(work.open_case)
        self.duty.handover.camera_chosen.connect(self.open_camera)
        self.duty.faults.camera_chosen.connect(self.open_camera)
        self.duty.ledger.again.connect(self._watch_again)
        self.duty.ledger.asking.connect(self.eyes.ledger.flush)

    def _connect_desk(self) -> None:
        self._changes.calendars.connect(lambda _: self.standard.reload())
        self._rail.page_chosen.connect(self.show_page)
        self.top.faults_chosen.connect(self.show_faults)
        self._changes.cameras.connect(lambda _: self._tasks.start(self._load_cameras()))
        self.sign_in.signed_in.connect(self.enter)
        self.unlock.signed_in.connect(self._on_unlock)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.upkeep = Upkeep(self.desk, self, self.notices.tell_error)
        self._minute = QTimer(self, interval=60_000)
        self._minute.timeout.connect(self._on_minute)
        self._minute.start()
        self._idle = Idle(application, self._settings.idle_lock_minutes)
        self.eyes.ledger.attend(self._idle)  # before the lock: who was there until now
        self._idle.gone.connect(self.lock)

    # Signing in and off.

    def enter(self, who: Signed) -> None:
        """This account sits here now."""
        self.desk.sign(who)
        self.eyes.access = None  # until the directory tells what this one may
        self.eyes.controls.forget_person()
        self.top.show_who(who)
        self._shell.take(True)
        self._offer_commands(who.role)
        self.casework.sign_in()
        self.show_page(START_PAGE.get(who.role, Command.VIDEO))
        self._tasks.start(self._begin())

    def _offer_commands(self, role: Role) -> None:
        self.commands.enable(True)
        may_register = role in REGISTERING
        for command in (Command.CAPTURE, Command.NEW_CASE):
            self.commands[command].setEnabled(may_register)
        self.video.bar.capture_button.setEnabled(may_register)
        self.walls.offer_capture(may_register)
        keeps_directory = role is Role.ADMINISTRATOR
        self.commands[Command.DIRECTORY].setEnabled(keeps_directory)
        self._rail.offer(Command.DIRECTORY, keeps_directory)
        self._rail.offer(Command.NEW_CASE, may_register)
        self.casework.offer(role)
        self.standard.enter(role)

    async def _begin(self) -> None:
        """Fetch what whoever sits here may see; once more, if the database goes meanwhile."""
        self._half_begun = True
        await self._fetch()
        self._half_begun = False

    async def _fetch(self) -> None:
        who = self.desk.signed
        await self._load_cameras()
        if self.desk.signed is not who:
            return
        kept = self._memory.read()
        self.walls.restore(kept)
        self.eyes.unfinished.remember(kept)  # before this wall is kept, and without it
        self.casework.reload()
        await self.eyes.unfinished.go_on()
        await self._load_figures()
        await self.fault_call.load()
        await self._load_faults()
        self.video.tours.reload()
        self.eyes.layouts.reload()
        await self.casework.load_words()

    def sign_off(self) -> None:
        """Leave the desk; the wall stops, nothing of a case stays on the screen."""
        self._tasks.start(self._keep_places(self.eyes.at_rest(mine=False)))
        self._forget_person()
        self.eyes.leave()
        self.desk.sign_off()
        self.commands.enable(False)
        self._shell.take(False)
        self.sign_in.offer("")

    def _forget_person(self) -> None:
        """Nothing that one person had open is shown to the next."""
        self.casework.forget_person()
        self.eyes.forget_person()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.fault_call.forget_person()
        self.duty.forget_person()
        self.standard.forget_person()

    def lock(self) -> None:
        """Hide the cases and take no keys; the wall goes on."""
        if self.locked or not self._shell.is_taken:
            return
        self.locked = True
        self.show_page(Command.VIDEO)
        self._form_was_open = self.form.isVisible()
        self.form.hide()
        self.video.show_only_wall(True)
        self.eyes.lock(True)
        self.casework.lock()
        for dialog in self.findChildren(QDialog):
            dialog.reject()  # what it was about to do was for whoever sat here
        self.commands.enable(False)
        self._shell.show_lock(True)
        self.unlock.wrong.clear()
        self.unlock.offer(self.sign_in.login.text())

    def _on_unlock(self, who: Signed) -> None:
        """The same person goes on; another takes the desk over."""
        self.locked = False
        self._shell.show_lock(False)
        self._shell.show_only_pages(self._only_wall)
        self.video.show_only_wall(self._only_wall)
        self.eyes.lock(False)
        if who.person_id != self.desk.signed.person_id:
            if self._only_wall:
                self.toggle_full_screen()
            self._forget_person()
            self.enter(who)
        else:
            self._offer_commands(who.role)
            self.form.setVisible(self._form_was_open)
            self._tasks.start(self.eyes.unfinished.go_on())

    def _press_number(self, number: int) -> None:
        """Alt and a digit: what may be done to the case that is shown, without the mouse."""
        if not self.locked:
            self.casework.press_number(number)

    # Pages.

    def show_page(self, page: Command) -> None:
        """Show one of the pages; filter and case panel go where they are needed."""
        self.casework.take_place(page)
        self._shell.show_page(page)
        if page is Command.DUTY:
            self.duty.reload()
        elif page is Command.FIGURES:
            self.figures.reload()
        elif page is Command.STANDARD:
            self.standard.reload()

    def show_faults(self) -> None:
        """The list of device faults."""
        if self._is_present():
            self.show_page(Command.DUTY)
            self.duty.show_faults()

    def open_camera(self, camera_id: int) -> None:
        """Put a camera on the wall and go there."""
        if self.stage.camera(camera_id) is None:
            self.notices.say(tr("您不能观看这个点位，或它已停用"), "wrong")
            return
        self.show_page(Command.VIDEO)
        self.eyes.wall.show_next(camera_id)

    def show_camera_on_map(self, camera_id: int) -> None:
        """Where a camera stands."""
        if (camera := self.stage.camera(camera_id)) is not None:
            self.show_page(Command.MAP)
            self.casework.map.look_at(camera.lon, camera.lat)

    def find_here(self) -> None:
        """To the line that finds cameras where the wall is shown, else to the one for cases."""
        if self.pages.currentWidget() is self.video and not self._only_wall:
            self.eyes.tree.search.setFocus()
            self.eyes.tree.search.selectAll()
            return
        if self.pages.currentWidget() not in (self.casework.page, self.casework.map):
            self.show_page(Command.CASES)
        self.casework.find()

    # The wall.

    def capture(self) -> None:
        """Evidence of the current tile, and the form filled in."""
        if self.pages.currentWidget() is not self.video and self.walls.in_use is self.walls.main:
            self.notices.say(tr("取证请先回到视频墙：这里看不到要取的画面"), "wrong")
            return
        self.casework.capture()

    def toggle_full_screen(self) -> None:
        """The wall alone on the whole screen, or everything again."""
        self._only_wall = not self._only_wall
        self.show_page(Command.VIDEO)
        self._shell.show_only_pages(self._only_wall)
        self.video.show_only_wall(self._only_wall)
        if self._only_wall:
            self._was_maximized = self.isMaximized()
            self.showFullScreen()
        elif self._was_maximized:
            self.showMaximized()
        else:
            self.showNormal()

    def _on_arranged(self) -> None:
        if self._shell.is_taken:
            self._tasks.start(self._keep_places(self.eyes.at_rest()))

    async def _keep_places(self, places: dict[str, Any]) -> None:
        with suppress(OSError):  # a full disk is told of elsewhere; a restart finds an older wall
            await asyncio.to_thread(self._memory.keeping(places))

    async def _load_cameras(self) -> None:
        who = self.desk.signed
        seen = await self.desk.ask(directory.view)
        if self.desk.signed is not who or not self._shell.is_taken:
            return  # what one may see is not shown to the next, and to nobody at all
        self.cameras = seen.cameras
        self.eyes.put(seen)
        if who.role is Role.ADMINISTRATOR:  # nobody else sees that page
            self.directory.put(seen)
        self.casework.know_cameras(self.cameras)

    def _is_taken(self) -> bool:
        return self._shell.is_taken

    def _is_present(self) -> bool:
        return self._shell.is_taken and not self.locked

    def _watch_again(self, cameras: list[int]) -> None:
        """What was missed in this shift, as a tour of its own."""
        self.show_page(Command.VIDEO)
        self.eyes.watch_again(cameras)

    def _call_faults(self) -> None:
        if self._shell.is_taken:
            self._tasks.start(self.fault_call.load())
            self._tasks.start(self._load_faults())

    async def _load_faults(self) -> None:
        self.eyes.know_faults(await self.desk.ask(faults.open_states))

    # Cases, and the minutes.

    def _show_form(self) -> None:
        if self.locked:
            self._form_was_open = True  # a draft that was restored late stays hidden until unlocked
            return
        self.form.show()
        if not self.isActiveWindow():  # what is typed next belongs here, and turns no camera
            self.raise_()
            self.activateWindow()

    def _on_minute(self) -> None:
        """Limits run out and midnight comes without anybody writing."""
        if self._shell.is_taken:
            self._tasks.start(self._load_figures())
            if self.eyes.unfinished.runs:
                self._on_arranged()  # it goes on where it was only a while after it ran
            self.casework.tick()
            self.video.tours.remind()
            self.fault_call.tick(self.desk.clock())

    async def _load_figures(self) -> None:
        self.top.show_figures(*await self.desk.ask(cases.figures))

    # The link, the window.

    def show_link(self, up: bool) -> None:
        """Whether the database answers; what was missed is fetched when it does again."""
        self.top.show_link(up)
        if up and self._shell.is_taken and self._half_begun:
            self._tasks.start(self._begin())
        if up:
            self.casework.hear_link(self._shell.is_taken)
            self._tasks.start(self.eyes.unfinished.go_on())
        self._shell.show_link(up)

    async def settle(self) -> None:
        """Wait until what was begun is on disk and on record, before the console ends."""
        self.eyes.ledger.settle()
        await self.casework.settle(SETTLE_S)
        await self.eyes.watch.rest()

    def shut(self) -> None:
        """End everything this window started, and keep where its windows were."""
        self.shutting.emit()
        if self._shell.is_taken:
            with suppress(OSError):
                self._memory.keep(self.eyes.at_rest())
        self.casework.shut()
        self.eyes.shut()
        for owner in (self, *self.eyes.parts):
            for tasks in owner.findChildren(Tasks):
                tasks.cancel()
            for timer in owner.findChildren(QTimer):
                timer.stop()
        self.stage.stop()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.notices.place()
        self.form.setFixedWidth(FORM_WIDTH if self.width() >= WIDE_FROM else FORM_LEAST)
        super().resizeEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._only_wall and not self.locked:
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """The loop ends first, then the window: to quit here would cut the loop off."""
        event.ignore()
        self.closed.emit()

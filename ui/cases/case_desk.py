"""Everything at a desk that has to do with cases: the list, the map, one case, registration."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.domain.camera import CameraRow
from app.domain.draft import Source
from app.domain.people import Role
from app.domain.workflow import REGISTERING, Action
from app.evidence_store import EvidenceStore, Uploads
from app.pending import Pending
from app.services import cases
from app.settings import Settings
from app.video.messages import StreamKey
from ui.actions import Command
from ui.cases.case_form import CaseForm
from ui.cases.case_page import CaseList, CasePage
from ui.cases.case_panel import CasePanel
from ui.cases.case_windows import CaseWindows
from ui.cases.evidence_files import EvidenceFiles
from ui.cases.export import Exports
from ui.cases.place_picking import PlacePicking
from ui.cases.rechecks import Rechecks
from ui.cases.registration import Registration
from ui.cases.urge_call import urge
from ui.changes import Changes
from ui.figures.tables import Opened
from ui.labels import label
from ui.map.map_page import MapPage
from ui.notices import Notices
from ui.tasks import Tasks
from ui.video.capture import CaptureKey, Shown
from ui.video.video_desk import VideoDesk
from ui.words import tr

SOURCE_OF = {Role.OPERATOR: Source.VIDEO, Role.INSPECTOR: Source.PATROL}
"""Where a case comes from that somebody of this role types; from the hotline with the others."""


class CaseDesk(QObject):
    """Owns the side of one window that has to do with cases. `page` and `map` are what the window
    shows of it, `form` stands beside them.

    Signals: `page_wanted(Command)`, `camera_wanted(id)` on the wall, `form_wanted()` when a case is
    to be registered, `counted()` some time after cases have changed, `catalogue_known(list)`.
    """

    page_wanted = Signal(object)
    camera_wanted = Signal(int)
    form_wanted = Signal()
    counted = Signal()
    catalogue_known = Signal(object)

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        eyes: VideoDesk,
        window: QWidget,
        notices: Notices,
        is_taken: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._desk, self._settings, self._eyes, self._notices = desk, settings, eyes, notices
        self._is_taken = is_taken
        on_error = notices.tell_error
        self._tasks = Tasks(self, on_error)
        store = None
        if settings.evidence_store:
            store = EvidenceStore(settings.evidence_store, settings.evidence_endpoint)
        files = EvidenceFiles(settings.evidence, store, settings.fetched)
        self.panel = CasePanel(desk, self._tasks, files)
        self.list = CaseList(desk, on_error)
        self.page = CasePage(self.list, self.panel)
        self.map = MapPage(desk, on_error)
        self.windows = CaseWindows(
            window, desk, settings.home, self.list, self.panel, notices, on_error
        )
        self.form = CaseForm()
        self._places = PlacePicking(self.map, partial(self.page_wanted.emit, Command.MAP))
        self.key = CaptureKey(
            desk,
            eyes.stage,
            settings.evidence,
            Pending(settings.pending),
            Uploads(store, settings.evidence, settings.uploads),
            self._tasks,
        )
        self.registration = Registration(desk, self.form, self.key, notices, on_error)
        self.rechecks = Rechecks(desk, eyes, self.key, files, window, notices, on_error)
        exports = Exports(desk, window, notices, on_error)
        self.panel.evidence.exports = self.rechecks.exports = exports
        self._counting = QTimer(self, singleShot=True, interval=1000)
        self._counting.timeout.connect(self.counted)
        self._connect()

    def _connect(self) -> None:
        self.list.filter_changed.connect(self.map.apply)
        self.map.case_chosen.connect(self._show_beside)
        self.map.camera_opened.connect(self.camera_wanted)
        for form in (self.form, self.panel.correction):
            self._places.offer(form)
        self.panel.correction.ended.connect(partial(self._places.end, self.panel.correction))
        self.form.near_chosen.connect(self.open_case)
        self.panel.done.connect(self._on_done)
        self.panel.kept.connect(self._on_kept)
        self.panel.recheck_wanted.connect(self.rechecks.open)
        self.panel.trace_wanted.connect(self.rechecks.trace)
        self.panel.camera_wanted.connect(self.camera_wanted)
        self.rechecks.case_chosen.connect(self.open_case)
        self.registration.opened.connect(self.form_wanted)
        self.registration.finished.connect(self.form.hide)
        self.registration.finished.connect(partial(self._places.end, self.form))
        self.registration.registered.connect(self._on_registered)
        self._eyes.case_chosen.connect(self.open_case)
        self._eyes.trace_wanted.connect(self.rechecks.trace)
        self._eyes.state_changed.connect(self.map.set_camera_state)
        self._eyes.replays.kept.connect(self.capture_replayed)
        self.key.handed_over.connect(self._eyes.replays.let_go)

    def hear(self, changes: Changes) -> None:
        """Follow what this desk and others write."""
        changes.cases.connect(self._on_cases)
        changes.batches.connect(self._on_batches)
        changes.searches.connect(lambda _: self.windows.searches.reload())
        changes.calendars.connect(lambda _: self._on_calendar())
        changes.catalogues.connect(lambda _: self._tasks.start(self.load_catalogue()))

    # Who sits here.

    def offer(self, role: Role) -> None:
        """What somebody of this role may begin."""
        self.list.bar.intake.setVisible(role in REGISTERING)

    def sign_in(self) -> None:
        """Somebody has sat down: what they had not sent is offered again."""
        self.registration.sign_in(self._settings.drafts)

    def lock(self) -> None:
        """Nobody is there: no case stays beside the wall."""
        self.rechecks.close()

    def hear_link(self, is_taken: bool) -> None:
        """The database answers again: what waited is written, and what is shown is fetched."""
        self.key.retry()
        if is_taken:
            self.reload()

    def reload(self) -> None:
        """Fetch what is shown: somebody has just sat down, or the database was away."""
        self.list.reload()
        self.map.apply(self.list.chosen)

    async def load_words(self) -> None:
        """Fetch what is kept under names: searches, and the catalogue."""
        self.windows.searches.reload()
        await self.load_catalogue()

    async def load_catalogue(self) -> None:
        """Fetch what cases may be called and who may have them."""
        if not self._is_taken():
            return  # it is fetched when somebody signs in
        departments = await self._desk.ask(cases.departments)
        catalogue = await self._desk.ask(cases.catalogue)
        self.form.offer(catalogue)
        self.list.bar.more.offer(catalogue, departments)
        self.panel.know(departments, catalogue)
        self.catalogue_known.emit(catalogue)

    def know_cameras(self, cameras: list[CameraRow]) -> None:
        """The directory as whoever sits here may see it."""
        self.rechecks.check()
        self.map.put_cameras(cameras)

    def forget_person(self) -> None:
        """Nothing that one person had open is shown to the next."""
        self.panel.clear()
        self.list.forget_person()
        self.registration.close()
        self.rechecks.close()
        self.windows.forget_person()
        self.map.pick_place(False)

    async def settle(self, within: float) -> None:
        """Finish the evidence that was begun, at most so many seconds."""
        if self.key.pending:
            self._notices.say(tr("正在保存录像片段，几秒后关闭…"))
        await self.key.settle(within)

    def shut(self) -> None:
        """The console ends."""
        self.rechecks.close()
        self.panel.evidence.close_player()
        self.registration.shut()
        self.key.shut()

    # Pages.

    def take_place(self, page: Command) -> None:
        """Filter and panel go to whichever of both pages is shown."""
        if page is Command.CASES:
            self.list.layout().insertWidget(0, self.list.bar)  # type: ignore[union-attr]
            self.page.take_in(self.panel)
        elif page is Command.MAP:
            self.map.take_in(self.list.bar, self.panel)

    def open_case(self, case_id: int) -> None:
        """Show one case on the page of cases."""
        self.page_wanted.emit(Command.CASES)
        self._show_beside(case_id)

    def list_figure(self, opened: Opened) -> None:
        """The cases behind a figure, on the page of cases."""
        self.page_wanted.emit(Command.CASES)
        self.list.bar.put_figure(opened)

    def find(self) -> None:
        """To the line that finds cases."""
        self.list.bar.text.setFocus()
        self.list.bar.text.selectAll()

    def press_number(self, number: int) -> None:
        """What may be done to the case that is shown, without the mouse."""
        if self.panel.isVisible():
            self.panel.press_number(number)

    def _show_beside(self, case_id: int) -> None:
        self.panel.show_case(case_id)
        self.list.choose(case_id)

    # Registration.

    def new_case(self) -> None:
        """An empty form."""
        self.registration.begin(SOURCE_OF.get(self._desk.signed.role, Source.HOTLINE))

    def capture(self) -> None:
        """Evidence of the current tile, and the form filled in."""
        if self._desk.signed.role not in REGISTERING:
            self._notices.say(tr("您的岗位不能取证"), "wrong")
            return
        aim = self._eyes.aimed_at
        if aim is None:
            self._notices.say(tr("请先选中一个有画面的窗格"), "wrong")
        else:
            self.registration.press(*aim)

    def capture_replayed(self, camera: CameraRow, key: StreamKey, shown: Shown) -> None:
        """Evidence of what a replay shows, and the form filled in."""
        if self._desk.signed.role not in REGISTERING:
            self._notices.say(tr("您的岗位不能取证"), "wrong")
            self._eyes.replays.let_go(shown.replay.path)
            return
        self.registration.press_replayed(camera, key, shown)

    def _on_registered(self, case_id: int, _number: str, camera_id: int) -> None:
        self._show_beside(case_id)
        self._eyes.inspection.registered(case_id, camera_id)

    # What happens to cases.

    def tick(self) -> None:
        """A minute has gone: limits run out and midnight comes without anybody writing."""
        self.map.tick()
        self.panel.tick()
        self._tasks.start(urge(self._desk, self._notices))

    def _on_cases(self, ids: list[int]) -> None:
        if not self._is_taken():
            return
        self.list.refresh(ids)
        self.map.refresh(ids)
        self.panel.refresh(ids)
        if not self._counting.isActive():
            self._counting.start()

    def _on_batches(self, _ids: list[int]) -> None:
        """Many cases came, or went, at once."""
        if self._is_taken():
            self.reload()
            self.counted.emit()
        self.windows.refresh()

    def _on_calendar(self) -> None:
        """Days or limits were entered: what they decide is shown anew."""
        if self.panel.detail is not None:
            self.panel.show_case(self.panel.detail.row.id)

    def _on_done(self, action: Action, number: str) -> None:
        self._notices.say(tr("{number}：{action}", number=number, action=label(action)), "ok")

    def _on_kept(self, case_id: int, number: str) -> None:
        self._notices.say(tr("{number} 的说明还没有提交：请先确定或取消", number=number), "wrong")
        self.list.choose(case_id)

"""`zhishou selftest`: the shipped program proves itself, from a live picture to a closed case.

On the real window, a database of its own, and cameras that are really served (or other people's).
Everything is done through the window's own actions.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from PySide6.QtGui import QImage

from app.demo.demo import Job, encode_all
from app.demo.rtsp import RtspServer, Served
from app.desk import Desk
from app.domain.camera import Camera, StreamState
from app.domain.errors import Refusal
from app.domain.people import Person, Role, Signed
from app.domain.workflow import Action, CaseStatus
from app.main import Console, open_desk, run_console
from app.secrets import Seal
from app.services import accounts, evidence
from app.settings import Settings, read_settings
from app.video.clips import inspect_clip
from app.video.playback import PlayState
from db.unit_of_work import Work
from ui.actions import Command
from ui.words import sentence

PRE_ROLL_S, POST_ROLL_S = 10.0, 5.0
FORM_WITHIN_S = 1.5
LOOP_S = 6
"""Long enough to be served round and round; whole groups of pictures of both streams."""

Step = dict[str, Any]


class StepError(Exception):
    """A step did not come out as it should; its text says how."""


class SelfTest:
    """The steps, one after the other; the first that fails ends it."""

    def __init__(self, console: Console, settings: Settings, people: dict[Role, Signed]) -> None:
        self._console, self._window = console, console.window
        self._settings, self._people = settings, people
        self.case_id = 0
        self.clip: Path | None = None

    async def run(self, steps: list[Step]) -> int:
        for name, work, limit in (
            ("wall shows live pictures", self.wall_live, 20),
            ("ten seconds are kept ahead of the key", self.fill_ring, 30),
            ("the key opens the form filled in", self.press_key, 10),
            ("the case is registered", self.register, 15),
            ("accept", lambda: self.act(Role.DISPATCHER, Action.ACCEPT), 10),
            ("file", lambda: self.act(Role.DISPATCHER, Action.FILE), 10),
            ("dispatch", lambda: self.act(Role.DISPATCHER, Action.DISPATCH), 10),
            ("acknowledge", lambda: self.act(Role.DISPATCHER, Action.ACKNOWLEDGE), 10),
            ("resolve", lambda: self.act(Role.DISPATCHER, Action.RESOLVE), 10),
            ("verify", lambda: self.act(Role.OPERATOR, Action.VERIFY), 10),
            ("review", lambda: self.act(Role.SHIFT_LEADER, Action.APPROVE), 10),
            ("close", lambda: self.act(Role.DISPATCHER, Action.CLOSE), 10),
            ("evidence opens and plays", self.play_evidence, 20),
            ("clip spans the moment and begins with a key frame", self.check_clip, 10),
            ("hashes are those on record", self.check_hashes, 10),
            ("handover lists what is open", self.read_handover, 10),
        ):
            if not await run_step(steps, name, work, limit):
                return 1
        return 0

    # Steps; each gives the detail that the report shows.

    async def wall_live(self) -> str:
        tiles = [tile for tile in self._window.eyes.wall.tiles if tile.camera]
        await until(lambda: bool(tiles) or bool(self._window.eyes.wall.tiles[0].camera))
        tiles = [tile for tile in self._window.eyes.wall.tiles if tile.camera]
        began = time.monotonic()
        await until(lambda: all(tile.truth.state is StreamState.LIVE for tile in tiles))
        return f"{len(tiles)} tiles live after {time.monotonic() - began:.2f} s"

    async def fill_ring(self) -> str:
        # A stream that begins with half a group needs one group more to cover ten seconds.
        await asyncio.sleep(PRE_ROLL_S + 2.5)
        tile = self._window.eyes.wall.tiles[0]
        shown = tile.shown
        if not shown:
            raise StepError("no picture was painted")
        return f"{shown} pictures painted on the first tile"

    async def press_key(self) -> str:
        window = self._window
        window.eyes.wall.choose(window.eyes.wall.tiles[0])
        began = time.monotonic()
        window.capture()
        form = window.form
        await until(lambda: form.isVisible() and form.picture.isVisible())
        took = time.monotonic() - began
        draft = form.draft()
        if not (draft.address and draft.district and draft.camera_id and draft.captures):
            raise StepError("place, district, camera or evidence are not filled in")
        if took > FORM_WITHIN_S:
            raise StepError(f"the form with its still took {took:.2f} s")
        return f"form with still after {took:.2f} s"

    async def register(self) -> str:
        form = self._window.form
        form.subcategory.setText("zdjy")
        form.subcategory.textEdited.emit("zdjy")
        await until(lambda: form.subcategory.list.count() > 0)
        form.subcategory.choose(form.subcategory.found()[0])
        form.description.setPlainText("自检：人行道上有摊贩摆卖")
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._window.casework.registration.registered.connect(
            lambda case_id, *_: None if done.done() else done.set_result(case_id)
        )
        form.submit()
        self.case_id = await done
        await until(lambda: self._detail_is(CaseStatus.REPORTED))
        assert self._window.panel.detail is not None
        return self._window.panel.detail.row.number

    async def act(self, role: Role, action: Action) -> str:
        """Sit down as this role and press the button."""
        window = self._window
        if window.desk.signed.role is not role:
            window.enter(self._people[role])
        window.casework.open_case(self.case_id)
        panel = window.panel
        button = panel.buttons[action]
        await until(lambda: self._is_ours() and button.isEnabled() and not button.isHidden())
        assert panel.detail is not None
        before = panel.detail.row.version
        panel.show_case(self.case_id)
        button.click()
        if panel.sheet.isVisible():
            if panel.sheet.note.isVisible():
                panel.sheet.note.setPlainText("自检：现场已清理")
            if not panel.sheet.department.currentText():
                panel.sheet.department.setCurrentText("城管执法队")
            panel.sheet.submit()
        await until(lambda: self._version() > before)
        return panel.detail.row.status.value

    async def play_evidence(self) -> str:
        view = self._window.panel.evidence
        self._window.panel.tabs.setCurrentIndex(1)
        await until(lambda: self._clip_line() is not None)
        assert self._window.panel.detail is not None
        still = next(e for e in self._window.panel.detail.evidence if e.kind == "still")
        view.show_line(still)
        try:
            async with asyncio.timeout(5):
                await until(lambda: view.clip.stage.image is not None)
        except TimeoutError:
            raise StepError("the still does not open") from None
        image = view.clip.stage.image
        assert image is not None
        size = f"{image.width()}x{image.height()}"
        clip = self._clip_line()
        assert clip is not None
        self.clip = self._settings.evidence / clip.path
        view.show_line(clip)
        await until(lambda: _is_picture(view.clip.stage.image) and view.clip.player is not None)
        assert view.clip.player is not None
        await until(lambda: view.clip.player is not None and view.clip.player.position > 0.3)
        if view.clip.player.state is not PlayState.PLAYING:
            raise StepError(f"the clip is {view.clip.player.state.value}")
        return f"still {size}, clip {view.clip.player.length:.1f} s plays"

    async def check_clip(self) -> str:
        assert self.clip is not None
        told = await asyncio.to_thread(inspect_clip, self.clip)
        line = self._clip_line()
        assert line is not None
        after = line.seconds - line.before
        if not told.begins_with_key:
            raise StepError("the clip does not begin with a key frame")
        if line.before < PRE_ROLL_S or after < POST_ROLL_S - 0.1:
            raise StepError(f"the clip spans {line.before:.1f} s before and {after:.1f} s after")
        return f"{told.pictures} pictures, {line.before:.1f} s before, {after:.1f} s after"

    async def check_hashes(self) -> str:
        desk = self._window.desk
        checked, changed = await desk.ask(evidence.verify, self._settings.evidence)
        if changed:
            raise StepError(f"changed: {', '.join(changed)}")
        return f"{checked} files"

    async def read_handover(self) -> str:
        window = self._window
        window.enter(self._people[Role.SHIFT_LEADER])
        window.show_page(Command.DUTY)
        window.duty.tabs.setCurrentIndex(2)
        view = window.duty.handover
        view.reload()
        await until(lambda: view.items.topLevelItemCount() > 0)
        count = view.items.topLevelItemCount()
        sections = [view.items.topLevelItem(place) for place in range(count)]
        return " / ".join(item.text(0) for item in sections if item)

    # Looking.

    def _is_ours(self) -> bool:
        detail = self._window.panel.detail
        return detail is not None and detail.row.id == self.case_id

    def _version(self) -> int:
        detail = self._window.panel.detail
        return detail.row.version if detail and self._is_ours() else 0

    def _detail_is(self, status: CaseStatus) -> bool:
        detail = self._window.panel.detail
        return detail is not None and self._is_ours() and detail.row.status is status

    def _clip_line(self) -> Any:
        detail = self._window.panel.detail
        lines = detail.evidence if detail else ()
        return next((line for line in lines if line.kind == "clip"), None)


def _is_picture(image: QImage | None) -> bool:
    return image is not None and not image.isNull()


async def until(true: Callable[[], bool]) -> None:
    """Wait until it is true; the step's own limit ends the waiting."""
    while not true():
        await asyncio.sleep(0.02)


async def run_step(
    steps: list[Step], name: str, work: Callable[[], Awaitable[str]], limit: float
) -> bool:
    """Run one step and put it on the report."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(limit):
            detail, ok = await work(), True
    except TimeoutError:
        detail, ok = f"not within {limit:g} s", False
    except StepError as error:
        detail, ok = str(error), False
    except Refusal as refusal:
        detail, ok = sentence(refusal), False
    took = round(time.monotonic() - began, 3)
    steps.append({"name": name, "ok": ok, "seconds": took, "detail": detail})
    return ok


def run_selftest(urls: list[str], database: str | None) -> dict[str, Any]:
    """The whole self-test; ``{"ok", "steps": [{"name", "ok", "seconds", "detail"}]}``."""
    steps: list[Step] = []
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="zhishou-selftest-"))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        settings = replace(
            read_settings({"ZHISHOU_HOME": str(home)}),
            database=database or f"sqlite:///{home / 'zhishou.db'}",
            desk="selftest",
            idle_lock_minutes=0,
        )
        try:
            with timed(steps, "cameras are served" if not urls else "cameras are named"):
                places = urls or _serve(stack, home)
            with timed(steps, "database is ready"):
                desk = open_desk(settings)
                if desk.ask_now(accounts.has_anybody):
                    desk.close()
                    raise Refusal("自检要用空的数据库：这个库里已有人员，自检的案件会混进真实数据")
                people, _ = desk.do_now(_furnish, places, Seal(home))
            code = _in_window(settings, desk, people, steps)
        except Refusal as refusal:
            steps[-1]["detail"] = sentence(refusal)
            code = 1
    return {"ok": code == 0 and all(step["ok"] for step in steps), "steps": steps}


@contextmanager
def timed(steps: list[Step], name: str) -> Iterator[None]:
    """A step that is not a coroutine."""
    step: Step = {"name": name, "ok": False, "seconds": 0.0, "detail": ""}
    steps.append(step)
    began = time.monotonic()
    try:
        yield
        step["ok"] = True
    finally:
        step["seconds"] = round(time.monotonic() - began, 3)


def _in_window(
    settings: Settings, desk: Desk, people: dict[Role, Signed], steps: list[Step]
) -> int:
    def script(console: Console) -> asyncio.Future[int]:
        return asyncio.ensure_future(SelfTest(console, settings, people).run(steps))

    return run_console(settings, desk, people[Role.OPERATOR], script)


def _serve(stack: ExitStack, home: Path) -> list[str]:
    """Two cameras of the program's own."""
    loop = home / "loops" / "cam01-sub.h264"
    loop.parent.mkdir()
    main = loop.with_name("cam01-main.h264")
    list(encode_all([Job(1, "自检点位", main, loop, seconds=LOOP_S)]))
    streams = [Served("/one", str(loop)), Served("/two", str(loop))]
    server = stack.enter_context(RtspServer(streams))
    return [server.url(stream) for stream in streams]


def _furnish(work: Work, urls: list[str], seal: Seal) -> dict[Role, Signed]:
    """Cameras for the streams and one person for each role that the loop needs."""
    tag = str(time.time_ns())[-9:]
    for place, url in enumerate(urls, 1):
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        plain = urlunsplit(parts._replace(netloc=host))
        camera = Camera(
            f"SELFTEST{tag}{place:02d}",
            f"自检点位 {place}",
            "440106",
            "440106006",
            f"天河区自检路 {place} 号",
            113.33,
            23.13,
            plain,
            plain,
            unquote(parts.username or ""),
            seal.seal(unquote(parts.password or "")),
        )
        work.cameras.add(camera)
    people = {}
    for role in (Role.OPERATOR, Role.DISPATCHER, Role.SHIFT_LEADER):
        person = work.people.add(
            Person(f"自检{role.value}", f"T{tag}{role.value}"[:24], role, "自检")
        )
        people[role] = Signed(person.id, person.name, role, work.by.desk or "selftest")
    return people

"""The real window on a real database and real streams."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

import pytest

from app.desk import Desk
from app.domain.camera import Camera
from app.domain.people import Role, Signed
from app.feed import Feed
from app.main import Console, build
from app.secrets import Seal
from app.services.directory import keywords_of
from app.settings import Settings
from db.engine import open_engine
from db.unit_of_work import Work
from tests import pointer
from tests.cameras import TestCameras, serving
from tests.conftest import Story, people
from tests.conftest import tell as tell_story

ALONE = "ZHISHOU_STORY_ALONE"
LONGEST_S = 240

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For stories of the screen alone: what they do in the database other tests do on both."""


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Each story in a process of its own, as each console is one.

    Windows of stories that are over would else live on beside the next one's.
    """
    # Pytest asks every conftest for every test, whatever the folder.
    if ALONE in os.environ or Path(__file__).parent not in item.path.parents:
        return None
    began = time.time()
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    try:
        with screens_for(item) as environment:
            told = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "-rs",
                    "-p",
                    "no:cacheprovider",
                    item.nodeid,
                ],
                cwd=item.config.rootpath,
                env={**os.environ, ALONE: "1", **environment},
                capture_output=True,
                text=True,
                check=False,
                timeout=LONGEST_S,
            )
        output, passed = told.stdout + told.stderr, told.returncode == 0
    except subprocess.TimeoutExpired as error:
        output, passed = f"not within {LONGEST_S} s\n{error.stdout!r}", False
    skipped = passed and "1 skipped" in output
    outcome = "skipped" if skipped else ("passed" if passed else "failed")
    reason = (str(item.path), 0, output.splitlines()[-1]) if skipped else output
    for when, result in (("setup", "passed"), ("call", outcome), ("teardown", "passed")):
        report = pytest.TestReport(
            item.nodeid,
            item.location,
            {name: 1 for name in item.keywords},
            result,
            reason if when == "call" and result != "passed" else None,
            when,
            duration=time.time() - began if when == "call" else 0,
        )
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def screens_for(item: pytest.Item) -> AbstractContextManager[dict[str, str]]:
    """Where a story's window is shown: offscreen, or on screens that a pointer moves over."""
    if item.get_closest_marker("pointer") and pointer.is_installed():
        return pointer.two_screens()
    return nullcontext({})


@pytest.fixture(autouse=True)
def a_pointer_where_one_is_wanted(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("pointer") and not pointer.is_installed():
        pytest.skip("no X server with a pointer; ./zhishou test installs what it needs")


@pytest.fixture
def cameras(loops: dict[str, Path]) -> Iterator[TestCameras]:
    with serving(loops) as served:
        yield served


CLOSED: list[object] = []
"""Windows of stories that are over. A console ends with its process and never destroys its window
while others go on; Qt's and Python's orders of destruction are not what these stories are about."""


class Seat:
    """One desk with its window, and whoever sits there."""

    def __init__(self, console: Console, everybody: dict[Role, Signed]) -> None:
        self.console, self.window, self.desk = console, console.window, console.desk
        self._everybody = everybody

    def sit(self, role: Role) -> None:
        """Somebody of this role signs in."""
        who = self._everybody[role]
        self.window.enter(Signed(who.person_id, who.name, role, self.desk.name))


OPEN: list[Seat] = []

OpenSeat = Callable[..., Seat]


@pytest.fixture
def open_seat(loop: asyncio.AbstractEventLoop, tmp_path: Path, database: str) -> Iterator[OpenSeat]:
    """Opens windows on one database; each has a data folder of its own."""
    with ExitStack() as stack:

        def make(
            name: str, role: Role, home: Path | None = None, idle_lock_minutes: float = 0
        ) -> Seat:
            home = home or tmp_path / name
            home.mkdir(exist_ok=True)
            settings = Settings(home, database, name, idle_lock_minutes=idle_lock_minutes)
            engine = open_engine(database)
            everybody = people(engine)
            desk = Desk(engine, name)
            console = build(settings, desk)
            loop.create_task(Feed(desk, console.changes.publish, console.window.show_link).run())
            seat = Seat(console, everybody)
            stack.callback(close, seat, loop)
            OPEN.append(seat)
            console.window.resize(1600, 900)
            console.window.show()
            seat.sit(role)
            return seat

        yield make


def close(seat: Seat, loop: asyncio.AbstractEventLoop) -> None:
    """Whatever the story left open."""
    if seat in OPEN:
        tell(loop, asyncio.sleep(0))
    seat.desk.close()
    seat.window.hide()
    CLOSED.append(seat)


def tell(loop: asyncio.AbstractEventLoop, story: Story) -> None:
    """Run a story; its windows close with it, while the loop still runs, as a console's does."""

    async def whole() -> None:
        try:
            await story
        finally:
            while OPEN:
                OPEN.pop().window.shut()

    tell_story(loop, whole())


def put_cameras(seat_home: Path, database: str, *cameras: tuple[str, str, str, str]) -> None:
    """Write cameras (name, url, user, password) into the directory."""
    engine = open_engine(database)
    admin = people(engine)[Role.ADMINISTRATOR]
    desk = Desk(engine, "setup")
    desk.sign(admin)
    seat_home.mkdir(exist_ok=True)
    seal = Seal(seat_home)

    def write(work: Work) -> None:
        for number, (name, url, user, password) in enumerate(cameras, 1):
            camera = Camera(
                f"C{number}",
                name,
                "440106",
                "440106006",
                f"天河区{name}",
                113.32,
                23.13,
                url,
                url.replace("/main", "/sub"),
                user,
                seal.seal(password),
            )
            camera.keywords = keywords_of(camera)
            work.cameras.add(camera)

    desk.do_now(write)
    desk.close()

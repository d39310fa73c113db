"""What the tests share: real files, databases, cameras and windows; only the clock is fake."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("ZHISHOU_LANG", None)

import qasync
from PySide6.QtWidgets import QApplication
from sqlalchemy import Engine, create_engine, text

from app.demo.demo import Job, encode_all
from app.demo.loops import is_there
from app.demo.rtsp import SYSTEM_PYTHON
from app.desk import Desk
from app.domain.people import Person, Role, Signed
from app.settings import Settings
from db.engine import open_engine
from db.schema import upgrade
from tests.postgres import PostgresServer, postgres_programs
from ui.theme import dress
from ui.widgets.twice import Twice
from ui.words import choose_language

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


class FakeClock:
    """A clock that goes on only when told."""

    def __init__(self, now: datetime = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **span: float) -> None:
        self.now += timedelta(**span)


# Warnings are errors three times: Python's and Qt's by the settings, logging's here.


class _Alarm(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that logs a warning fails, unless it is marked as expecting one."""
    alarm = _Alarm()
    logging.getLogger().addHandler(alarm)
    yield
    logging.getLogger().removeHandler(alarm)
    if "expects_log" not in request.keywords:
        assert not alarm.heard


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """A test that leaves a thread of ours running fails."""
    yield
    ours = ("db", "engine", "stream", "vlc")
    left = [t.name for t in threading.enumerate() if t.name.startswith(ours) and t.is_alive()]
    assert not left


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    choose_language("zh")
    yield
    choose_language("zh")


# Databases. The template is migrated once and copied, as a file or by PostgreSQL itself.


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.rollback()
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    if not postgres_programs():
        pytest.skip("PostgreSQL is not installed; ./zhishou test installs it")
    with PostgresServer() as server:
        engine = open_engine(server.create("template_zs"))
        upgrade(engine)
        engine.dispose()
        yield server


@pytest.fixture
def sqlite_url(template: Path, tmp_path: Path) -> str:
    path = tmp_path / "zhishou.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    return postgres_server.copy("template_zs")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = open_engine(database)
    yield made
    made.dispose()


OpenDesk = Callable[..., Desk]


def people(engine: Engine) -> dict[Role, Signed]:
    """One person of each role, made in the database if there is none yet."""
    desk = Desk(engine, "setup")

    def make(work: Any) -> dict[Role, Signed]:
        known = {row.role: row for row in work.people.rows()}
        for number, role in enumerate(Role):
            if role not in known:
                person = Person(f"{role.value}甲", f"N{number}", role, "岗位", login=role.value)
                work.people.add(person)
        return {row.role: Signed(row.id, row.name, row.role, "setup") for row in work.people.rows()}

    found, _ = desk.do_now(make)
    desk._thread.shutdown()
    return found


@pytest.fixture
def open_desk(database: str, clock: FakeClock) -> Iterator[OpenDesk]:
    """Opens desks on one database, each with somebody of a role at it."""
    opened: list[Desk] = []

    def make(role: Role, name: str = "甲席", now: Callable[[], datetime] = clock) -> Desk:
        engine = open_engine(database)
        desk = Desk(engine, name, clock=now)
        who = people(engine)[role]
        desk.sign(Signed(who.person_id, who.name, role, name))
        opened.append(desk)
        return desk

    yield make
    for desk in opened:
        desk.close()


# The window.


@pytest.fixture(scope="session")
def application() -> QApplication:
    existing = QApplication.instance()
    made = existing if isinstance(existing, QApplication) else QApplication(["zhishou"])
    dress(made)
    return made


@pytest.fixture
def loop(application: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """Qt's and asyncio's loop in one, as in the console."""
    made = qasync.QEventLoop(application)
    asyncio.set_event_loop(made)
    yield made
    pending = [task for task in asyncio.all_tasks(made) if not task.done()]
    for task in pending:
        task.cancel()
    if pending:
        made.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    made.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    return Settings(home, sqlite_url, "甲席", idle_lock_minutes=0)


async def until(true: Callable[[], object], within: float = 20.0, what: str = "") -> None:
    """Wait until it is true, looking again and again; a failure if it never is."""
    try:
        async with asyncio.timeout(within):
            while not true():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {what or true}") from None


async def press_twice(button: Twice) -> str:
    """Press it as one who reads what it says before the second press; what it said."""
    button.click()
    said = button.text()
    await asyncio.sleep(QApplication.doubleClickInterval() / 1000 + 0.05)
    button.click()
    return said


Story = Coroutine[Any, Any, None]


def tell(loop: asyncio.AbstractEventLoop, story: Story) -> None:
    """Run a story to its end, and end with it what its windows were still asking for."""

    async def whole() -> None:
        try:
            await story
        finally:
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            _, hanging = await asyncio.wait(rest, timeout=10) if rest else (set(), set())
            assert not hanging, f"these did not end when told to: {hanging}"

    loop.run_until_complete(whole())


# Cameras.


@pytest.fixture(scope="session")
def loops() -> dict[str, Path]:
    """Two encoded street loops, H.264 and H.265, with the clock in the picture.

    Kept for the next process and the next run: encoding takes longer than most tests.
    """
    if not Path(SYSTEM_PYTHON).exists():
        pytest.skip("the system's python3 is not there")
    folder = Path(tempfile.gettempdir()) / f"zhishou-test-loops-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    names = {"main": "a-main.h264", "sub": "a-sub.h264", "h265": "b-sub.h265"}
    paths = {name: folder / file for name, file in names.items()}
    jobs = [
        Job(1, "测试点位", paths["main"], paths["sub"], clock=True, seconds=6),
        Job(2, "测试点位", folder / "b-main.h265", paths["h265"], clock=True, seconds=6),
    ]
    list(encode_all([job for job in jobs if not is_there(job.sub)]))
    return paths


def execute(url: str, statement: str) -> Any:
    """Run plain SQL beside the console, as another program could."""
    engine = create_engine(open_engine(url).url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return result.all() if result.returns_rows else None
    finally:
        engine.dispose()

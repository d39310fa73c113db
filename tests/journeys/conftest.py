"""The real window on a real database and real streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.desk import Desk
from app.domain.camera import Camera
from app.domain.people import Role, Signed
from app.feed import Feed
from app.main import Console, build
from app.secrets import Seal
from app.settings import Settings
from db.engine import open_engine
from db.unit_of_work import Work
from tests.cameras import TestCameras, serving
from tests.conftest import people, tell


@pytest.fixture
def cameras(loops: dict[str, Path]) -> Iterator[TestCameras]:
    with serving(loops) as served:
        yield served


CLOSED: list[object] = []
"""Windows of stories that are over. A console ends with its process and never destroys its window
while others go on; Qt's and Python's orders of destruction are not what these stories are about."""


class Seat:
    """One desk with its window, and whoever sits there."""

    def __init__(self, console: Console, everybody: dict[Role, Signed], feed: Any) -> None:
        self.console, self.window, self.desk = console, console.window, console.desk
        self._everybody, self._feed = everybody, feed

    def sit(self, role: Role) -> None:
        """Somebody of this role signs in."""
        who = self._everybody[role]
        self.window.enter(Signed(who.person_id, who.name, role, self.desk.name))


OpenSeat = Callable[..., Seat]


@pytest.fixture
def open_seat(loop: asyncio.AbstractEventLoop, tmp_path: Path, database: str) -> Iterator[OpenSeat]:
    """Opens windows on one database; each has a data folder of its own."""
    with ExitStack() as stack:

        def make(name: str, role: Role, home: Path | None = None) -> Seat:
            home = home or tmp_path / name
            home.mkdir(exist_ok=True)
            settings = Settings(home, database, name, idle_lock_minutes=0)
            engine = open_engine(database)
            everybody = people(engine)
            desk = Desk(engine, name)
            console = build(settings, desk)
            feed = loop.create_task(
                Feed(desk, console.changes.publish, console.window.show_link).run()
            )
            seat = Seat(console, everybody, feed)
            stack.callback(close, seat, loop, feed)
            console.window.resize(1600, 900)
            console.window.show()
            seat.sit(role)
            return seat

        yield make


def close(seat: Seat, loop: asyncio.AbstractEventLoop, feed: asyncio.Task[None]) -> None:
    seat.window.shut()
    feed.cancel()
    tell(loop, asyncio.sleep(0))
    seat.desk.close()
    seat.window.hide()
    CLOSED.append(seat)


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
            work.cameras.add(camera)

    desk.do_now(write)
    desk.close()

"""What ran on the wall when the console ended goes on when the same person is back."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.desk_memory import DeskMemory
from app.domain.camera import StreamState
from app.domain.errors import LinkLost
from app.domain.people import Role
from app.domain.tour import TourRow
from app.services import tours
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, Seat, put_cameras, tell
from tests.journeys.test_from_picture_to_closed_case import live, type_and_send
from ui.actions import Command

pytestmark = [pytest.mark.video, ON_SQLITE]


@pytest.fixture
def home(cameras: TestCameras, database: str, tmp_path: Path) -> Path:
    spots = [(f"点位{n}", cameras.url("main"), "", "") for n in range(1, 6)]
    put_cameras(tmp_path / "甲席", database, *spots)
    return tmp_path / "甲席"


async def kept_tour(seat: Seat) -> TourRow:
    """A tour of all five cameras, chosen in the bar."""
    ids = [camera.id for camera in seat.window.cameras]
    await seat.desk.run(tours.save, "夜巡", ids, 60, 1, False, None)
    bar = seat.window.video.tours
    await until(lambda: bar.tours.count() == 1, what="the tour")
    (row,) = await seat.desk.ask(tours.mine)
    return row


def shown(seat: Seat) -> list[str]:
    return [tile.camera.name for tile in seat.window.eyes.wall.tiles if tile.camera]


def as_if_killed(home: Path, was: dict[str, Any]) -> None:
    """What a desk that is killed now would leave behind."""
    DeskMemory(home).keep(was)


def test_that_a_tour_goes_on_at_its_step_for_whoever_ran_it(
    open_seat: OpenSeat, home: Path, loop: asyncio.AbstractEventLoop
) -> None:
    first = open_seat("甲席", Role.OPERATOR)
    left: dict[str, Any] = {}

    async def run() -> None:
        await live(first, 5)
        runner, wall = first.window.eyes.runner, first.window.eyes.wall
        own = wall.state()
        await kept_tour(first)
        first.window.commands[Command.TOUR].trigger()
        wall.choose(wall.tiles[0])
        first.window.video.tours.out.click()  # the first spot is passed over in this run
        runner.go(2)
        assert shown(first) == ["点位4"]
        runner.pause()

        def is_kept() -> bool:
            left.update(DeskMemory(home).read())
            return any(one["skipped"] for one in left.get("unfinished", {}).values())

        await until(is_kept, what="kept while it runs, since a console that is killed cannot")
        left.update(first.window.eyes.at_rest())
        assert left["wall"] == own, "the operator's own wall, and not the tour's"

    tell(loop, run())
    as_if_killed(home, left)
    again = open_seat("甲席", Role.SHIFT_LEADER)

    async def look() -> None:
        window = again.window
        runner = window.eyes.runner
        await live(again, 5)
        await until(lambda: window.eyes.layouts.rows is not None and window.cameras)
        assert not runner.runs, "somebody else's"
        await until(lambda: DeskMemory(home).read().get("unfinished"), what="theirs stays")
        again.sit(Role.OPERATOR)
        await until(lambda: runner.runs, what="it goes on")
        assert "继续上次的轮巡：夜巡" in window.notices.text()
        assert shown(again) == ["点位4"]
        assert runner.paused
        assert runner.course is not None
        assert runner.course.count == 4
        window.commands[Command.TOUR].trigger()
        assert len(shown(again)) == 5, "the operator's own wall again"
        await until(lambda: "unfinished" not in DeskMemory(home).read(), what="ended is ended")

    tell(loop, look())


def test_that_a_round_goes_on_with_what_is_on_record(
    open_seat: OpenSeat, home: Path, loop: asyncio.AbstractEventLoop
) -> None:
    first = open_seat("甲席", Role.OPERATOR)
    left: dict[str, Any] = {}

    async def run() -> None:
        await live(first, 5)
        panel, wall = first.window.eyes.inspection, first.window.eyes.wall
        await kept_tour(first)
        first.window.commands[Command.INSPECT].trigger()
        for number in (1, 2):
            await until(lambda n=number: shown(first) == [f"点位{n}"], what="its turn")
            await until(lambda: wall.tiles[0].truth.state is StreamState.LIVE, what="live")
            first.window.commands[Command.PASS].trigger()
        assert panel.round is not None
        tally = panel.round
        await until(lambda: tally.tally.total() == 2, what="both on record")
        await until(lambda: wall.tiles[0].truth.state is StreamState.LIVE, what="the third")
        first.window.commands[Command.FOUND].trigger()
        await until(lambda: first.window.form.isVisible(), what="the form")
        first.window.form.description.setPlainText("占道经营")
        folder = home / "drafts"
        await until(lambda: list(folder.rglob("*.json")), what="the draft is kept")
        left.update(first.window.eyes.at_rest())
        await first.window.settle()

    tell(loop, run())
    as_if_killed(home, left)
    again = open_seat("甲席", Role.OPERATOR)

    async def look() -> None:
        panel = again.window.eyes.inspection
        await until(lambda: panel.runs, what="it goes on")
        assert panel.round is not None
        assert (panel.round.answered, panel.round.count) == (2, 5)
        assert shown(again) == ["点位3"]
        await until(lambda: again.window.form.isVisible(), what="the case that was being typed")
        await type_and_send(again)
        await until(lambda: shown(again) == ["点位4"], what="that spot is answered by it")
        assert panel.round.answered == 3

    tell(loop, look())


SPOILED: dict[str, dict[str, Any]] = {
    "long ago": {"at": (datetime.now().astimezone() - timedelta(hours=2)).isoformat()},
    "no zone": {"at": "2026-11-20T08:00:00"},
    "no such layout": {"tour": [0, "x", [1], 20, 7]},
    "dropped meanwhile": {"tour": [99, "x", [1], 20, 1]},
    "broken": {"tour": None},
}


def with_changes(left: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {"unfinished": {one: told | changes for one, told in left["unfinished"].items()}}


def left_alone(left: dict[str, Any]) -> dict[str, Any]:
    return {"unfinished": left["unfinished"]}


def test_that_nothing_goes_on_that_cannot_and_nothing_is_forgotten_that_could(
    open_seat: OpenSeat,
    home: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)

    async def look() -> None:
        window = seat.window
        await live(seat, 5)
        row = TourRow(0, 0, "补看", tuple(one.id for one in window.cameras), 20, 1, None, None)
        window.eyes.runner.start(row)
        left = window.eyes.at_rest()
        window.eyes.runner.stop()
        unfinished, runner = window.eyes.unfinished, window.eyes.runner
        for what, spoil in SPOILED.items():
            unfinished.remember(with_changes(left, spoil))
            await unfinished.go_on()
            assert not runner.runs, what
            assert unfinished.told() == {}, "refused once and for all"

        window.lock()
        unfinished.remember(left)
        await unfinished.go_on()
        assert not runner.runs, "nobody is there"
        assert unfinished.told() == left_alone(left), "and it is not forgotten"
        window.unlock.signed_in.emit(seat.desk.signed)
        await until(lambda: runner.runs, what="they are back")
        runner.stop()

        real = seat.desk.ask

        async def away(*words: object) -> object:
            raise LinkLost("数据库没有应答")

        unfinished.remember(with_changes(left, {"tour": [1, "x", [1], 20, 1]}))
        with monkeypatch.context() as gone:
            gone.setattr(seat.desk, "ask", away)
            await unfinished.go_on()
        assert unfinished.told() != {}, "nobody knows yet whether there is such a tour"
        assert seat.desk.ask == real
        await unfinished.go_on()
        assert unfinished.told() == {}

        runner.start(row)
        wall = window.eyes.wall
        wall.show_in(wall.tiles[0], row.cameras[3])  # the wall is the operator's from here on
        await until(lambda: "unfinished" in DeskMemory(home).read(), what="kept")
        runner.stop()
        await until(lambda: "unfinished" not in DeskMemory(home).read(), what="ended is ended")
        runner.start(row)
        await until(lambda: "unfinished" in DeskMemory(home).read(), what="kept")
        window.sign_off()
        await until(lambda: "unfinished" not in DeskMemory(home).read(), what="they have left")
        seat.sit(Role.OPERATOR)
        await asyncio.sleep(0)  # what fetches for them has begun
        await until(lambda: not window._half_begun, what="and is done")
        assert window.cameras
        assert not runner.runs

    tell(loop, look())

"""With a mouse in the hand: an X server, a window manager, two screens, and a moving pointer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication

from app.domain.camera import StreamState
from app.domain.people import Role
from app.services import cases, evidence
from app.services.evidence import Taken
from app.video.evidence import sha256
from app.video.playback import PlayState
from db.unit_of_work import Work
from tests.builders import draft
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, Seat, put_cameras, tell
from tests.pointer import SCREEN, click, drag, hand
from ui.map.mercator import project

pytestmark = [pytest.mark.pointer, pytest.mark.video, ON_SQLITE]


def on_screen(seat: Seat) -> None:
    """Fill the left screen, as the console does when it starts."""
    seat.window.setGeometry(QGuiApplication.screens()[0].availableGeometry())
    seat.window.showMaximized()


async def ready(seat: Seat, cameras: int) -> None:
    on_screen(seat)
    await until(lambda: len(seat.window.eyes.tree.shown()) == cameras and seat.window.list.loaded)
    await until(lambda: seat.window.eyes.wall.width() > 1000, what="the window is mapped")


def camera_at(seat: Seat, camera_id: int) -> QRect:
    """Where the tree shows a camera."""
    return seat.window.eyes.tree.place_of(camera_id)


def names(seat: Seat, count: int) -> list[str]:
    tiles = seat.window.eyes.wall.tiles[:count]
    return [tile.camera.name if tile.camera else "" for tile in tiles]


def test_that_a_hand_drags_cameras_from_the_tree_swaps_tiles_and_enlarges_one(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(
        tmp_path / "甲席",
        database,
        ("甲路口", cameras.url("main"), "", ""),
        ("乙路口", cameras.url("two"), "", ""),
    )
    seat = open_seat("甲席", Role.OPERATOR)
    window, wall = seat.window, seat.window.eyes.wall

    async def story() -> None:
        await ready(seat, 2)
        wall.fill([])
        first, second = (camera.id for camera in window.cameras)
        tree = window.eyes.tree.tree.viewport()
        for camera, place in ((first, 4), (second, 0)):
            tile = wall.tiles[place]
            await drag(tree, camera_at(seat, camera), tile, tile.rect().center())
            await until(lambda: tile.camera, 5, f"dropped in tile {place}")  # noqa: B023
        assert names(seat, 5) == ["乙路口", "", "", "", "甲路口"]
        await until(lambda: wall.tiles[4].truth.state is StreamState.LIVE, what="its picture")
        four, zero = wall.tiles[4], wall.tiles[0]
        await drag(four, four.rect().center(), zero, zero.rect().center())
        await until(lambda: names(seat, 1) == ["甲路口"], 5, "swapped")
        assert names(seat, 5) == ["甲路口", "", "", "", "乙路口"]
        await click(zero, times=2)
        await until(lambda: wall.enlarged is zero, 5, "enlarged by a double click")
        assert zero.size() == wall.size()
        await until(lambda: zero.stream and zero.stream.value == "main", what="main stream")
        await hand("key", "F10")
        await until(lambda: wall.enlarged is None, 5, "small again")
        wall.fill([])
        level = window.eyes.tree.tree.visualRect(window.eyes.tree.model.index(0, 0))
        await drag(tree, level, wall.tiles[2], wall.tiles[2].rect().center())
        await until(lambda: wall.tiles[3].camera, 5, "a whole level dropped")
        assert sorted(names(seat, 5)) == ["", "", "", "乙路口", "甲路口"]

    tell(loop, story())


def test_that_full_screen_and_the_second_wall_fill_a_screen_each(
    open_seat: OpenSeat, database: str, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    nowhere = "rtsp://127.0.0.1:9/main"
    put_cameras(tmp_path / "甲席", database, ("甲路口", nowhere, "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await ready(seat, 1)
        left, right = (screen.geometry() for screen in QGuiApplication.screens())
        assert (left.size().toTuple(), right.left()) == (SCREEN, SCREEN[0])
        await hand("key", "F11")
        await until(lambda: window.eyes.wall.size().toTuple() == SCREEN, 5, "the wall alone")
        assert window.geometry() == left
        await hand("key", "F11")
        await until(lambda: window.eyes.tree.isVisible() and window.width() <= SCREEN[0], 5, "back")
        await hand("key", "ctrl+shift+w")
        await until(
            lambda: window.walls.others and window.walls.others[0].isVisible(), 5, "second wall"
        )
        second = window.walls.others[0]
        await until(lambda: right.contains(second.geometry().center()), 5, "on the right screen")
        tile = second.wall.tiles[0]
        tree = window.eyes.tree.tree.viewport()
        await drag(tree, camera_at(seat, window.cameras[0].id), tile, tile.rect().center())
        await until(lambda: tile.camera, 5, "dragged across the screens")
        await click(tile)
        await until(second.isActiveWindow, 5, "the other wall is in front")
        window.notices.say("已取证")
        assert second.notices.isVisible(), "read where the operator looks"
        assert second.notices.text() == "已取证"

    tell(loop, story())


def test_that_a_click_on_the_map_gives_the_form_its_place(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.DISPATCHER)
    window = seat.window

    async def story() -> None:
        await ready(seat, 0)
        case_id = await seat.desk.run(cases.register, replace(draft(), lon=113.32, lat=23.13))
        window.casework.new_case()
        await click(window.form.pick)
        await until(
            lambda: window.casework.map.map and window.casework.map.map.isVisible(), what="the map"
        )
        shown = window.casework.map.map
        assert shown is not None
        await until(lambda: shown.picking and len(shown.points) == 1, what="picking")
        shown.look_at(113.32, 23.13)
        await click(shown, QPoint(shown.width() // 2 + 60, shown.height() // 2 - 40))
        await until(lambda: not shown.picking, 5, "a place was chosen")
        lon, lat = (float(part) for part in window.form.position.text().split(","))
        x, y = project(lon, lat)
        x0, y0 = project(113.32, 23.13)
        each = shown.metres_per_px
        assert abs((x - x0) / each - 60) < 2
        assert abs((y - y0) / each - 40) < 2
        await hand("sleep", 0.6)  # two clicks in quick succession would be a double one
        await click(shown, QPoint(shown.width() // 2, shown.height() // 2))
        await until(lambda: window.panel.detail, 5, "the case under the pointer")
        assert window.panel.detail is not None
        assert window.panel.detail.row.id == case_id

    tell(loop, story())


def keep_clip(work: Work, case_id: int, path: Path, base: Path) -> None:
    """Give a case a clip, as if it had been taken."""
    kept = evidence.keep
    taken = Taken(
        kind=evidence.EvidenceKind.CLIP,
        path=path.relative_to(base).as_posix(),
        sha256=sha256(path),
        size=path.stat().st_size,
        wall=work.now.timestamp(),
        stream_clock=0.0,
        seconds=10.0,
        before=10.0,
    )
    kept(work, "by-hand", 1, "main", work.now, taken, work.by)
    capture = work.evidence.by_uid("by-hand")
    assert capture is not None
    capture.case_id = case_id


def test_that_a_clip_pauses_steps_seeks_and_changes_speed_by_its_buttons(
    open_seat: OpenSeat, database: str, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    home = tmp_path / "甲席"
    put_cameras(home, database, ("甲路口", "rtsp://127.0.0.1:9/main", "", ""))
    film = home / "evidence" / "clip.mp4"
    film.parent.mkdir()
    source = Path(__file__).resolve().parents[2] / "resources" / "video" / "street-bikes.mp4"
    film.write_bytes(source.read_bytes())
    seat = open_seat("甲席", Role.OPERATOR)
    view = seat.window.panel.evidence

    async def story() -> None:
        await ready(seat, 1)
        case_id = await seat.desk.run(cases.register, draft())
        await seat.desk.run(keep_clip, case_id, film, home / "evidence")
        seat.window.casework.open_case(case_id)
        tabs = seat.window.panel.tabs.tabBar()
        await until(lambda: tabs.isVisible() and view.list.count() == 1, what="the case")
        assert view.clip.player is None  # nothing plays where nobody looks
        await click(tabs, tabs.tabRect(seat.window.panel.tabs.indexOf(view)).center())
        await until(lambda: view.clip.play.isVisible(), 5, "the tab of the evidence")
        await until(lambda: view.clip.player and view.clip.player.position > 0.3, what="plays")
        player = view.clip.player
        assert player is not None
        await click(view.clip.play)
        await until(lambda: player.state is PlayState.PAUSED, 5, "paused")
        before = player.picture()
        await click(view.clip.one)
        await until(
            lambda: (now := player.picture()) and before and now.number > before.number,
            5,
            "stepped",
        )
        assert player.state is PlayState.PAUSED
        slider = view.clip.slider
        handle = QPoint(round(slider.width() * slider.value() / 1000), slider.height() // 2)
        await drag(
            slider, handle, slider, QPoint(round(slider.width() * 0.8), slider.height() // 2)
        )
        await until(lambda: player.position > 7, 5, "sought")
        await click(view.clip.speed)
        await hand("sleep", 0.3, "key", "Down", "key", "Return")
        await until(lambda: view.clip.speed.currentData() == 2.0, 5, "twice as fast")
        await click(view.clip.play)
        await until(lambda: player.state is PlayState.ENDED, 8, "played to its end")

    tell(loop, story())


def test_that_a_desk_without_a_hand_locks_itself_and_a_moving_hand_keeps_it_open(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    minute = 1 / 60
    seat = open_seat("甲席", Role.OPERATOR, idle_lock_minutes=3 * minute)
    window = seat.window

    async def story() -> None:
        await ready(seat, 0)
        for step in range(8):  # twice as long as the lock waits, with a move each half second
            await hand("mousemove", 600 + 10 * step, 400, "sleep", 0.7)
            assert not window.locked
        await until(lambda: window.locked, 6, "locked by itself")
        assert window.eyes.wall.isVisible()

    tell(loop, story())

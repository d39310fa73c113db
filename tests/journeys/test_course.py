"""A tour borrows the wall and gives it back; what the operator did meanwhile is theirs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.people import Role
from app.domain.tour import TourRow
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell

NOWHERE = "rtsp://127.0.0.1:9/main"


@ON_SQLITE
def test_that_a_tour_gives_the_wall_back_and_keeps_what_the_operator_did(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop, tmp_path: Path, database: str
) -> None:
    put_cameras(tmp_path / "甲席", database, *((f"点位{n}", NOWHERE, "", "") for n in range(6)))
    seat = open_seat("甲席", Role.OPERATOR)
    window, wall = seat.window, seat.window.eyes.wall

    def shown() -> list[int]:
        return [tile.camera.id if tile.camera else 0 for tile in wall.tiles]

    async def story() -> None:
        await until(lambda: len(window.cameras) == 6 and wall.tiles[5].camera, what="the wall")
        ids = [camera.id for camera in window.cameras]
        before = shown()
        tour = TourRow(1, 1, "一路", tuple(ids), 60, 1, None, None)

        window.eyes.runner.start(tour)
        assert shown() == [ids[0]]
        at_rest = window.walls.at_rest()["wall"]
        assert at_rest["layout"] == "9", "what is remembered is the operator's wall"
        assert at_rest["cameras"][:6] == ids
        window.eyes.runner.stop()
        assert shown() == before

        window.eyes.runner.start(tour)
        wall.show_in(wall.tiles[0], ids[5])
        window.eyes.runner.stop()
        assert shown() == [ids[5]], "put there by hand while the tour ran: it stays"

        wall.arrange("9")
        wall.fill(ids)
        wall.arrange("1")
        wall.arrange("9")
        assert shown()[:6] == ids, "a smaller layout sets aside and loses nothing"

        old = {"wall": wall.state(), "second": {"wall": {"layout": "1", "cameras": [ids[2]]}}}
        window.walls.apply(old)
        elsewhere = [[t.camera.id for t in w.wall.tiles if t.camera] for w in window.walls.others]
        assert elsewhere == [[ids[2]]], "kept when there was one other wall at most"

    tell(loop, story())


@ON_SQLITE
def test_that_words_typed_go_at_the_second_press_only(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.DISPATCHER)
    window, form = seat.window, seat.window.form

    async def story() -> None:
        await until(lambda: window.list.loaded, what="the list")
        window.casework.new_case()
        await until(form.isVisible, what="the form")
        QTest.keyClicks(form.phone, "13800138000")
        QTest.keyClick(form, Qt.Key.Key_Escape)
        assert form.isVisible()
        assert "再按一次" in form.cancel.text()
        window.casework.new_case()
        QTest.keyClicks(form.caller, "chen")
        QTest.keyClick(form, Qt.Key.Key_Escape)
        assert form.isVisible(), "the first press on another form counts for itself"
        QTest.keyClick(form, Qt.Key.Key_Escape)
        await until(lambda: form.draft().phone == "13800138000", what="the draft before comes back")

    tell(loop, story())

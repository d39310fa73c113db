"""A camera that is gone becomes a fault by itself, and is followed to its end by its buttons."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from app.domain.camera import StreamState
from app.domain.people import Role
from app.services import faults
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from tests.journeys.test_from_picture_to_closed_case import live
from ui.actions import Command

pytestmark = [pytest.mark.video, ON_SQLITE]


def test_that_a_camera_that_is_gone_becomes_a_fault_with_both_clocks_running(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.domain.fault.FAULT_AFTER_S", 1.0)
    monkeypatch.setattr("ui.video.camera_watch.FAULT_AFTER_S", 1.0)
    monkeypatch.setattr("ui.video.camera_watch.ASK_S", 0.5)
    monkeypatch.setattr("ui.video.camera_watch.LOOK_MS", 300)
    put_cameras(
        tmp_path / "甲席",
        database,
        ("好点位", cameras.url("sub"), "", ""),
        ("坏点位", cameras.nowhere, "", ""),
    )
    seat = open_seat("甲席", Role.SHIFT_LEADER)
    window, view = seat.window, seat.window.duty.faults

    def cell(column: int) -> str:
        item = view.list.topLevelItem(0)  # asked anew: each reload makes new ones
        return item.text(column) if item else ""

    def choose() -> None:
        view.list.setCurrentItem(view.list.topLevelItem(0))

    async def story() -> None:
        await until(lambda: "坏点位" in window.notices.text(), what="the leader is told")
        assert "设备故障 <b>1</b> 个（待评估 1）" in window.top.faults.text()
        window.show_page(Command.DUTY)
        window.duty.tabs.setCurrentIndex(3)
        await until(lambda: cell(0) == "坏点位", what="the list")
        await until(lambda: cell(3).startswith("剩 14:"), what="its first clock")
        left = cell(3)
        await until(lambda: cell(3) != left, 3, "the clock runs")
        choose()
        view.urgent.click()
        await until(lambda: "评估意见" in window.notices.text(), what="a word is asked for")
        choose()
        view.note.setText("断电，已报运维")
        view.urgent.click()
        await until(lambda: "已评估" in window.notices.text())
        await until(lambda: cell(4).startswith("剩 59:"), 3, "the hour of an urgent one")
        choose()
        assert not view.ordinary.isEnabled()
        bad = next(camera for camera in window.cameras if camera.name == "坏点位")
        window.eyes.wall.fill([])
        await until(lambda: window.eyes.watch.state(bad.id) is StreamState.UNREACHABLE)
        choose()
        view.note.setText("更换电源")
        view.solve.click()
        await until(lambda: "故障已解决" in window.notices.text())
        await until(lambda: window.top.faults.text() == "", 5, "nothing open any more")
        window.eyes.wall.fill([bad.id])  # and it is dark still
        await until(lambda: "<b>1</b>" in window.top.faults.text(), 10, "opened again")

    tell(loop, story())


def test_that_the_tree_marks_what_the_database_knows_of_a_camera_not_seen_here(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.video.supervisor.LINGER_S", 0.3)
    put_cameras(tmp_path / "甲席", database, ("好点位", cameras.url("sub"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window, eyes = seat.window, seat.window.eyes

    async def story() -> None:
        await until(lambda: len(window.cameras) == 1)
        (camera,) = window.cameras
        eyes.rounds.stop()

        def marked() -> StreamState | None:
            return eyes.tree._states.get(camera.id)

        await until(lambda: marked() is StreamState.LIVE, what="seen here")
        await seat.desk.run(faults.observe, camera.id, StreamState.BLACK)
        await until(lambda: eyes._faults == {camera.id: StreamState.BLACK}, what="told of it")
        assert marked() is StreamState.LIVE, "what is seen here counts"
        eyes.wall.fill([])
        await until(lambda: marked() is StreamState.BLACK, what="nobody looks any more")
        eyes.wall.fill([camera.id])
        await until(lambda: marked() is StreamState.LIVE)
        await seat.desk.run(faults.observe, camera.id, StreamState.LIVE)
        await until(lambda: eyes._faults == {}, what="well again")
        eyes.wall.fill([])
        await until(lambda: marked() is StreamState.IDLE)

    tell(loop, story())


def test_that_a_fault_shows_what_was_seen_and_what_should_have_been(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    spots = [(name, cameras.url("main"), "", "") for name in ("一路口", "二路口")]
    put_cameras(tmp_path / "甲席", database, *spots)
    seat = open_seat("甲席", Role.SHIFT_LEADER)
    window, view = seat.window, seat.window.duty.faults

    def captions() -> list[str]:
        shown = view.sight.pictures.findChildren(QLabel)
        return [one.text()[:6] for one in shown if one.text()]

    async def story() -> None:
        await live(seat, 2)
        window.commands[Command.INSPECT].trigger()
        tile = window.eyes.wall.tiles[0]
        await until(lambda: tile.truth.state is StreamState.LIVE, what="live")
        seen = tile.camera
        assert seen is not None
        window.commands[Command.UNUSABLE].trigger()  # something only a person sees
        window.show_faults()
        await until(lambda: view.list.topLevelItemCount() == 1, what="the list")
        assert "选中一个故障" in view.sight.hint.text()
        view.list.setCurrentItem(view.list.topLevelItem(0))
        await until(lambda: captions() == ["发现时：人工"], what="its picture, a moment later")
        assert view.sight.hint.text() == ""
        shown = view.sight.pictures.findChildren(QLabel)
        (picture,) = [one.pixmap() for one in shown if not one.pixmap().isNull()]
        assert picture.width() == 420
        assert picture.height() == pytest.approx(420 * 9 / 16, abs=2)

        look = bytes(8) + bytes([128]) * (320 * 180)
        await seat.desk.run(faults.put_reference, seen.id, look, True)
        await seat.desk.run(faults.observe, seen.id, StreamState.COVERED, True)
        await until(lambda: captions() == ["发现时：人工", "基准画面（黑"], what="both")
        view.list.clearSelection()
        await until(lambda: captions() == [], what="nothing chosen")

    tell(loop, story())

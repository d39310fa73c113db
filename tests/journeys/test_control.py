"""The administrator connects a device and a platform; the operator turns their cameras."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.demo.onvif_device import OnvifDevice, OnvifProfile
from app.demo.wvp_server import WvpCamera, WvpServer
from app.desk import Desk
from app.domain.audit import Act
from app.domain.camera import StreamState
from app.domain.camera_source import SourceKind
from app.domain.people import Role
from app.domain.ptz import Move, Preset
from app.services import audit
from tests.cameras import PASSWORD, USER, TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, Seat, tell
from ui.directory.sources_panel import SourcesPanel

POLICE = "44010600001320000001"


async def connect(seat: Seat, kind: SourceKind, address: str, name: str) -> None:
    """As the administrator does it: type, save, read, write."""
    panel = seat.window.directory.sources
    panel.kind.setCurrentIndex(panel.kind.findData(kind))
    panel.name.setText(name)
    panel.address.setText(address)
    panel.user.setText(USER)
    panel.password.setText(PASSWORD)
    rows = panel.list.count()
    panel.save.click()
    await until(lambda: panel.list.count() == rows + 1, what="kept")
    panel.list.setCurrentRow(rows)
    panel.read.click()
    await until(lambda: "新增 1" in panel.told.text(), what=f"the catalogue: {panel.told.text()}")
    assert panel.write.isEnabled()
    panel.write.click()
    await until(lambda: "已写入" in panel.told.text(), what="written")


def key(widget: object, kind: QEvent.Type, code: Qt.Key) -> None:
    QApplication.sendEvent(widget, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier))  # type: ignore[arg-type]


@ON_SQLITE
def test_that_cameras_of_a_device_and_a_platform_are_watched_and_turned(
    open_seat: OpenSeat, cameras: TestCameras, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    moving = tmp_path / "甲席" / "moving.json"
    moving.parent.mkdir(exist_ok=True)
    moving.write_text('[[1, "1"]]')  # of a console that was killed here with a key held down
    seat = open_seat("甲席", Role.ADMINISTRATOR)
    window, eyes = seat.window, seat.window.eyes
    main, sub = cameras.url("main"), cameras.url("sub")
    lens = WvpCamera(POLICE, "公安球机", cameras.url("two"), civil="440106", lon=113.3, lat=23.1)
    profiles = [OnvifProfile("m", 1280, 720, main), OnvifProfile("s", 704, 576, sub)]

    async def story(device: OnvifDevice, platform: WvpServer) -> None:
        await until(lambda: window.pages.currentWidget() is window.directory)
        lens.turning.move(Move(pan=0.1))
        await connect(seat, SourceKind.WVP, platform.address, "市局共享平台")
        await until(lambda: not lens.turning.moves, within=5, what="what was left turning stands")
        await until(lambda: moving.read_text() == "[]", what="and is known to")
        await connect_device(device)
        assert "所属区中心" in _reasons(window.directory.sources), "told where it was put"
        await until(lambda: len(window.cameras) == 2, what="the directory")

        seat.sit(Role.OPERATOR)
        await until(lambda: len(eyes.tree.shown()) == 2 and eyes.access is not None)
        by_name = {camera.name: camera for camera in window.cameras}
        police = by_name["公安球机"]
        dome = next(camera for camera in window.cameras if camera.id != police.id)
        eyes.wall.arrange("4")
        eyes.wall.fill([police.id, dome.id])
        tiles = eyes.wall.tiles
        await until(
            lambda: all(tile.truth.state is StreamState.LIVE for tile in tiles[:2]), what="live"
        )
        assert platform.played[1] >= 1

        pad = eyes.pad
        eyes.wall.choose(tiles[1])
        await until(lambda: pad.isVisibleTo(window) and pad.camera == dome, what="the pad")
        turning = device.turning
        QTest.mousePress(pad.buttons["→"], Qt.MouseButton.LeftButton)
        await until(lambda: turning.moves, what="it turns")
        await until(lambda: turning.position[0] > 60, what="it goes on turning while held")
        QTest.mouseRelease(pad.buttons["→"], Qt.MouseButton.LeftButton)
        await until(lambda: not turning.moves, within=2, what="it stops")

        eyes.wall.setFocus()
        key(eyes.wall, QEvent.Type.KeyPress, Qt.Key.Key_Up)
        await until(lambda: turning.moves, what="a key turns it")
        eyes.wall.choose(tiles[0])
        await until(lambda: not turning.moves, within=2, what="another tile: it stops")
        await until(lambda: pad.camera == police)
        key(eyes.wall, QEvent.Type.KeyPress, Qt.Key.Key_PageUp)
        await until(lambda: lens.turning.moves, what="the platform's camera zooms")
        assert moving.read_text() == '[[1, "1"]]'
        key(eyes.wall, QEvent.Type.KeyRelease, Qt.Key.Key_PageUp)
        await until(lambda: not lens.turning.moves, within=2, what="and stops")

        eyes.wall.choose(tiles[1])
        pad.name.setText("东北角")
        pad.remember.click()
        await until(lambda: pad.presets.count() == 1, what="a preset")
        assert [pad._numbered(number) for number in (1, 2)] == [0, None], "by its number"
        pad.presets.addItem("7", Preset("7", "桥下"))
        assert [pad._numbered(number) for number in (2, 7)] == [None, 1]
        pad.presets.removeItem(1)
        kept = turning.position
        pad.for_tours.click()
        await until(lambda: eyes.stage.camera(dome.id).preset == "1", what="for tours")  # type: ignore[union-attr]
        drag = tiles[1]
        begin, end = (
            QPoint(drag.width() // 2, drag.height() // 2),
            QPoint(drag.width() * 3 // 4, drag.height() * 3 // 4),
        )
        shift = Qt.KeyboardModifier.ShiftModifier
        QTest.mousePress(drag, Qt.MouseButton.LeftButton, shift, begin)
        QTest.mouseMove(drag, end)
        QTest.mouseRelease(drag, Qt.MouseButton.LeftButton, shift, end)
        await until(lambda: turning.position[2] > 1.5, what="framed")
        key(eyes.wall, QEvent.Type.KeyPress, Qt.Key.Key_1)
        await until(lambda: turning.position == kept, what="the preset by its key")
        await until(lambda: eyes.controls.place(dome.id) == "1", what="known to be there")
        turning.turn_by(50, 0, 1)
        eyes.controls._by_hand.clear()  # a minute and a half later
        eyes.watch_again([police.id, dome.id])
        await until(lambda: turning.position == kept, what="turned before the tour shows it")

        turning.turn_by(50, 0, 1)
        other = replace(seat.desk.signed, desk="邻席")
        beside = Desk(seat.desk.engine, "邻席")
        beside.sign(other)
        beside.do_now(audit.take_in_hand, dome.id, "←")
        away = turning.position
        await eyes.controls._turn(dome._replace(preset="1"), asked=False)
        assert turning.position == away, "a tour leaves it in the other's hand"
        eyes.controls._noted.clear()  # as after a minute
        QTest.mousePress(pad.buttons["←"], Qt.MouseButton.LeftButton)
        await until(lambda: "邻席" in window.notices.text(), what="told who else turns it")
        await until(lambda: turning.moves)
        window.lock()
        await until(lambda: not turning.moves, within=2, what="locked: it stops")
        lines = await seat.desk.ask(_everything)
        assert {line.camera for line in lines} == {police.name, dome.name}

    async def connect_device(device: OnvifDevice) -> None:
        panel = window.directory.sources
        panel.list.clearSelection()
        rows = panel.list.count()
        panel.kind.setCurrentIndex(panel.kind.findData(SourceKind.ONVIF))
        panel.name.setText("球机")
        panel.address.setText(device.address)
        panel.user.setText(USER)
        panel.password.setText(PASSWORD)
        panel.save.click()
        await until(lambda: panel.list.count() == rows + 1)
        panel.list.setCurrentRow(rows)
        panel.read.click()
        await until(lambda: "没有坐标" in _reasons(panel), what="told that it stands nowhere")
        panel.place.setCurrentIndex(panel.place.findText("天河区"))
        panel.read.click()
        await until(lambda: "新增 1" in panel.told.text(), what="the device's camera")
        panel.write.click()
        await until(lambda: "已写入" in panel.told.text())

    with (
        OnvifDevice(profiles, USER, PASSWORD) as device,
        WvpServer([lens], USER, PASSWORD) as platform,
    ):
        tell(loop, story(device, platform))


def _reasons(panel: SourcesPanel) -> str:
    tree = panel.reasons
    rows = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    return "\n".join(row.text(2) for row in rows if row is not None)


def _everything(work):  # type: ignore[no-untyped-def]
    return work.audit.find(work.now.replace(year=2020), work.now, act=Act.CONTROL)

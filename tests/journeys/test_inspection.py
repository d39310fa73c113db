"""An operator looks spot after spot over, and every look is answered for; walls are kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.camera import StreamState
from app.domain.errors import LinkLost
from app.domain.inspection import Sheet, Verdict
from app.domain.people import Role
from app.services import cameras as camera_verbs
from app.services import cases, faults, inspections
from tests.builders import draft
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from tests.journeys.test_from_picture_to_closed_case import live, type_and_send
from ui.actions import Command
from ui.widgets.ask_name import NameDialog


@ON_SQLITE
def test_that_every_spot_is_answered_by_one_key(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("体育西路口", "石牌村东口", "岗顶")
    urls = [(name, cameras.url("main"), "", "") for name in names]
    put_cameras(tmp_path / "甲席", database, *urls)
    seat = open_seat("甲席", Role.SHIFT_LEADER)
    window, eyes = seat.window, seat.window.eyes
    panel = eyes.inspection
    said: list[str] = []  # the next sentence takes the place of the one before
    window.notices.said.connect(lambda text, _: said.append(text))

    async def story() -> None:
        await live(seat, 3)
        ids = [camera.id for camera in window.cameras]
        await seat.desk.run(camera_verbs.put_task, ids[0], "看人行道占道摆卖和垃圾桶满溢")
        near = await seat.desk.run(cases.register, draft(lon=113.3201, lat=23.1301))
        seat.sit(Role.OPERATOR)
        await until(lambda: eyes.access and eyes.stage.camera(ids[0]).task, what="the task")  # type: ignore[union-attr]
        window.commands[Command.INSPECT].trigger()
        await until(lambda: panel.runs and panel.sheet.told is not None, what="the round begins")
        assert panel.sheet.task.toPlainText().startswith("看人行道")
        assert panel.sheet.task.isReadOnly()
        assert [case.id for case in panel.sheet.told.at_hand] == [near]  # type: ignore[union-attr]
        assert "50 米内" in panel.sheet.near.toPlainText()
        assert len(eyes.wall.tiles) == 1
        await until(lambda: eyes.wall.tiles[0].truth.state is StreamState.LIVE)

        with monkeypatch.context() as gone:
            gone.setattr(inspections, "answer", lose_the_link)
            window.commands[Command.PASS].trigger()
            await until(lambda: eyes.wall.tiles[0].camera.name == names[1], what="the next spot")  # type: ignore[union-attr]
            assert panel.round is not None
            waits = panel.round.awaits
            await until(lambda: waits(ids[0]), what="it waits for an answer again")
        assert await unanswered(ids[0])
        panel.back.click()
        await until(lambda: eyes.wall.tiles[0].camera.name == names[0], what="back to it")  # type: ignore[union-attr]
        await until(lambda: eyes.wall.tiles[0].truth.state is StreamState.LIVE)
        window.commands[Command.PASS].trigger()
        await until(lambda: eyes.wall.tiles[0].camera.name == names[1], what="the next spot")  # type: ignore[union-attr]
        await until(lambda: eyes.wall.tiles[0].truth.state is StreamState.LIVE)
        window.commands[Command.INSPECT].trigger()  # by mistake
        assert not panel.runs
        window.commands[Command.INSPECT].trigger()
        assert "继续上次的巡查" in window.notices.text()
        assert eyes.wall.tiles[0].camera.name == names[1], "where it was"  # type: ignore[union-attr]
        assert panel.afresh.isVisibleTo(panel)
        await until(lambda: eyes.wall.tiles[0].truth.state is StreamState.LIVE)
        window.commands[Command.FOUND].trigger()
        await until(lambda: window.form.isVisible(), what="the form")
        case_id = await type_and_send(seat)
        await until(lambda: eyes.wall.tiles[0].camera.name == names[2], what="the last spot")  # type: ignore[union-attr]
        with monkeypatch.context() as gone:
            gone.setattr(inspections, "answer", lose_the_link)
            window.commands[Command.UNUSABLE].trigger()
            assert not panel.runs
            await until(lambda: any("未巡查 1" in one for one in said), what="it is not on record")
        window.commands[Command.INSPECT].trigger()
        await until(lambda: eyes.wall.tiles[0].camera.name == names[2], what="asked again")  # type: ignore[union-attr]
        window.commands[Command.UNUSABLE_AS].trigger()
        await until(panel.kinds.isVisible, what="the kinds of fault")
        QTest.keyClick(panel.kinds, Qt.Key.Key_4)
        await until(lambda: not panel.runs, what="the round is done")
        whole = "正常 1，已登记 1，画面故障 1，未巡查 0"
        await until(lambda: any(whole in one for one in said), what="what the round came to")

        told = {camera: await last(camera) for camera in ids}
        assert [told[camera].verdict for camera in ids] == [
            Verdict.PASS,
            Verdict.CASE,
            Verdict.FAULT,
        ]
        assert told[ids[1]].case_id == case_id
        (fault,) = await seat.desk.ask(faults.listed)
        assert (fault.camera, fault.state) == (names[2], StreamState.COVERED)
        (line,) = await seat.desk.ask(inspections.tallied)
        assert (line.passed, line.cases, line.faults) == (1, 1, 1)

    async def unanswered(camera: int) -> bool:
        sheet: Sheet = await seat.desk.ask(inspections.sheet, camera)
        return sheet.last is None

    def lose_the_link(*_: object, **__: object) -> None:
        raise LinkLost("数据库没有应答")

    async def last(camera: int):  # type: ignore[no-untyped-def]
        sheet = await seat.desk.ask(inspections.sheet, camera)
        assert sheet.last is not None
        return sheet.last

    tell(loop, story())


@ON_SQLITE
def test_that_a_wall_is_kept_for_oneself_and_for_all(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    urls = [(f"点位{n}", cameras.url("sub"), "", "") for n in range(1, 6)]
    put_cameras(tmp_path / "甲席", database, *urls)
    seat = open_seat("甲席", Role.SHIFT_LEADER)
    window, eyes = seat.window, seat.window.eyes

    async def story() -> None:
        await live(seat, 5)
        ids = [camera.id for camera in window.cameras]
        eyes.wall.arrange("4")
        eyes.wall.fill([ids[4], ids[0]])
        for camera_id in (ids[2], ids[3]):
            other = eyes.walls.open_other()
            other.wall.arrange("1")
            other.wall.fill([camera_id])
        eyes.layouts.ask_name()
        dialog = next(w for w in window.findChildren(NameDialog) if w.isVisible())
        dialog.name.setText("早高峰")
        dialog.for_all.setChecked(True)
        dialog.accept()
        await until(lambda: len(eyes.layouts.rows) == 1, what="kept")
        eyes.walls.close_others()
        eyes.wall.arrange("9")
        eyes.wall.fill(ids)

        seat.sit(Role.OPERATOR)
        await until(lambda: len(eyes.layouts.rows) == 1 and eyes.access is not None)
        eyes.layouts.open_row(eyes.layouts.rows[0])
        shown = [tile.camera.id if tile.camera else None for tile in eyes.wall.tiles]
        assert shown == [ids[4], ids[0], None, None]
        elsewhere = [[t.camera.id for t in w.wall.tiles if t.camera] for w in eyes.walls.others]
        assert elsewhere == [[ids[2]], [ids[3]]]
        eyes.layouts.drop_row(eyes.layouts.rows[0])
        await until(lambda: "值班长或管理员删除" in window.notices.text(), what="a refusal")
        eyes.layouts.save("我的", True)
        await until(lambda: "值班长或管理员保存" in window.notices.text(), what="a refusal")
        eyes.layouts.save("我的", False)
        await until(lambda: len(eyes.layouts.rows) == 2, what="one's own")
        seat.sit(Role.SHIFT_LEADER)
        await until(lambda: len(eyes.layouts.rows) == 1, what="not somebody else's")

    tell(loop, story())

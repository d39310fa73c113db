"""A resolved case is checked against its first picture; evidence is traced, marked, taken out."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.domain.audit import Act
from app.domain.camera import StreamState
from app.domain.evidence import Purpose
from app.domain.people import Role
from app.domain.workflow import CaseStatus
from app.services import audit, cases
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, Seat, put_cameras, tell
from tests.journeys.test_from_picture_to_closed_case import (
    LIFE,
    live,
    press_action,
    press_key,
    type_and_send,
)
from ui.cases.export import Wanted
from ui.widgets.ask_reason import ReasonDialog

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
POLICE = "44010600001325000001"


async def resolved(seat: Seat) -> int:
    """A case that an operator registered from the wall, dealt with up to its re-check."""
    await press_key(seat)
    case_id = await type_and_send(seat)
    for role, action in LIFE[:5]:
        await press_action(seat, case_id, role, action)
    seat.sit(Role.OPERATOR)
    seat.window.casework.open_case(case_id)
    panel = seat.window.panel
    await until(
        lambda: (
            panel.detail is not None
            and panel.detail.row.status is CaseStatus.RESOLVED
            and panel.recheck.isVisibleTo(panel)
            and any(line.kind == "still" for line in panel.detail.evidence)
        ),
        what="it can be re-checked",
    )
    return case_id


@ON_SQLITE
def test_that_a_case_is_rechecked_against_its_first_picture_in_two_keys(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(tmp_path / "甲席", database, ("体育西路口", cameras.url("main"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await live(seat)
        case_id = await resolved(seat)
        window.panel.recheck.click()
        await until(lambda: window.casework.rechecks.recheck is not None, what="the window")
        recheck = window.casework.rechecks.recheck
        assert recheck is not None
        await until(lambda: recheck.tile.truth.state is StreamState.LIVE, what="live")
        await until(lambda: recheck.alignment is not None, what="laid on one another")
        assert recheck.alignment is not None
        assert recheck.alignment.is_sure, recheck.alignment
        assert abs(recheck.alignment.scale - 1) < 0.03
        assert abs(recheck.alignment.right) < 0.02
        recheck.fade.setValue(50)
        QTest.keyClick(recheck, Qt.Key.Key_F4)
        assert "必须写明" in recheck.told.text()
        assert window.casework.rechecks.recheck is recheck, "no verdict without a word"
        QTest.keyClick(recheck, Qt.Key.Key_F9)
        QTest.keyClick(recheck, Qt.Key.Key_F2)
        await until(lambda: window.casework.rechecks.recheck is None, what="judged")
        told = await seat.desk.ask(cases.detail, case_id)
        assert told.row.status is CaseStatus.VERIFIED
        await until_after(case_id)

        # The picture of after belongs to the case; a trace finds it with the case, newest first.
        window.casework.rechecks.trace(window.cameras[0].id)
        tracing = window.casework.rechecks.tracing
        assert tracing is not None
        await until(lambda: tracing.list.count() >= 4, what="traced")
        texts = [tracing.list.item(n).text() for n in range(tracing.list.count())]
        assert any("核查后 · 照片" in text for text in texts)
        assert any(told.row.number in text and "登记案件" in text for text in texts)
        await until(lambda: "宗案件" in tracing.told.text())
        first = next(
            n for n in range(tracing.list.count()) if told.row.number in tracing.list.item(n).text()
        )
        tracing.list.itemActivated.emit(tracing.list.item(first))
        assert window.panel.detail is not None

    async def until_after(case_id: int) -> None:
        async with asyncio.timeout(15):
            while True:
                detail = await seat.desk.ask(cases.detail, case_id)
                after = [one for one in detail.evidence if one.purpose is Purpose.AFTER]
                if {one.kind for one in after} == {"still", "clip"}:
                    return
                await asyncio.sleep(0.1)

    tell(loop, story())


@ON_SQLITE
def test_that_evidence_of_public_security_wants_a_reason_and_leaves_only_with_a_mark(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(tmp_path / "甲席", database, ("公安球机", cameras.url("main"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window
    view = window.panel.evidence

    def dialog() -> ReasonDialog | None:
        shown = [one for one in window.findChildren(ReasonDialog) if one.isVisible()]
        return shown[-1] if shown else None

    async def say(why: str) -> None:
        await until(lambda: dialog() is not None, what="asked for a reason")
        told = dialog()
        assert told is not None
        told.reason.setText(why)
        told.accept()

    async def story() -> None:
        await live(seat)
        await seat.desk.run(lambda work: setattr(work.cameras.get(1), "code", POLICE))
        await until(lambda: window.cameras[0].code == POLICE)
        window.eyes.show_replay()
        await say("复核工单现场")
        await until(lambda: window.eyes.replays.window is not None, what="the replay")
        window.eyes.replays.close()
        case_id = await registered()
        seat.sit(Role.SHIFT_LEADER)
        window.casework.open_case(case_id)
        await until(lambda: view.list.count() == 2, what="still and clip")
        assert dialog() is None  # nobody has looked at it yet
        window.panel.tabs.setCurrentIndex(1)
        await say("核对投诉内容")
        await until(lambda: view._shown is not None, what="shown once the reason is given")
        clip = next(n for n in (0, 1) if view.list.item(n).data(256).kind == "clip")
        view.list.setCurrentRow(clip)
        await say("核对投诉内容")
        await until(lambda: view.clip.position > 0.2, what="the clip plays")
        view.bar.note.setText("摊贩进入画面")
        view.bar.add.click()
        await until(lambda: view.bar.marks.count() == 1, what="marked")
        assert "摊贩进入画面" in view.bar.marks.itemText(0)

        view.list.setCurrentRow(clip)
        line = view.list.item(clip).data(256)
        source = tmp_path / "甲席" / "evidence" / line.path
        target = tmp_path / "给街道.mp4"
        assert view.exports is not None
        view.exports.write(Wanted(line, source), target, "移交街道核实")
        await until(lambda: "已导出" in window.notices.text(), 60, "the copy")
        facts = json.loads((tmp_path / "给街道.mp4.json").read_text("utf-8"))
        assert facts["copy_of_sha256"] == line.sha256
        assert facts["reason"] == "移交街道核实"
        was, now = first_picture(source), first_picture(target)
        changed = np.abs(was - now).mean(axis=1)
        bar = was.shape[0] // 20
        assert changed[-bar:].mean() > 4 * changed[: -2 * bar].mean()  # the bar with the words
        assert changed[: -2 * bar].mean() > 0.3  # and they lie across the picture as well

        one = tmp_path / "单帧.jpg"
        picture = QImage(64, 48, QImage.Format.Format_RGB32)
        picture.fill(0)
        view.exports.write(Wanted(line, source, picture, 0.4), one, "移交街道核实")
        await until(lambda: "单帧" in window.notices.text(), 20, "one picture of it")
        assert one.exists()
        (tmp_path / "不能写").write_text("", "utf-8")
        view.exports.write(Wanted(line, source), tmp_path / "不能写" / "a.mp4", "移交街道核实")
        await until(lambda: "没有导出" in window.notices.text(), what="it cannot be written")

        lines = await seat.desk.ask(audit.found, EPOCH, seat.desk.clock())
        told = [line.target for line in lines if line.act is Act.EXPORT]
        assert sum("没有导出" in target for target in told) == 1, "and the record says so"
        assert sum("0.4 秒单帧" in target for target in told) == 1
        assert {one.act for one in lines} == {Act.REPLAY, Act.VIEW, Act.MARK, Act.EXPORT}
        assert all(one.reason for one in lines)
        seat.sit(Role.OPERATOR)
        view.exports.write(Wanted(line, source), tmp_path / "不许.mp4", "移交街道核实")
        await until(lambda: "不能导出" in window.notices.text(), what="refused")
        assert not (tmp_path / "不许.mp4").exists()

    async def registered() -> int:
        await press_key(seat)
        return await type_and_send(seat)

    tell(loop, story())


def first_picture(clip: Path) -> NDArray[np.float32]:
    with av.open(str(clip)) as opened:
        return next(opened.decode(video=0)).to_ndarray(format="gray").astype(np.float32)

"""The case handler brings a list of orders in, sees it in the list at once, and takes it back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.domain.people import Role
from app.domain.workflow import CaseStatus
from app.services.sheets import write_workbook
from tests.conftest import press_twice, until
from tests.journeys.conftest import OpenSeat, tell
from tests.services.test_intake import GOOD, TITLES, row


def test_that_a_list_is_tried_brought_in_and_taken_back(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    seat = open_seat("甲席", Role.DISPATCHER)
    window = seat.window
    file = tmp_path / "12345-0304.xlsx"
    write_workbook(file, TITLES, [GOOD, row(工单编号="2"), row(工单编号="3", 诉求类型="没有的")])

    async def story() -> None:
        await until(lambda: window.list.loaded, what="the list")
        window.list.bar.intake.click()
        intake = window.casework.windows.intake
        assert intake is not None
        intake.take(file)
        await until(lambda: intake.fields["description"].currentData() == "诉求内容", what="read")
        assert intake.preset.currentText() == "12345"
        intake.trial.click()
        await until(lambda: "试算" in intake.told.text(), what="tried")
        assert "新增 2，已有 0，未收 1" in intake.told.text()
        assert intake.reasons.topLevelItem(0).text(1) == "诉求类型"
        assert window.list.model.rowCount() == 0, "a trial writes nothing"
        refused = tmp_path / "未收.xlsx"
        intake.save_refused(refused)
        await until(refused.exists, what="the refused row is handed back")

        intake.write.click()
        await until(lambda: window.list.model.rowCount() == 2, what="in the list")
        await until(lambda: intake.batches.topLevelItemCount() == 1, what="the batch")
        assert intake.told.text().startswith("已导入")
        intake.sender_name.setText("天河街道")
        intake.keep.click()
        await until(lambda: "天河街道" in window.notices.text(), what="kept as preset")

        window.list.bar.text.setText("摆卖")
        await until(lambda: window.list.bar.total.text() == "共 2 宗", what="found by its words")
        intake.batches.setCurrentItem(intake.batches.topLevelItem(0))
        assert await press_twice(intake.undo) == "再按一次：作废第 1 批的 2 宗"
        await until(
            lambda: {one.status for one in window.list.model.rows} == {CaseStatus.VOID},
            what="all of it is void",
        )
        await until(lambda: "已撤销" in intake.batches.topLevelItem(0).text(8), what="said")
        assert not intake.undo.isEnabled()
        window.sign_off()
        assert window.casework.windows.intake is None, "not the next one's"

    tell(loop, story())

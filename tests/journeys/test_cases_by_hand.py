"""A case handler merges what was reported twice, makes papers and takes the list out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import docx

from app.domain.case import Order
from app.domain.papers import Paper
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cases
from app.services.sheets import read_sheet
from tests.builders import draft
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from ui.cases.merge_window import MergeWindow


@ON_SQLITE
def test_that_a_second_report_is_merged_and_taken_apart(
    open_seat: OpenSeat, database: str, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    put_cameras(tmp_path / "甲席", database)
    seat = open_seat("甲席", Role.DISPATCHER)
    window, panel = seat.window, seat.window.panel

    async def story() -> None:
        main = await seat.desk.run(cases.register, draft())
        twin = await seat.desk.run(cases.register, draft(caller="陈某", phone="13800138000"))
        window.open_case(twin)
        await until(lambda: panel.detail and panel.detail.row.id == twin)
        panel.press(Action.MERGE)
        await until(lambda: window.findChildren(MergeWindow), what="asked into which")
        asked = window.findChildren(MergeWindow)[0]
        await until(lambda: asked.list.topLevelItemCount() == 1, what="the likely one")
        assert asked.list.topLevelItem(0).text(1).endswith("%")  # type: ignore[union-attr]
        asked.go.click()
        await until(
            lambda: panel.detail and panel.detail.row.status is CaseStatus.MERGED, what="merged"
        )
        window.open_case(main)
        await until(lambda: panel.detail and panel.detail.row.id == main)
        assert "陈某 13800138000" in panel.facts.text()
        window.open_case(twin)
        await until(lambda: panel.detail and panel.detail.row.id == twin)
        await until(panel.buttons[Action.UNMERGE].isEnabled, what="may be taken apart")
        panel.press(Action.UNMERGE)
        panel.sheet.note.setPlainText("两处摊贩")
        await until(panel.sheet.go.isEnabled)
        panel.sheet.go.click()
        await until(
            lambda: panel.detail and panel.detail.row.status is CaseStatus.REPORTED, what="apart"
        )

    tell(loop, story())


@ON_SQLITE
def test_that_papers_and_lists_are_made_in_the_window(
    open_seat: OpenSeat, database: str, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    put_cameras(tmp_path / "甲席", database)
    seat = open_seat("甲席", Role.DISPATCHER)
    window, panel = seat.window, seat.window.panel

    async def story() -> None:
        case_id = await seat.desk.run(cases.register, draft(caller="陈某"))
        for action in (Action.ACCEPT, Action.FILE):
            await seat.desk.run(cases.advance, case_id, action)
        await seat.desk.run(cases.advance, case_id, Action.DISPATCH, Order(department="城管执法队"))
        window.open_case(case_id)
        await until(lambda: panel.detail and panel.detail.row.id == case_id)
        assert panel.detail is not None
        papers = window.case_windows.papers
        panel.papers.click()
        await until(window.case_windows.paper_menu.isVisible, what="the papers")
        asked = {one.text(): one for one in window.case_windows.paper_menu.actions()}
        asked["督办通知书：PDF…"].trigger()
        await until(lambda: "没有督办" in window.notices.text(), what="said before a file is asked")
        window.notices.say("")
        window.case_windows.paper_menu.close()
        word, pdf = tmp_path / "派遣单.docx", tmp_path / "派遣单.pdf"
        for out in (word, pdf):
            papers.write(panel.detail, Paper.DISPATCH, out)
            await until(out.exists, what=out.name)
        assert pdf.read_bytes().startswith(b"%PDF")
        told = docx.Document(str(word))
        assert any("城管执法队" in one.text for one in told.paragraphs)
        papers.write(panel.detail, Paper.SUPERVISE, tmp_path / "督办.docx")
        await until(lambda: "没有督办" in window.notices.text(), what="refused with the reason")
        assert not (tmp_path / "督办.docx").exists()

        out = tmp_path / "列表.xlsx"
        window.case_windows.export.write(window.list.chosen, out)
        await until(out.exists, what="the list")
        assert len(read_sheet(out).rows) == 1
        await until(lambda: "已导出 1 宗" in window.notices.text())
        seat.sit(Role.PRESENTER)
        window.open_case(case_id)
        await until(lambda: panel.detail and panel.detail.row.id == case_id)
        await until(lambda: not panel.papers.isVisibleTo(window), what="none for a presenter")

    tell(loop, story())

"""A case handler merges what was reported twice, makes papers and takes the list out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import docx
from PySide6.QtWidgets import QApplication

from app.domain.case import Order
from app.domain.draft import Source
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
        window.casework.open_case(twin)
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
        window.casework.open_case(main)
        await until(lambda: panel.detail and panel.detail.row.id == main)
        assert "陈某 13800138000" in panel.facts.text()
        window.casework.open_case(twin)
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
        window.casework.open_case(case_id)
        await until(lambda: panel.detail and panel.detail.row.id == case_id)
        assert panel.detail is not None
        papers = window.casework.windows.papers
        panel.papers.click()
        await until(window.casework.windows.paper_menu.isVisible, what="the papers")
        asked = {one.text(): one for one in window.casework.windows.paper_menu.actions()}
        asked["督办通知书：PDF…"].trigger()
        await until(lambda: "没有督办" in window.notices.text(), what="said before a file is asked")
        window.notices.say("")
        window.casework.windows.paper_menu.close()
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
        window.casework.windows.export.write(window.list.chosen, out)
        await until(out.exists, what="the list")
        assert len(read_sheet(out).rows) == 1
        await until(lambda: "已导出 1 宗" in window.notices.text())
        seat.sit(Role.PRESENTER)
        window.casework.open_case(case_id)
        await until(lambda: panel.detail and panel.detail.row.id == case_id)
        await until(lambda: not panel.papers.isVisibleTo(window), what="none for a presenter")

    tell(loop, story())


@ON_SQLITE
def test_that_a_case_is_corrected_in_the_window_and_another_desks_words_are_kept(
    open_seat: OpenSeat, database: str, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    put_cameras(tmp_path / "甲席", database)
    seat = open_seat("甲席", Role.DISPATCHER)
    window, panel = seat.window, seat.window.panel
    form = panel.correction

    async def story() -> None:
        case_id = await seat.desk.run(cases.register, draft(caller="陈某"))
        other = await seat.desk.run(cases.register, draft(address="别处"))
        window.casework.open_case(case_id)
        await until(lambda: panel.detail and panel.detail.row.id == case_id)
        await until(lambda: form.subcategory.entry_of("event", "0401"), what="the standard")
        panel.press(Action.CORRECT)
        await until(form.isVisible, what="asked what it should say")
        assert form.address.text() == "天河区体育西路 1 号"
        assert form.subcategory.isEnabled(), "nobody works by it yet"
        form.submit()
        assert "没有改动" in form.conflict.text()
        form.address.setText("天河区体育西路 101 号")
        form.submit()
        assert "原因" in form.conflict.text()
        assert form.isVisible()
        window.casework.open_case(other)
        await until(lambda: "还没有提交" in window.notices.text(), what="not over typed words")
        assert panel.detail is not None
        assert panel.detail.row.id == case_id

        for number in range(1, 10):
            panel.press_number(number)
        assert form.address.text() == "天河区体育西路 101 号", "keys do nothing out of sight"
        assert panel.detail.row.status is CaseStatus.REPORTED

        form.pick.click()
        await until(lambda: window.pages.currentWidget() is window.casework.map, what="the map")
        window.casework.map.place_picked.emit(113.33, 23.14)
        await until(form.isVisible, what="back at the case")
        assert form.position.text() == "113.330000, 23.140000"

        words = {"description": "机动车道上有人洗车", "caller": "陈女士"}
        theirs = Order("核实后补充", words=words)
        await seat.desk.run(cases.advance, case_id, Action.CORRECT, theirs)
        form.reason.setText("门牌写漏了")
        form.submit()
        await until(lambda: "核实后补充" in form.conflict.text(), what="told what they did")
        assert form.description.toPlainText() == "机动车道上有人洗车", "theirs is not undone"
        assert form.address.text() == "天河区体育西路 101 号", "ours is kept"
        form.submit()
        await until(form.isHidden, what="corrected")
        await until(lambda: "体育西路 101 号" in panel.facts.text(), what="it says so")
        assert "陈女士" in panel.facts.text()
        assert "113.330000, 23.140000" in panel.facts.text()
        assert "门牌写漏了 地点原为“天河区体育西路 1 号”" in panel.timeline.toPlainText()

        panel.press(Action.CORRECT)
        await until(lambda: not panel._settling.isActive())
        panel.press(Action.CORRECT)
        await until(form.isVisible)
        form.pick.click()
        assert window.casework.map._picking
        form.cancel.click()
        assert form.isHidden(), "nothing was typed: one press"
        assert panel._body.isVisible()
        assert not window.casework.map._picking, "a click on the map brings nothing back"
        for action in (Action.ACCEPT, Action.FILE):
            await seat.desk.run(cases.advance, case_id, action)
        dispatched = Order(department="城管执法队")
        await seat.desk.run(cases.advance, case_id, Action.DISPATCH, dispatched)
        window.casework.open_case(case_id)
        await until(
            lambda: panel.detail and panel.detail.row.status is CaseStatus.DISPATCHED,
            what="dispatched",
        )
        panel.press(Action.CORRECT)
        await until(form.isVisible)
        assert not form.subcategory.isEnabled(), "the department works by its limit"
        form.unlock()
        assert not form.subcategory.isEnabled()

    tell(loop, story())


@ON_SQLITE
def test_that_an_order_that_is_a_case_is_told_of_while_its_number_is_typed(
    open_seat: OpenSeat, database: str, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    put_cameras(tmp_path / "甲席", database)
    seat = open_seat("甲席", Role.DISPATCHER)
    window, form = seat.window, seat.window.form

    async def story() -> None:
        hotline = {"source": Source.HOTLINE, "order_number": "440100202603040001"}
        known = await seat.desk.run(cases.register, draft(**hotline))
        number = (await seat.desk.ask(cases.rows, [known]))[0].number
        window.casework.registration.begin()
        await until(form.isVisible)
        form.source.setCurrentIndex(form.source.findData(Source.VIDEO))
        assert form.order_number.isHidden(), "what a camera saw has no number of a sender"
        form.source.setCurrentIndex(form.source.findData(Source.HOTLINE))
        assert form.order_number.isVisible()
        form.order_number.setText("440100202603040001")
        form.order_number.editingFinished.emit()
        await until(lambda: number in form.near.text(), what="the case that it is")
        form.order_number.setText("440100202603040002")
        form.order_number.editingFinished.emit()
        await until(lambda: number not in form.near.text(), what="and not of another")
        form.start(draft(**{**hotline, "uid": form.draft().uid}))
        form.submit()
        await until(lambda: number in form.conflict.text(), what="refused, and nothing lost")
        assert form.isVisible()
        form.pick.click()
        assert window.casework.map._picking
        form.cancel.click()
        await asyncio.sleep(QApplication.doubleClickInterval() / 1000)
        form.cancel.click()
        await until(form.isHidden, what="given up")
        assert not window.casework.map._picking, "a click on the map is none of its business"

    tell(loop, story())

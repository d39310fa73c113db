"""The list of cases while other desks write: rows where the order wants them, the choice kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt, QTimer
from PySide6.QtTest import QTest

from app.domain.case import Order
from app.domain.case_list import CaseFilter
from app.domain.draft import Source
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cases
from app.settings import Settings
from tests.builders import draft
from tests.conftest import OpenDesk, tell, until
from tests.journeys.conftest import ON_SQLITE
from ui.cases import case_page
from ui.cases.case_model import ROW
from ui.cases.case_page import CaseList, CasePage
from ui.cases.case_panel import CasePanel
from ui.tasks import Tasks

pytestmark = ON_SQLITE


class Seen:
    """A list with its panel on a real desk."""

    def __init__(self, desk: Any, settings: Settings) -> None:
        def fail(error: Exception) -> None:
            raise error

        self.desk = desk
        self.list = CaseList(desk, fail)
        self.tasks = Tasks(self.list, fail)
        self.panel = CasePanel(desk, self.tasks, settings.evidence)
        self.page = CasePage(self.list, self.panel)
        self.kept: list[str] = []
        self.panel.kept.connect(lambda _, number: self.kept.append(number))
        self.page.resize(1600, 800)
        self.page.show()

    def ids(self) -> list[int]:
        return [row.id for row in self.list.model.rows]

    async def shows(self, *ids: int) -> None:
        await until(lambda: self.ids() == list(ids), 5, f"{ids}, not {self.ids()}")

    async def tell(self, *ids: int) -> None:
        """Word of changed cases, as the feed brings it."""
        await self.list._refresh(list(ids))

    def close(self) -> None:
        self.page.hide()
        self.list._minute.stop()
        self.panel.evidence.close_player()
        for tasks in (*self.page.findChildren(Tasks), self.tasks):
            tasks.cancel()
        for timer in self.page.findChildren(QTimer):
            timer.stop()


@pytest.fixture
def seen(
    open_desk: OpenDesk, settings: Settings, loop: asyncio.AbstractEventLoop
) -> Callable[[], Seen]:
    return lambda: Seen(open_desk(Role.SHIFT_LEADER), settings)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that a list of some hundred cases has many of."""
    monkeypatch.setattr(case_page, "PAGE", 20)
    monkeypatch.setattr(case_page, "AHEAD", 10)


def register(desk: Any, count: int) -> list[int]:
    return [desk.do_now(cases.register, draft(address=f"某路 {n} 号"))[0] for n in range(count)]


def test_that_an_older_case_that_newly_fits_is_shown_in_its_place(
    seen: Callable[[], Seen], open_desk: OpenDesk, loop: asyncio.AbstractEventLoop
) -> None:
    other = open_desk(Role.DISPATCHER, "乙席")
    one, two, three, four = register(open_desk(Role.OPERATOR, "丙席"), 4)
    for case_id in (one, three):
        other.do_now(cases.advance, case_id, Action.ACCEPT)
    view = seen()

    async def story() -> None:
        view.list.apply(CaseFilter(statuses=frozenset({CaseStatus.ACCEPTED})))
        await view.shows(three, one)
        other.do_now(cases.advance, two, Action.ACCEPT)
        await view.tell(two)
        assert view.ids() == [three, two, one]
        other.do_now(cases.advance, four, Action.ACCEPT)
        other.do_now(cases.advance, three, Action.FILE)
        await view.tell(three, four)
        assert view.ids() == [four, two, one]
        view.list._on_header(1)  # by status, ascending
        view.list.apply(CaseFilter())
        await view.shows(one, two, four, three)
        other.do_now(cases.advance, one, Action.FILE)
        await view.tell(one)
        assert view.ids() == [two, four, one, three]

    tell(loop, story())
    view.close()


def test_that_a_case_taken_away_takes_neither_the_panel_nor_the_words(
    seen: Callable[[], Seen], open_desk: OpenDesk, loop: asyncio.AbstractEventLoop
) -> None:
    other = open_desk(Role.DISPATCHER, "乙席")
    one, two, three = register(open_desk(Role.OPERATOR, "丙席"), 3)
    view = seen()

    async def story() -> None:
        view.list.apply(CaseFilter(statuses=frozenset({CaseStatus.REPORTED})))
        await view.shows(three, two, one)
        view.list.choose(two)
        await until(lambda: view.panel.detail and view.panel.detail.row.id == two)
        other.do_now(cases.advance, two, Action.ACCEPT)
        await view.tell(two)
        await asyncio.sleep(0.2)
        assert view.ids() == [three, one]
        assert view.panel.detail is not None
        assert view.panel.detail.row.id == two
        view.list.choose(one)
        await until(lambda: view.panel.detail and view.panel.detail.row.id == one)
        view.panel.press(Action.VOID)
        view.panel.sheet.note.setPlainText("打到一半")
        other.do_now(cases.advance, one, Action.ACCEPT)
        await view.tell(one)
        view.list.choose(three)  # the operator's own hand slips
        await until(lambda: view.kept, 2, "told that words are not sent")
        assert view.panel.detail.row.id == one
        assert view.panel.sheet.note.toPlainText() == "打到一半"
        view.panel.sheet.dismiss()
        view.list.table.setCurrentIndex(view.list.model.index(0, 0))
        view.panel.show_case(three)
        await until(lambda: view.panel.detail and view.panel.detail.row.id == three)

    tell(loop, story())
    view.close()


def test_that_the_second_half_of_a_double_click_does_nothing(
    seen: Callable[[], Seen], open_desk: OpenDesk, loop: asyncio.AbstractEventLoop
) -> None:
    (one,) = register(open_desk(Role.OPERATOR, "丙席"), 1)
    view = seen()
    view.desk.sign(replace(view.desk.signed, role=Role.DISPATCHER))
    view.panel.know(["城管执法队"], {})

    async def story() -> None:
        view.panel.show_case(one)
        await until(lambda: view.panel.detail)
        view.panel.press(Action.ACCEPT)
        await until(lambda: view.panel.detail and len(view.panel.detail.steps) == 2)
        view.panel.press(Action.FILE)
        await asyncio.sleep(0.8)
        assert view.panel.detail is not None
        assert len(view.panel.detail.steps) == 2
        view.panel.press(Action.FILE)
        await until(lambda: view.panel.detail and len(view.panel.detail.steps) == 3)
        await asyncio.sleep(0.7)
        view.panel.press(Action.DISPATCH)
        sheet = view.panel.sheet
        sheet.department.setCurrentText("abc")
        sheet.submit()
        assert "abc" in sheet.wrong.text()
        sheet.department.setCurrentText("城管执法队")
        sheet.submit()
        await until(lambda: view.panel.detail and len(view.panel.detail.steps) == 4)

    tell(loop, story())
    view.close()


def test_that_a_long_list_is_scrolled_jumped_in_and_stays_right(
    seen: Callable[[], Seen],
    open_desk: OpenDesk,
    loop: asyncio.AbstractEventLoop,
    short_pages: None,
) -> None:
    other = open_desk(Role.DISPATCHER, "乙席")
    ids = register(other, 300)
    view = seen()
    table, model = view.list.table, view.list.model

    def in_sight() -> list[int | None]:
        first = table.rowAt(0)
        rows = (model.row_at(place) for place in range(first, first + 10))
        return [row.id if row else None for row in rows]

    def wanted(first: int) -> list[int]:
        return ids[::-1][first : first + 10]

    async def story() -> None:
        view.list.reload()
        await until(lambda: model.rowCount() == 300, 5, "the whole is counted")
        bar = table.verticalScrollBar()
        bar.setValue(150)
        await until(lambda: in_sight() == wanted(150), 5, "a jump to the middle")
        view.list.choose(ids[::-1][152])
        bar.setValue(bar.maximum())
        await until(lambda: model.row_at(299) is not None, 5, "the oldest of all")
        bar.setValue(0)
        await until(lambda: in_sight() == wanted(0), 5, "the top again")
        ids.append(other.do_now(cases.register, draft(address="某路新 号"))[0])
        await view.tell(ids[-1])
        assert in_sight() == wanted(0), "a new case at the top"
        await until(lambda: model.rowCount() == 301, 5)
        for first in (4, 9, 30, 60, 90, 120):  # as one who reads on
            bar.setValue(first)
            await until(lambda at=first: in_sight() == wanted(at), 5, f"on from {first}")
        bar.setValue(151)
        await until(lambda: in_sight() == wanted(151), 5, "where the choice was")
        chosen = table.currentIndex().data(ROW)
        assert chosen is not None
        assert chosen.id == ids[::-1][153], "one further down, as a new case came"
        view.list.reload()
        await until(lambda: in_sight() == wanted(151), 5, "who has scrolled down stays there")
        assert bar.value() == 151

    tell(loop, story())
    view.close()


def test_that_what_is_chosen_is_what_the_panel_shows(
    seen: Callable[[], Seen],
    open_desk: OpenDesk,
    loop: asyncio.AbstractEventLoop,
    short_pages: None,
) -> None:
    other = open_desk(Role.DISPATCHER, "乙席")
    ids = register(other, 300)
    view = seen()
    table, model = view.list.table, view.list.model

    def shown() -> int | None:
        return view.panel.detail.row.id if view.panel.detail else None

    def marked() -> int | None:
        row = table.currentIndex().data(ROW)
        return row.id if row else None

    async def story() -> None:
        view.list.reload()
        await until(lambda: model.rowCount() == 300, 5)
        view.list.choose(ids[-5])
        await until(lambda: shown() == ids[-5], 5)
        QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        assert model.row_at(299) is None, "dots at first"
        await until(lambda: shown() == ids[0] == marked(), 5, "the oldest of all is chosen")
        other.do_now(cases.advance, ids[0], Action.ACCEPT)
        view.list.apply(CaseFilter(statuses=frozenset({CaseStatus.REPORTED})))
        await until(lambda: model.rowCount() == 299, 5)
        bar = table.verticalScrollBar()
        bar.setValue(150)
        await until(lambda: model.row_at(150) is not None, 5)
        chosen = model.row_at(152)
        assert chosen is not None
        view.list.choose(chosen.id)
        await until(lambda: shown() == chosen.id, 5)
        other.do_now(cases.advance, chosen.id, Action.ACCEPT)
        for first in (100, 120, 160, 180):  # fetches find it gone before word of it comes
            bar.setValue(first)
            await until(lambda at=first: model.row_at(at) is not None, 5)
        assert shown() == chosen.id, "no other case in its place"

    tell(loop, story())
    view.close()


def test_that_a_list_ordered_by_words_loses_no_case(
    seen: Callable[[], Seen],
    open_desk: OpenDesk,
    loop: asyncio.AbstractEventLoop,
    short_pages: None,
) -> None:
    other = open_desk(Role.DISPATCHER, "乙席")
    ids = register(other, 60)
    for case_id in ids:
        for action in (Action.ACCEPT, Action.FILE):
            other.do_now(cases.advance, case_id, action)
    view = seen()
    table, model = view.list.table, view.list.model

    async def story() -> None:
        view.list._on_header(5)  # by department
        await until(lambda: model.rowCount() == 60, 5)
        last = model.row_at(19)
        assert last is not None
        other.do_now(cases.advance, last.id, Action.DISPATCH, Order("", "城管执法队"))
        await view.tell(last.id)
        bar, found = table.verticalScrollBar(), set[int]()
        for place in range(0, 60, 5):
            bar.setValue(place)
            first = table.rowAt(0)
            await until(lambda at=first: all(model.row_at(at + n) for n in range(5)), 5, f"{first}")
            found |= {row.id for row in model.rows}
        assert found == set(ids)
        assert model.row_at(59) == model.row_at(model.place_of(last.id)), "it has gone to the end"

    tell(loop, story())
    view.close()


def test_that_more_conditions_find_what_an_operator_means(
    seen: Callable[[], Seen], open_desk: OpenDesk, loop: asyncio.AbstractEventLoop
) -> None:
    other = open_desk(Role.DISPATCHER, "乙席")
    stall, cover, told = (
        other.do_now(cases.register, one)[0]
        for one in (
            draft(),
            draft(kind="component", subcategory="0101", address="某路井盖"),
            draft(source=Source.HOTLINE, subcategory="0101"),
        )
    )
    view = seen()
    bar = view.list.bar
    bar.more.offer(other.ask_now(cases.catalogue), ["城管执法队"])

    async def story() -> None:
        view.list.apply(bar.chosen())
        await view.shows(told, cover, stall)
        bar.more_wanted.click()
        assert bar.more.category.isVisibleTo(view.page)
        bar.more.category.choose_code("component", "0101")
        await view.shows(cover)
        state = bar.state()
        bar.more.category.clear()
        await view.shows(told, cover, stall)
        bar.more.source.setCurrentIndex(bar.more.source.findData(Source.HOTLINE))
        await view.shows(told)
        bar.more.first.setDate(QDate(2026, 3, 5))
        await until(lambda: view.ids() == [] and view.list.nothing.isVisibleTo(view.page), 5)
        bar.reset()
        await view.shows(told, cover, stall)
        bar.restore(state)
        await view.shows(cover)
        await until(lambda: not view.list.nothing.isVisibleTo(view.page), 5, "counted anew")

    tell(loop, story())
    view.close()

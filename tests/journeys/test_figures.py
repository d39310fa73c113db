"""A client's manager reads the month, opens the cases behind a number, and closes the month."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.deadline import CITY
from app.domain.figures import month_of
from app.domain.people import Role
from app.services.sheets import read_sheet
from tests.conftest import press_twice, until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from tests.services.test_figures import ACCEPTED, GIVEN, closed, live_through
from ui.actions import Command
from ui.figures.tables import FigureTable


def cell(table: FigureTable, name: str, column: int) -> str:
    for row in range(table.topLevelItemCount()):
        item = table.topLevelItem(row)
        if item is not None and item.text(0) == name:
            return item.text(column)
    return ""


def click(table: FigureTable, name: str, column: int) -> None:
    for row in range(table.topLevelItemCount()):
        item = table.topLevelItem(row)
        if item is not None and item.text(0) == name:
            index = table.indexFromItem(item, column)
            table.scrollTo(index)
            place = table.visualRect(index).center()
            QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
            return
    raise AssertionError(name)


@ON_SQLITE
def test_that_each_number_opens_its_cases_and_a_month_is_closed(
    open_seat: OpenSeat, database: str, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    put_cameras(tmp_path / "甲席", database)
    seat = open_seat("甲席", Role.CLIENT_MANAGER)
    window = seat.window
    page, bar = window.figures, window.list.bar
    first = seat.desk.clock().astimezone(CITY).replace(day=1) - timedelta(days=1)
    begun = datetime(first.year, first.month, 3, 1, tzinfo=CITY)

    async def story() -> None:
        lives = [(5, closed(timedelta(minutes=1))), (3, GIVEN), (2, ACCEPTED)]
        await seat.desk.run(live_through, begun, lives)
        window.commands[Command.FIGURES].trigger()
        page.span.setCurrentIndex(1)
        await until(lambda: cell(page.counts, "登记", 1) == "10", what="last month")
        assert cell(page.counts, "应结案", 1) == "8"
        assert cell(page.rates, "按期结案率", 3) == "62.50%"
        assert "全部相符" in page.told.text()
        click(page.rates, "按期结案率", 1)
        await until(lambda: window.list.loaded and window.list.model.rowCount() == 5)
        assert window.pages.currentWidget() is window.casework.page
        assert bar.figure.isVisibleTo(window)
        assert "按期结案" in bar.figure.text()
        window.list._on_minute()  # as half a minute later
        assert window.list.chosen.counted is not None, "still these cases alone"
        bar.figure.click()
        await until(lambda: window.list.model.rowCount() == 10, what="any case again")

        menu = window.casework.windows.searches
        bar.status.setCurrentIndex(1)
        await until(lambda: window.list.model.rowCount() == 5, what="open ones")
        menu.save("未结束的", False)
        await until(lambda: [row.name for row in menu.rows] == ["未结束的"], what="kept")
        bar.reset()
        await until(lambda: window.list.model.rowCount() == 10)
        menu.open_row(menu.rows[0])
        await until(lambda: window.list.model.rowCount() == 5, what="the kept search")
        menu.save("全体的", True)
        await until(lambda: "值班长或管理员保存" in window.notices.text(), what="refused")
        menu.drop_row(menu.rows[0])
        await until(lambda: menu.rows == [], what="removed")
        bar.reset()

        window.show_page(Command.FIGURES)
        await until(lambda: cell(page.lines, "天河区", 1) == "10", what="by district")
        click(page.lines, "天河区", 2)
        await until(lambda: window.list.chosen.parts and window.list.model.rowCount() == 10)
        window.show_page(Command.FIGURES)
        await until(lambda: page.report is not None)
        file = tmp_path / "月报.xlsx"
        page.export(file)
        await until(file.exists, what="the workbook")
        assert read_sheet(file).titles[1:3] == ["本期", "上期"]

        month = f"{first:%Y-%m}"
        page.tabs.setCurrentWidget(page.months)
        await until(page.months.close_month.isEnabled, what="may be closed")
        page.months.close_month.click()
        page.months.close_month.click()  # a double click is one press
        assert not page.months.months.topLevelItemCount(), "once is not enough"
        page.months.close_month.rest()
        assert month in await press_twice(page.months.close_month)
        await until(lambda: page.months.months.topLevelItemCount() == 1, what="closed")
        assert not page.months.close_month.isEnabled()
        page.months.months.setCurrentItem(page.months.months.topLevelItem(0))
        await until(lambda: "没有更正" in page.months.told.text(), what="as it was")
        assert month in page.months.told.text()
        assert month_of(first.year, first.month).begins <= begun

    tell(loop, story())

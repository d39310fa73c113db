"""The administrator brings the city's cameras in, groups them, and opens them to roles."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.access import Right
from app.domain.people import Role
from app.services.sheets import read_sheet
from tests.conftest import until
from tests.journeys.conftest import OpenSeat, tell
from tests.services.test_directory import row, workbook
from ui.actions import Command


def test_that_a_list_becomes_a_tree_that_each_role_sees_its_part_of(
    open_seat: OpenSeat, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.ADMINISTRATOR)
    window, page = seat.window, seat.window.directory
    rows = [row(n, district="天河区" if n % 2 else "荔湾区") for n in range(1, 41)]
    file = workbook(tmp_path / "cameras.xlsx", [*rows, row(1), row(99, lon="东")])

    async def story() -> None:
        await until(lambda: window.pages.currentWidget() is page, what="an administrator's page")
        assert not page.imports.write.isEnabled()
        page.imports.take(file)
        await until(lambda: page.imports.trial.isEnabled(), what="the columns are known")
        assert page.imports.fields["code"].currentText() == "国标编码"
        page.imports.trial.click()
        await until(lambda: page.imports.told.text(), what="the trial")
        assert "新增 40" in page.imports.told.text()
        assert page.model.rowCount() == 0
        page.imports.write.click()
        await until(lambda: page.model.rowCount() == 40, what="the directory")
        refused = tmp_path / "refused.xlsx"
        page.imports.save_refused(refused)
        await until(refused.exists, what="the refused rows")
        await until(lambda: "已存 2 行" in window.notices.text())
        assert next(cells[-1] for _, cells in read_sheet(refused).rows).endswith("编码相同")

        page.search.setText("tyxlk1")
        await until(lambda: page.model.rowCount() == 11, what="found by initials")
        page.groups.name.setText("创文重点")
        page.groups.root.click()
        await until(lambda: page.groups.tree.topLevelItemCount() == 1, what="the grouping")
        page.groups.tree.setCurrentItem(page.groups.tree.topLevelItem(0))
        page.table.selectAll()
        page.groups.put_in.click()
        top = page.groups.tree
        await until(lambda: top.topLevelItem(0).text(1) == "11", what="its cameras")

        rights = page.rights
        rights.role.setCurrentIndex(rights.role.findData(Role.OPERATOR))
        rights.right.setCurrentIndex(rights.right.findData(Right.WATCH))
        item = next(i for i in rights._items() if i.text(0) == "荔湾区")
        item.setCheckState(0, Qt.CheckState.Checked)
        rights.put(page._seen, [])  # news of another desk leaves what is not saved yet
        assert "限于 1 处（未保存）" in rights.told.text()
        rights.save.click()
        rights.put(page._seen, [])  # and comes too late for what was pressed
        await until(lambda: "权限已保存" in window.notices.text())

        wall = window.eyes.wall
        there = next(camera for camera in window.cameras if camera.district == "440106")
        here = next(camera for camera in window.cameras if camera.district == "440103")
        wall.fill([there.id, here.id])
        seat.sit(Role.OPERATOR)
        await until(
            lambda: all(t.camera.district == "440103" for t in wall.tiles if t.camera),
            what="what may not be watched is gone from the wall",
        )
        tree = window.eyes.tree
        await until(lambda: len(tree.shown()) == 20, what="the operator's part")
        assert not window.commands[Command.DIRECTORY].isEnabled()
        assert {camera.district for camera in tree.shown()} == {"440103"}
        QTest.keyClicks(tree.search, "tiyuxilukou12")
        await until(lambda: len(tree.shown()) == 1, what="searched")
        QTest.keyClick(tree.search, Qt.Key.Key_Return)
        await until(
            lambda: any(
                t.camera and t.camera.name == "体育西路口12" for t in window.eyes.wall.tiles
            )
        )
        tree.search.clear()
        tree.scheme.setCurrentIndex(tree.scheme.findText("创文重点"))
        await until(lambda: 0 < len(tree.shown()) < 11, what="by grouping, only what may be seen")

    tell(loop, story())

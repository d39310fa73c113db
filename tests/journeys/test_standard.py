"""The administrator brings in standard, rules and another scheme; a handler looks things up."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.domain.people import Role
from app.services.sheets import read_sheet
from tests.conftest import press_twice, until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, tell
from tests.services.test_responsibility import HEAD
from tests.services.test_schemes import old_scheme
from tests.services.test_standards import merged_workbook
from ui.actions import Command
from ui.standard.bring_in import BringIn


async def write(panel: BringIn, file: Path) -> None:  # type: ignore[type-arg]
    panel.take(file)
    await until(panel.write.isEnabled, what=f"the trial of {file.name}")
    assert "还没有写入" in panel.told.text()
    panel.write.click()
    await until(lambda: panel.told.text().startswith("已写入"), what=f"{file.name} is written")


@ON_SQLITE
def test_that_a_city_brings_its_own_standard_in_and_everybody_reads_it(
    open_seat: OpenSeat, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.ADMINISTRATOR)
    window, page = seat.window, seat.window.standard
    rules = tmp_path / "rules.csv"
    rules.write_text(
        f"{HEAD}1,事件,04,,,,城管执法队\n14,事件,0401,天河区,,,天河执法队\n15,事件,0401,天河区,,,夜队\n",
        "utf-8",
    )

    async def story() -> None:
        window.commands[Command.STANDARD].trigger()
        shown = page.conditions
        await until(lambda: shown.categories.topLevelItemCount() == 63, what="the shipped one")
        await write(shown.bring_in, merged_workbook(tmp_path / "standard.xlsx"))
        assert "未收 2" in shown.bring_in.told.text()
        assert shown.bring_in.lines.topLevelItem(0).text(1) == "处置时限"
        shown.search.setText("ssjg")
        await until(lambda: shown.conditions.topLevelItemCount() == 3, what="its conditions")
        assert shown.conditions.topLevelItem(2).text(3) == "2工作日"
        out = tmp_path / "standard-out.xlsx"
        shown.export(out)
        await until(out.exists, what="the standard as a workbook")
        assert "立案条件" in read_sheet(out).titles

        page.tabs.setCurrentWidget(page.rules)
        await until(lambda: "还没有权责规则" in page.rules.told.text(), what="no rules yet")
        await write(page.rules.bring_in, rules)
        await until(lambda: page.rules.rules.topLevelItemCount() == 3, what="the rules")
        assert page.rules.flaws.topLevelItem(0).text(0) == "矛盾"
        page.rules.district.setCurrentIndex(page.rules.district.findData("440106"))
        page.rules.category.choose_code("event", "0401")
        await until(lambda: page.rules.answer.text().startswith("规则 14 → 天河执法队"))
        page.rules.district.setCurrentIndex(page.rules.district.findData("440103"))
        await until(lambda: page.rules.answer.text() == "规则 1 → 城管执法队", what="elsewhere")

        page.tabs.setCurrentWidget(page.schemes)
        schemes = page.schemes
        schemes.name.setText("旧方案")
        await write(schemes.bring_in, old_scheme(tmp_path))
        await until(lambda: schemes.table.topLevelItemCount() == 3, what="the other scheme")
        assert schemes.scheme.currentText() == "旧方案（2/3）"
        schemes.only_open.setChecked(True)
        schemes.table.topLevelItem(0).setSelected(True)
        schemes.put_meaning.click()
        assert "请先选一个本市类别" in window.notices.text()
        schemes.category.choose_code("event", "0403")
        schemes.put_meaning.click()
        await until(lambda: schemes.table.topLevelItemCount() == 0, what="all are mapped")
        schemes.only_open.setChecked(False)
        assert schemes.table.topLevelItem(2).text(5) == "人工"

        seat.sit(Role.DISPATCHER)
        await until(
            lambda: window.pages.currentWidget() is window.casework.page, what="a handler sits here"
        )
        window.commands[Command.NEW_CASE].trigger()
        field = window.form.subcategory
        await until(lambda: window.form.isVisible(), what="the form")
        await until(lambda: any(one.elsewhere for one in field._catalogue), what="the schemes")
        typed = QInputMethodEvent()  # as the pinyin program hands words over
        typed.setCommitString("乱设")
        QApplication.sendEvent(field, typed)
        assert [entry.full_code for entry in field.found()] == ["0403"], "by another scheme's word"
        assert "= 0502 乱设摊点（旧方案）" in field.list.item(0).text()
        window.casework.registration.close()
        window.commands[Command.STANDARD].trigger()
        await until(lambda: page.schemes.table.topLevelItemCount() == 3, what="looked up")
        for panel in (page.conditions, page.rules, page.schemes):
            assert not panel.bring_in.isVisibleTo(window)
        assert not page.schemes.drop.isVisibleTo(window)

        seat.sit(Role.ADMINISTRATOR)
        window.commands[Command.STANDARD].trigger()
        await until(schemes.drop.isVisible, what="the administrator again")
        assert "再按一次" in await press_twice(schemes.drop)
        await until(lambda: schemes.table.topLevelItemCount() == 0, what="the scheme is gone")

    tell(loop, story())

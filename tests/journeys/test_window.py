"""The window itself: layouts, swapping, the second wall, locking, signing off, drafts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.errors import LinkLost
from app.domain.people import Role
from app.services import cases
from tests.builders import draft
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, Seat, put_cameras, tell
from ui.actions import Command
from ui.rail import PAGES
from ui.words import choose_language


async def begun(seat: Seat) -> None:
    await until(lambda: seat.window.list.loaded and seat.window.panel._departments)


@ON_SQLITE
def test_that_a_locked_desk_shows_the_wall_and_no_case(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        window.casework.new_case()
        window.form.description.setPlainText("打到一半")
        window.lock()
        assert window.eyes.wall.isVisible()
        for hidden in (window.form, window.list, window.panel, window.eyes.tree):
            assert not hidden.isVisible()
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(window, Qt.Key.Key_F9)
        assert window.pages.currentWidget() is window.video
        assert not window.form.isVisible()
        window.unlock.signed_in.emit(seat.desk.signed)
        assert window.form.isVisible()
        assert window.form.description.toPlainText() == "打到一半"

    tell(loop, story())


@ON_SQLITE
def test_that_the_sheet_of_keys_opens_and_goes_and_grabs_nothing(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        for key in (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_A):
            window.commands[Command.KEYS].trigger()
            assert window.keys.isVisible()
            assert QApplication.activePopupWidget() is None
            QTest.keyClick(window.keys, key)
            assert not window.keys.isVisible()
        window.commands[Command.KEYS].trigger()
        QTest.mouseClick(window.keys, Qt.MouseButton.LeftButton)
        assert not window.keys.isVisible()

    tell(loop, story())


@ON_SQLITE
@pytest.mark.parametrize("language", ["zh", "en"])
def test_that_every_page_with_the_form_beside_it_fits_a_screen_of_1366(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop, language: str
) -> None:
    choose_language(language)
    seat = open_seat("甲席", Role.SHIFT_LEADER)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        window.casework.new_case()
        for page in PAGES:
            window.show_page(page)
            await asyncio.sleep(0.1)
            assert window.minimumSizeHint().width() <= 1366, page

    tell(loop, story())


@ON_SQLITE
def test_that_a_locked_desk_asks_whoever_sat_there_for_the_password_alone(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        window.sign_in.login.setText("lin")
        window.lock()
        assert window.unlock.login.text() == "lin"
        assert window.unlock.password.hasFocus() or window.focusWidget() is window.unlock.password
        window.unlock.signed_in.emit(seat.desk.signed)
        window.sign_off()
        assert window.sign_in.login.text() == ""

    tell(loop, story())


def test_that_who_takes_the_desk_over_sees_nothing_of_the_other_and_the_draft_waits(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        case_id = await seat.desk.run(cases.register, draft())
        window.casework.open_case(case_id)
        await until(lambda: window.panel.detail)
        window.casework.new_case()
        window.form.caller.setText("王女士")
        window.form.caller.textEdited.emit("王女士")
        window.sign_off()
        assert window.panel.detail is None
        assert window.form.caller.text() == ""
        assert not window.form.isVisible()
        seat.sit(Role.DISPATCHER)
        await asyncio.sleep(0.5)
        assert not window.form.isVisible()
        window.sign_off()
        seat.sit(Role.OPERATOR)
        await until(lambda: window.form.isVisible(), what="the draft is back")
        assert window.form.caller.text() == "王女士"

    tell(loop, story())


def test_that_a_lost_database_keeps_what_was_typed_and_sending_again_makes_one_case(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        window.casework.new_case()
        form = window.form
        form.start(draft(uid=form.draft().uid))
        real = seat.desk.run

        async def saved_but_unanswered(*words: object) -> object:
            await real(*words)  # type: ignore[arg-type]
            raise LinkLost("数据库没有应答")

        seat.desk.run = saved_but_unanswered  # type: ignore[method-assign, assignment]
        form.submit()
        await until(lambda: form.conflict.isVisible(), what="the sentence on the form")
        assert form.address.text() == "天河区体育西路 1 号"
        seat.desk.run = real  # type: ignore[method-assign]
        form.submit()
        await until(lambda: not form.isVisible(), what="sent")
        page = await seat.desk.ask(cases.page, window.list.chosen, "number", True, None, 9)
        assert len(page.rows) == 1

    tell(loop, story())


@ON_SQLITE
def test_that_a_draft_that_cannot_be_written_is_told_and_the_case_is_sent_all_the_same(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        (tmp_path / "甲席" / "drafts").write_text("a file where the folder should be")
        window.casework.new_case()
        form = window.form
        form.start(draft(uid=form.draft().uid))
        form.submit()
        await until(lambda: not form.isVisible(), what="sent")
        page = await seat.desk.ask(cases.page, window.list.chosen, "number", True, None, 9)
        assert len(page.rows) == 1

    tell(loop, story())


@ON_SQLITE
def test_that_all_that_is_wrong_is_marked_and_the_cursor_is_in_the_first(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        window.casework.new_case()
        form = window.form
        form.grid_cell.setText("12")
        form.submit()
        wrong = [name for name, field in form._fields.items() if field.property("wrong")]
        assert wrong == ["subcategory", "address", "district", "grid_cell", "description"]
        assert form.send.isEnabled()
        QTest.keyClicks(form.subcategory, "blts")  # the first letters of nothing
        assert form.subcategory.found() == []
        assert not form.subcategory.list.isVisible()
        form.subcategory.setText("")
        QTest.keyClicks(form.subcategory, "zdjy")
        QTest.keyClick(form.subcategory, Qt.Key.Key_Return)
        assert form.subcategory.text().startswith("0401 占道经营")
        assert window.focusWidget() is form.address, "what is left to be typed comes next"
        form.address.setText("天河区体育西路 1 号")
        form.subcategory.choose(form.subcategory.entry)
        assert window.focusWidget() is form.description, "the place is known"
        assert not form.subcategory.property("wrong")
        form.address.setText("天河区体育西路 1 号")
        form.address.textEdited.emit(form.address.text())
        assert not form.address.property("wrong")
        assert form.description.property("wrong")  # still to be written

    tell(loop, story())


@ON_SQLITE
@pytest.mark.video
def test_that_tiles_swap_and_the_second_wall_shows_cameras_of_its_own(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop, tmp_path: object, database: str
) -> None:
    from pathlib import Path

    home = Path(str(tmp_path)) / "甲席"
    nowhere = "rtsp://127.0.0.1:9/main"
    put_cameras(home, database, *((f"点位{n}", nowhere, "", "") for n in range(3)))
    seat = open_seat("甲席", Role.OPERATOR)
    window = seat.window

    async def story() -> None:
        await begun(seat)
        await until(lambda: window.eyes.wall.tiles[2].camera)
        names = [tile.camera.name for tile in window.eyes.wall.tiles[:3] if tile.camera]
        window.eyes.wall.swap(0, 2)
        swapped = [tile.camera.name for tile in window.eyes.wall.tiles[:3] if tile.camera]
        assert swapped == [names[2], names[1], names[0]]
        window.walls.toggle_others()
        second = window.walls.others[0]
        second.wall.arrange("1+5")
        second.wall.show_in(second.wall.tiles[0], window.cameras[0].id)
        assert window.walls.state()["others"][0]["wall"]["layout"] == "1+5"
        window.walls.toggle_others()
        assert not window.walls.others

    tell(loop, story())

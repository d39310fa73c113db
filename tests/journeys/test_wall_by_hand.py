"""A wall by mouse and keys: pictures zoomed into, one large after the other, a tile's own menu."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.camera import StreamState
from app.domain.people import Role
from tests.cameras import TestCameras
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell
from ui.actions import Command
from ui.video.tile import Tile
from ui.video.wall import STEP_EACH_S

pytestmark = [pytest.mark.video, ON_SQLITE]


def turn_wheel(tile: Tile, notches: int) -> None:
    """Over a point right and above the middle."""
    at = QPointF(tile.width() * 0.7, tile.height() * 0.4)
    event = QWheelEvent(
        at,
        QPointF(tile.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(tile, event)


def test_that_pictures_are_zoomed_enlarged_in_turn_and_asked_by_the_right_button(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    spots = [(f"点位{n}", cameras.url("sub"), "", "") for n in (1, 2, 3)]
    put_cameras(tmp_path / "甲席", database, *spots)
    seat = open_seat("甲席", Role.OPERATOR)
    window, eyes = seat.window, seat.window.eyes
    wall = eyes.wall

    async def story() -> None:
        await until(lambda: len(window.cameras) == 3)
        ids = [camera.id for camera in window.cameras]
        wall.arrange("4")
        wall.fill([ids[0], 0, ids[2]])
        first, empty, third = wall.tiles[:3]
        await until(
            lambda: all(one.truth.state is StreamState.LIVE for one in (first, third)), what="live"
        )

        wall.choose(first)
        turn_wheel(first, 4)
        assert first.zoom.scale > 2
        assert first._wanted()[0] > 2 * first.width(), "more of the stream's own lines"
        before = first.zoom.transform(first.rect())
        QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        QTest.mouseMove(first, QPoint(60, 80))
        QTest.mouseRelease(first, Qt.MouseButton.LeftButton, pos=QPoint(60, 80))
        assert first.zoom.transform(first.rect()) != before, "pushed, and not dragged elsewhere"
        shown = first.shown
        await until(lambda: first.shown > shown + 5, what="it goes on, zoomed")
        assert first.truth.state is StreamState.LIVE
        turn_wheel(first, -6)
        assert not first.zoom.is_on

        turn_wheel(third, 2)
        third.show_camera(eyes.stage.camera(ids[1]))
        assert not third.zoom.is_on, "another camera is seen whole"

        window.commands[Command.ENLARGE].trigger()
        assert wall.enlarged is first
        window.commands[Command.NEXT_TILE].trigger()
        assert wall.enlarged is third, "the next that shows a camera"
        window.commands[Command.NEXT_TILE].trigger()
        assert wall.enlarged is third, "a key that is held opens no main stream each time"
        wall._stepped_at -= STEP_EACH_S
        window.commands[Command.NEXT_TILE].trigger()
        assert wall.enlarged is first
        window.commands[Command.ENLARGE].trigger()
        assert wall.enlarged is None

        wall.choose(empty)
        eyes._on_chosen(ids[2])
        assert empty.camera is not None
        assert empty.camera.id == ids[2], "into the tile that was chosen for it"

        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, QPoint(20, 40), third.mapToGlobal(QPoint(20, 40))
        )
        QApplication.sendEvent(third, event)
        await until(eyes.menu.isVisible, what="its menu")
        assert wall.current is third
        asked = {action.text(): action for action in eyes.menu.actions()}
        eyes.tree.search.setText("没有这样的点位")
        await until(lambda: not eyes.tree.shown())
        asked["在点位树中显示"].trigger()
        assert [camera.id for camera in eyes.tree.chosen()] == [ids[1]]
        asked["清空窗格"].trigger()
        assert third.camera is None
        eyes.menu.hide()

        window.find_here()
        assert window.focusWidget() is eyes.tree.search
        window.toggle_full_screen()
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert not window._only_wall

    tell(loop, story())

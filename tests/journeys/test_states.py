"""What can be asked of a camera in the tree: the course of its states, and what it has shown."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QTreeWidget

from app.domain.camera import StreamState
from app.domain.people import Role
from app.services.cameras import StateNote, note_states
from tests.conftest import until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, put_cameras, tell

S = StreamState
pytestmark = ON_SQLITE


def cells(table: QTreeWidget) -> list[tuple[str, str, str]]:
    rows = [table.topLevelItem(n) for n in range(table.topLevelItemCount())]
    return [(row.text(0), row.text(2), row.text(3)) for row in rows if row is not None]


def test_that_a_cameras_states_are_told_from_the_tree(
    open_seat: OpenSeat,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(tmp_path / "甲席", database, ("路口", "rtsp://127.0.0.1:9/none", "", ""))
    seat = open_seat("甲席", Role.OPERATOR)
    window, eyes = seat.window, seat.window.eyes

    async def story() -> None:
        await until(lambda: len(eyes.tree.shown()) == 1)
        window.eyes.wall.fill([])
        one = window.cameras[0].id
        begins = seat.desk.clock() - timedelta(hours=3)
        notes = [(0, S.LIVE), (150, S.LIVE), (300, S.BLACK), (345, S.IDLE)]
        told = [StateNote(one, "sub", s, begins + timedelta(seconds=after)) for after, s in notes]
        await seat.desk.run(note_states, told)
        eyes.tree._on_menu(eyes.tree.place_of(one).center())
        words = [action.text() for action in eyes.tree.menu.actions()]
        assert words == ["放到墙上", "追溯", "状态记录…"]
        eyes.tree.menu.actions()[2].trigger()
        await until(lambda: eyes.history is not None and eyes.history.table.topLevelItemCount() > 1)
        assert eyes.history is not None
        assert cells(eyes.history.table)[-2:] == [
            ("黑屏", "45 秒", "甲席"),
            ("实时", "5 分 0 秒", "甲席"),
        ]
        eyes.history.close()
        await until(lambda: eyes.history is None, what="let go")
        eyes.tree.menu.actions()[1].trigger()
        await until(
            lambda: window.casework.rechecks.tracing is not None, what="traced from the tree"
        )

    tell(loop, story())

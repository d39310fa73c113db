"""The tree's counts, kept right by each change alone."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.domain.camera import StreamState
from app.domain.directory import build
from tests.ui.test_rounds import cameras
from ui.video.directory_model import DirectoryModel

S = StreamState


def test_that_each_level_tells_how_many_are_live_and_how_many_in_trouble(qtbot: QtBot) -> None:
    where = {1: [("市", "天河区")], 2: [("市", "天河区")], 3: [("市", "越秀区"), ("市", "重点")]}
    model = DirectoryModel()
    model.put(build("", cameras(3), lambda one: where[one.id]), {1: S.LIVE})

    def told() -> list[str]:
        city = model.index(0, 0)
        levels = [city, *(model.index(row, 0, city) for row in range(model.rowCount(city)))]
        return [str(model.data(level)) for level in levels]

    assert told() == ["市（4）　实时 1", "天河区（2）　实时 1", "越秀区（1）", "重点（1）"]
    model.set_state(3, S.LIVE)
    model.set_state(1, S.BLACK)
    assert told() == [
        "市（4）　实时 2　异常 1",
        "天河区（2）　异常 1",
        "越秀区（1）　实时 1",
        "重点（1）　实时 1",
    ]
    for camera in (1, 2, 3):
        model.set_state(camera, S.IDLE)
    assert told() == ["市（4）", "天河区（2）", "越秀区（1）", "重点（1）"]

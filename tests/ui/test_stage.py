"""Which stream is shown, and what is taken back of what was seen in it."""

from __future__ import annotations

from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.domain.camera import Stream
from app.domain.camera_source import SourceKind, SourceRow
from app.domain.people import Role
from app.video.messages import StreamKey
from tests.conftest import OpenDesk
from tests.journeys.conftest import ON_SQLITE
from tests.ui.test_rounds import camera
from ui.video import watch_ledger
from ui.video.stage import Stage
from ui.video.watch_ledger import WatchLedger

ONE, OTHER = "rtsp://10.0.0.1/a", "rtsp://10.0.0.1/b"
PLATFORM = SourceRow(1, 1, SourceKind.WVP, "平台", "http://10.0.0.2", "", "")
DEVICE = SourceRow(2, 1, SourceKind.ONVIF, "球机", "http://10.0.0.3", "", "")


@pytest.mark.parametrize(
    ("sub", "source", "shown"),
    [
        (OTHER, None, Stream.MAIN),
        (ONE, None, Stream.SUB),
        (OTHER, PLATFORM.id, Stream.SUB),
        (OTHER, DEVICE.id, Stream.MAIN),
    ],
)
def test_that_a_camera_of_one_address_is_never_connected_twice(
    sub: str, source: int | None, shown: Stream
) -> None:
    stage: Any = SimpleNamespace(_sources={1: PLATFORM, 2: DEVICE})
    row = camera(1, ONE)._replace(sub_url=sub, source_id=source)
    assert Stage.suited(stage, row, Stream.MAIN) is shown
    assert Stage.suited(stage, row, Stream.SUB) is Stream.SUB


class NoTasks:
    """There is no loop here, and nothing of what is counted waits for one."""

    def start(self, work: Coroutine[None, None, None]) -> None:
        work.close()


class Said(QObject):
    spoilt = Signal(object, float)


@ON_SQLITE
def test_that_only_the_stream_that_is_shown_takes_back_what_was_seen(
    open_desk: OpenDesk, qtbot: QtBot
) -> None:
    key = StreamKey(1, Stream.SUB)
    tile = SimpleNamespace(
        key=key,
        camera=SimpleNamespace(id=1),
        is_live=True,
        isVisible=lambda: True,
        window=lambda: SimpleNamespace(isMinimized=lambda: False),
    )
    walls: Any = SimpleNamespace(all=[SimpleNamespace(tiles=[tile])])
    stage: Any = Said()
    ledger = WatchLedger(open_desk(Role.OPERATOR), walls, stage, lambda: True, lambda error: None)
    ledger._timer.stop()
    ledger._tasks = NoTasks()  # type: ignore[assignment]
    ledger.tick()
    for _ in range(20):
        ledger._counting.tick([1], (ledger._counting._ticked or 0.0) + 1.0, ledger._desk.clock())
    seen = ledger._counting._stays[1].seconds
    stage.spoilt.emit(StreamKey(1, Stream.MAIN), 9.0)
    assert ledger._counting._stays[1].seconds == seen
    stage.spoilt.emit(key, 9.0)
    assert ledger._counting._stays[1].seconds == pytest.approx(seen - 9.0)


class Touched(QObject):
    gone = Signal()
    touched_at = 0.0


@ON_SQLITE
@pytest.mark.parametrize(("back_after", "kept"), [(5.0, 30.0), (90.0, 10.0)])
def test_that_what_an_empty_chair_saw_is_taken_back(
    open_desk: OpenDesk,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    back_after: float,
    kept: float,
) -> None:
    clock = SimpleNamespace(now=1_000.0)
    monkeypatch.setattr(watch_ledger, "time", SimpleNamespace(monotonic=lambda: clock.now))
    desk, idle, there = open_desk(Role.OPERATOR), Touched(), SimpleNamespace(present=True)
    tile = SimpleNamespace(
        key=StreamKey(1, Stream.SUB),
        camera=SimpleNamespace(id=1),
        is_live=True,
        isVisible=lambda: True,
        window=lambda: SimpleNamespace(isMinimized=lambda: False),
    )
    walls: Any = SimpleNamespace(all=[SimpleNamespace(tiles=[tile])])
    stage: Any = Said()
    made = WatchLedger(desk, walls, stage, lambda: there.present, lambda error: None)
    made._timer.stop()
    made._tasks = NoTasks()  # type: ignore[assignment]
    made.attend(idle)  # type: ignore[arg-type]
    monkeypatch.setattr(made, "_write", lambda: None)  # what waits is looked at here

    def go_on(seconds: float) -> None:
        for _ in range(round(seconds * 2)):
            clock.now += 0.5
            made.tick()

    made.tick()
    go_on(10)
    idle.touched_at = clock.now + 0.1  # and never again
    go_on(20)
    idle.gone.emit()
    there.present = False
    go_on(back_after)
    there.present = True
    tile.is_live = False
    go_on(120)
    made._take(made._counting.end())
    written = made._waiting
    assert sum(one.seconds for one in written) == pytest.approx(kept, abs=1.0)
    assert sum(not one.goes_on for one in written) == 1

"""What the hand on the cameras does with sources that change under it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.camera import CameraRow
from app.domain.camera_source import SourceKind, SourceRow
from app.domain.people import Role
from app.domain.ptz import Move, Preset
from app.secrets import Seal
from app.sources import mover
from tests.conftest import OpenDesk, tell, until
from tests.journeys.conftest import ON_SQLITE
from ui.video import controls as module
from ui.video.controls import Controls

pytestmark = [ON_SQLITE, pytest.mark.usefixtures("qtbot")]

OLD = SourceRow(1, 1, SourceKind.WVP, "平台", "http://10.0.0.2", "", "")
NEW = OLD._replace(version=2, address="http://10.0.0.3")
OTHER = OLD._replace(id=2, address="http://10.0.0.4")


class Opened:
    """A source that says which address it was opened for."""

    def __init__(self, row: SourceRow) -> None:
        self.address, self.closed = row.address, False

    def close(self) -> None:
        self.closed = True


class Slow:
    """Opens sources, and waits in the middle of it where it is told to."""

    def __init__(self) -> None:
        self.made: list[Opened] = []
        self.held = {OLD.address: threading.Event()}
        self.begun = threading.Event()

    def __call__(self, row: SourceRow, *_: object) -> Opened:
        if row.address in self.held:
            self.begun.set()
            assert self.held[row.address].wait(10)
        self.made.append(Opened(row))
        return self.made[-1]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(module, "open_source", made)
    return made


@pytest.fixture
def controls(open_desk: OpenDesk, tmp_path: Path) -> Iterator[Controls]:
    desk = open_desk(Role.OPERATOR)
    made = Controls(desk, Seal(tmp_path), (), tmp_path / "moving.json", lambda error: None)
    yield made
    made.close()


def camera(preset: str = "3") -> CameraRow:
    told: dict[str, Any] = dict.fromkeys(CameraRow._fields, "")
    told.update(id=7, source_id=OTHER.id, channel="c", ptz=True, enabled=True, preset=preset)
    return CameraRow(**told)


class Turning:
    """A source that keeps what it was told, and takes its time to save a preset."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.saves, self.saving = threading.Event(), threading.Event()
        self.holds_for = 0.0

    def go_to(self, _channel: str, preset: str) -> None:
        self.told.append(f"to {preset}")

    def remember(self, _channel: str, name: str) -> Preset:
        self.saving.set()
        assert self.saves.wait(10)
        return Preset("9", name)

    def move(self, _channel: str, _move: Move) -> None:
        self.told.append("moves")

    def stop(self, _channel: str) -> None:
        self.told.append("stops")

    def close(self) -> None:
        pass


@pytest.fixture
def turning(controls: Controls, monkeypatch: pytest.MonkeyPatch) -> Turning:
    made = Turning()
    monkeypatch.setattr(module, "open_source", lambda *_: made)
    monkeypatch.setattr(Controls, "may", lambda self, camera: camera is not None)
    monkeypatch.setattr(Controls, "_note", lambda *_: None)
    monkeypatch.setattr(Controls, "_take_in_hand", nothing)
    controls.know([OTHER], None)
    return made


async def nothing(*_: object) -> None:
    pass


def test_that_a_tour_leaves_what_is_in_this_desks_own_hand(
    controls: Controls, turning: Turning, loop: asyncio.AbstractEventLoop
) -> None:
    async def story() -> None:
        controls.turn_to_its_preset(camera())
        await until(lambda: turning.told == ["to 3"], what="nobody moves it")
        controls.move(camera(), Move(1.0, 0.0, 0.0))
        await until(lambda: "moves" in turning.told)
        await controls._turn(camera(), asked=False)
        controls.stop(7)
        await until(lambda: turning.told[-1] == "stops", what="let go")
        await controls._turn(camera(), asked=False)
        assert turning.told.count("to 3") == 1, "it is looked through still"
        await controls._turn(camera(), asked=True)
        assert turning.told[-1] == "to 3", "somebody wants to compare"

    tell(loop, story())


def test_that_a_preset_saved_while_it_moves_on_is_not_where_it_looks(
    controls: Controls, turning: Turning, loop: asyncio.AbstractEventLoop
) -> None:
    async def story() -> None:
        turning.saves.set()
        assert (await controls.remember(camera(), "路口")).token == "9"
        assert controls.place(7) == "9"
        turning.saves.clear()
        turning.saving.clear()
        saved = asyncio.ensure_future(controls.remember(camera(), "路口"))
        await until(turning.saving.is_set, what="it takes its time")
        controls._move_on(camera(), "→")
        turning.saves.set()
        await saved
        assert controls.place(7) == ""

    tell(loop, story())


def test_that_a_stop_that_fails_says_of_which_camera(
    controls: Controls,
    turning: Turning,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mover, "TOLD_AFTER_S", 0.0)
    told: list[tuple[bool, int]] = []
    controls.failed.connect(lambda _, stopped, of: told.append((stopped, of.id)))

    def fail(_channel: str) -> None:
        raise OSError

    async def story() -> None:
        controls.move(camera(), Move(1.0, 0.0, 0.0))
        await until(lambda: "moves" in turning.told)
        turning.stop = fail  # type: ignore[method-assign]
        controls.stop(7)
        await until(lambda: told == [(False, 7)], what="told at once, and tried on")
        turning.stop = lambda _: turning.told.append("stops")  # type: ignore[method-assign]
        await until(lambda: turning.told[-1] == "stops")

    tell(loop, story())


def test_that_a_source_that_changed_while_it_was_opened_is_opened_anew(
    controls: Controls, slow: Slow
) -> None:
    controls.know([OLD, OTHER], None)
    found: list[Any] = []
    asking = threading.Thread(target=lambda: found.append(controls._source(OLD.id)))
    asking.start()
    assert slow.begun.wait(10)
    assert controls._source(OTHER.id).address == OTHER.address, "held up by no other"  # type: ignore[attr-defined]
    controls.know([NEW, OTHER], None)
    slow.held[OLD.address].set()
    asking.join(10)
    assert found[0].address == NEW.address
    assert [one.address for one in slow.made if one.closed] == [OLD.address]
    assert controls._source(NEW.id) is found[0]

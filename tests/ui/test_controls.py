"""What the hand on the cameras does with sources that change under it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.camera_source import SourceKind, SourceRow
from app.domain.people import Role
from app.secrets import Seal
from tests.conftest import OpenDesk
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

"""What refers to itself is destroyed on the window's thread, whoever allocates meanwhile."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui import collector
from ui.collector import Collector


class Circle(QObject):
    """As a window that holds its own panels, which refer to it."""

    def __init__(self, ends: list[int]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: ends.append(threading.get_ident()))


def allocate() -> None:
    """More than makes Python look for circles by itself."""
    kept = [[number] for number in range(gc.get_threshold()[0] * 40)]
    assert kept


@pytest.fixture
def collecting(qtbot: QtBot) -> Iterator[Collector]:
    owner = QObject()
    made = Collector(owner)
    yield made
    made.end()


def test_that_a_circle_ends_on_the_windows_thread(collecting: Collector) -> None:
    ends: list[int] = []
    Circle(ends)
    other = threading.Thread(target=allocate)
    other.start()
    other.join()
    assert ends == [], "not by another thread"
    collecting.collect()
    assert ends == [threading.get_ident()]


def test_that_what_was_there_is_passed_over_and_old_circles_end_as_well(
    collecting: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gc.get_freeze_count() > 10_000
    ends: list[int] = []
    circle = Circle(ends)
    for _ in range(3):
        collecting.collect()
    del circle
    collecting.collect()
    assert ends == [], "it is old by now"
    monkeypatch.setattr(collector, "WHOLE_EACH_S", 0.0)
    collecting.collect()
    assert len(ends) == 1


def test_that_python_collects_again_afterwards(qtbot: QtBot) -> None:
    owner = QObject()
    Collector(owner).end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0

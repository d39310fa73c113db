"""A held key, told as pairs of releases and presses of one time, is no press after the first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui import key_repeat
from ui.actions import Command, Commands
from ui.key_repeat import of_program

DOWN, UP = QEvent.Type.KeyPress, QEvent.Type.KeyRelease


def hear(kind: QEvent.Type, at: int, key: Qt.Key = Qt.Key.Key_F2) -> bool:
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier)
    event.setTimestamp(at)
    of_program().hear(event)
    return of_program().is_held


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(key_repeat, "tells_pairs", lambda: True)


def test_that_pairs_of_one_time_are_a_key_that_is_held(pairs: None) -> None:
    assert not hear(DOWN, 1_000)
    for at in (1_660, 1_700, 1_740):
        assert not hear(UP, at)
        assert hear(DOWN, at)
        assert hear(DOWN, at), "as a shortcut and as a key"
    assert not hear(UP, 1_800), "let go"
    assert not hear(DOWN, 1_950), "a hand that presses again"


def test_that_another_key_is_another_press(pairs: None) -> None:
    hear(DOWN, 1_000)
    hear(UP, 1_100)
    assert not hear(DOWN, 1_100, Qt.Key.Key_F3)


def test_that_a_held_key_answers_once_and_the_mouse_as_often_as_it_clicks(
    pairs: None, qtbot: QtBot
) -> None:
    window, done = QWidget(), []
    qtbot.addWidget(window)
    commands = Commands(
        window,
        {
            Command.PASS: lambda: done.append("pass"),
            Command.NEXT_TILE: lambda: done.append("next"),
        },
    )
    hear(DOWN, 1_000)
    commands[Command.PASS].trigger()
    for at in (1_660, 1_700):
        hear(UP, at)
        hear(DOWN, at)
        commands[Command.PASS].trigger()
        commands[Command.NEXT_TILE].trigger()
    hear(UP, 1_730)
    commands[Command.PASS].trigger()  # by the mouse
    assert done == ["pass", "next", "next", "pass"]

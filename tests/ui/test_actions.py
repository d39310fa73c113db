"""Keys: what is held goes on only where that is meant, and every key is told."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.actions import FACES, HELD, Command, Commands, keys_told


def test_that_a_key_that_is_held_answers_once(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    commands = Commands(window, {command: lambda: None for command in Command})
    again = {command for command in Command if commands[command].autoRepeat()}
    assert again == HELD
    assert not again & {Command.PASS, Command.CAPTURE, Command.TOUR, Command.FULL_SCREEN}


def test_that_a_window_has_the_keys_that_it_has_an_effect_for(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    done: list[str] = []
    commands = Commands(window, {Command.ENLARGE: lambda: done.append("large")})
    assert [action.text() for action in window.actions()] == [FACES[Command.ENLARGE].words]
    commands[Command.ENLARGE].trigger()
    assert done == ["large"]


def test_that_the_sheet_tells_the_keys_of_wall_replay_and_re_check(chinese: None) -> None:
    told = "".join(keys_told())
    for words in ("云台", "回放", "核查窗口", "电子放大", "退出全屏"):
        assert words in told

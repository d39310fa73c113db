"""Every command of the console, named once: its words and its key."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ui.key_repeat import of_program
from ui.words import tr


class Command(Enum):
    """What can be asked of the console from anywhere in its window."""

    VIDEO = auto()
    CASES = auto()
    MAP = auto()
    DUTY = auto()
    DIRECTORY = auto()
    FIGURES = auto()
    STANDARD = auto()
    CAPTURE = auto()
    NEW_CASE = auto()
    FIND = auto()
    REPLAY = auto()
    ENLARGE = auto()
    FULL_SCREEN = auto()
    SECOND_WALL = auto()
    INSPECT = auto()
    PASS = auto()
    FOUND = auto()
    UNUSABLE = auto()
    UNUSABLE_AS = auto()
    TRACE = auto()
    TOUR = auto()
    TOUR_PAUSE = auto()
    TOUR_NEXT = auto()
    NEXT_TILE = auto()
    PREVIOUS_TILE = auto()
    CLEAR_TILE = auto()
    LOCK = auto()
    SIGN_OFF = auto()
    KEYS = auto()


class Face(NamedTuple):
    """How a command looks: its Chinese words and its key."""

    words: str
    key: str


FACES: dict[Command, Face] = {
    Command.VIDEO: Face("视频墙", "Ctrl+1"),
    Command.CASES: Face("案件", "Ctrl+2"),
    Command.MAP: Face("地图", "Ctrl+3"),
    Command.DUTY: Face("值班", "Ctrl+4"),
    Command.DIRECTORY: Face("点位", "Ctrl+5"),
    Command.FIGURES: Face("统计", "Ctrl+6"),
    Command.STANDARD: Face("标准", "Ctrl+7"),
    Command.CAPTURE: Face("取证登记", "F9"),
    Command.NEW_CASE: Face("新登记", "Ctrl+N"),
    Command.FIND: Face("查找点位或案件", "Ctrl+F"),
    Command.REPLAY: Face("即时回放", "F7"),
    Command.ENLARGE: Face("放大窗格", "F10"),
    Command.FULL_SCREEN: Face("全屏", "F11"),
    Command.SECOND_WALL: Face("副屏视频墙", "Ctrl+Shift+W"),
    Command.INSPECT: Face("开始或结束巡查", "F6"),
    Command.PASS: Face("巡查：正常", "F2"),
    Command.FOUND: Face("巡查：登记", "F3"),
    Command.UNUSABLE: Face("巡查：画面故障", "F4"),
    Command.UNUSABLE_AS: Face("巡查：选故障类型", "Shift+F4"),
    Command.TRACE: Face("追溯当前点位", "Ctrl+T"),
    Command.TOUR: Face("开始或停止轮巡", "F8"),
    Command.TOUR_PAUSE: Face("轮巡暂停或继续", "Shift+F8"),
    Command.TOUR_NEXT: Face("轮巡下一组", "Ctrl+Down"),
    Command.NEXT_TILE: Face("下一窗格", "Ctrl+Right"),
    Command.PREVIOUS_TILE: Face("上一窗格", "Ctrl+Left"),
    Command.CLEAR_TILE: Face("清空窗格", "Ctrl+Del"),
    Command.LOCK: Face("锁屏", "Ctrl+L"),
    Command.SIGN_OFF: Face("退出登录", "Ctrl+Shift+Q"),
    Command.KEYS: Face("快捷键", "F1"),
}


HELD = frozenset({Command.NEXT_TILE, Command.PREVIOUS_TILE, Command.TOUR_NEXT})
"""What goes on while its key is held. An answer to a spot or a piece of evidence is one press."""

EVERYWHERE = frozenset({Command.LOCK, Command.SECOND_WALL})
"""Whichever window of the desk is in front: nobody leaves it open because another one was."""


class Commands:
    """The actions of one window: those that it has an effect for."""

    def __init__(self, window: QWidget, effects: dict[Command, Callable[[], object]]) -> None:
        self._repeat = of_program()
        self._actions: dict[Command, QAction] = {}
        for command, effect in effects.items():
            face = FACES[command]
            action = QAction(tr(face.words), window)
            action.setShortcut(QKeySequence(face.key))
            action.setAutoRepeat(command in HELD)
            if command in EVERYWHERE:
                action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
            action.triggered.connect(partial(self._do, command, effect))
            window.addAction(action)
            self._actions[command] = action

    def __getitem__(self, command: Command) -> QAction:
        return self._actions[command]

    def _do(self, command: Command, effect: Callable[[], object], _checked: bool = False) -> None:
        if command in HELD or not self._repeat.is_held:
            effect()

    def enable(self, enabled: bool) -> None:
        """Let all of them work, or none (while locked or signed off)."""
        for action in self._actions.values():
            action.setEnabled(enabled)


def keys_told(works: Callable[[Command], bool] = lambda command: True) -> tuple[str, str]:
    """All keys that work for whoever sits here, as the key sheet shows them in two columns."""
    rows = [_row(face.key, face.words) for one, face in FACES.items() if works(one)]
    rows += [
        _row(key, words)
        for key, words in (
            ("Alt+1…9", "案件：第几个动作"),
            ("Ctrl+Enter", "登记或确定"),
            ("Esc", "放弃登记；退出全屏"),
            ("↑ ↓ Enter", "选择类别"),
            ("← → ↑ ↓", "云台：按住转动"),
            ("PgUp PgDn", "云台：按住变倍"),
            ("1…9", "云台：调用预置位"),
            ("Shift+拖框", "云台：拖框定位"),
            ("滚轮", "窗格：电子放大，按住拖动"),
            ("空格 →", "回放：暂停、逐帧"),
            ("F2 F4 F9", "核查窗口：合格、不合格、取照片"),
        )
    ]
    half = (len(rows) + 1) // 2
    return f"<table>{''.join(rows[:half])}</table>", f"<table>{''.join(rows[half:])}</table>"


def _row(key: str, words: str) -> str:
    return (
        f"<tr><td style='padding:5px 26px 5px 0'><b>{tr(key)}</b></td>"
        f"<td style='padding:5px 0'>{tr(words)}</td></tr>"
    )

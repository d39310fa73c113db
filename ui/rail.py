"""The rail at the left edge: the pages, and what is wanted from each of them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.actions import Command, Commands
from ui.icons import icon

ICONS = {
    Command.VIDEO: "video",
    Command.CASES: "cases",
    Command.MAP: "map",
    Command.DUTY: "duty",
    Command.DIRECTORY: "directory",
    Command.FIGURES: "figures",
    Command.STANDARD: "standard",
    Command.NEW_CASE: "new",
    Command.LOCK: "lock",
    Command.KEYS: "keys",
    Command.SIGN_OFF: "leave",
}
PAGES = (
    Command.VIDEO,
    Command.CASES,
    Command.MAP,
    Command.DUTY,
    Command.DIRECTORY,
    Command.FIGURES,
    Command.STANDARD,
)
"""From top to bottom."""

MORE = (Command.NEW_CASE, Command.LOCK, Command.KEYS, Command.SIGN_OFF)
WIDE = 96


class Rail(QWidget):
    """Signals: `page_chosen(Command)`: the command of a page."""

    page_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(0)
        self._pages = QButtonGroup(self)
        self._buttons: dict[Command, QToolButton] = {}
        for place, command in enumerate(PAGES):
            button = self._add(column, command)
            button.setCheckable(True)
            self._pages.addButton(button, place)
        self._pages.idClicked.connect(lambda place: self.page_chosen.emit(PAGES[place]))
        column.addStretch()
        for command in MORE:
            self._add(column, command)

    def _add(self, column: QVBoxLayout, command: Command) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(ICONS[command]))
        button.setIconSize(QSize(24, 24))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buttons[command] = button
        column.addWidget(button)
        return button

    def name(self, commands: Commands) -> None:
        """Words and keys of the buttons are those of their commands."""
        for command, button in self._buttons.items():
            button.setText(commands[command].text())
            button.setToolTip(commands[command].shortcut().toString())
            if command in MORE:
                button.clicked.connect(commands[command].trigger)

    def mark(self, page: Command) -> None:
        """This page is shown."""
        self._buttons[page].setChecked(True)

    def offer(self, command: Command, works: bool) -> None:
        """A page that does not work for this role is not there; anything else is grey."""
        button = self._buttons[command]
        if command in MORE:
            button.setEnabled(works)
        else:
            button.setVisible(works)

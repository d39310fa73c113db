"""Asks for a name under which something is kept, and whether everybody is to have it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ui.words import tr

LONGEST = 60


class NameDialog(QDialog):
    """Calls `then(name, for_all)` when it is accepted; nothing waits while it is open."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        hint: str,
        may_share: bool,
        then: Callable[[str, bool], None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(360)
        self.name = QLineEdit(placeholderText=hint)
        self.name.setMaxLength(LONGEST)
        self.for_all = QCheckBox(tr("全体共用"))
        self.for_all.setVisible(may_share)
        buttons = QDialogButtonBox()
        go = buttons.addButton(tr("保存"), QDialogButtonBox.ButtonRole.AcceptRole)
        go.setProperty("weight", "main")
        buttons.addButton(tr("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        column = QVBoxLayout(self)
        for widget in (self.name, self.for_all, buttons):
            column.addWidget(widget)
        go.setEnabled(False)
        self.name.textChanged.connect(lambda text: go.setEnabled(bool(text.strip())))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: then(self.name.text(), self.for_all.isChecked()))

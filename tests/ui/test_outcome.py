"""What an import says of itself, line by line."""

from __future__ import annotations

from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import Refusal
from app.services.directory import Change, Outcome, Refused
from ui.directory.outcome import list_lines


def test_that_refusals_changes_and_warnings_are_listed_in_this_order(qtbot: QtBot) -> None:
    tree = QTreeWidget()
    qtbot.addWidget(tree)
    outcome = Outcome(
        rows=3,
        added=0,
        changes=[Change(2, "点位2", (("名称", "旧", "新"), ("地址", "", "体育西路")))],
        same=1,
        refused=[Refused(3, [], [("编码", Refusal("编码必填"))])],
        warnings=[(1, "平台称这个点位离线")],
    )
    list_lines(tree, outcome)
    rows = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    assert [tuple(row.text(n) for n in range(3)) for row in rows if row is not None] == [
        ("3", "编码", "编码必填"),
        ("2", "更新 名称", "点位2：旧 → 新"),
        ("2", "更新 地址", "点位2：— → 体育西路"),
        ("1", "提醒", "平台称这个点位离线"),
    ]

"""What an import did, or would do, in one sentence."""

from __future__ import annotations

from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from app.services.directory import Outcome
from ui.words import sentence, tr

LISTED = 500
"""Lines shown on screen; the workbook has all that were refused."""


def summary(outcome: Outcome, title: str) -> str:
    """`title` says whether it was a trial or has been written."""
    return tr(
        "{title}：共 {rows} 行，新增 {added}，更新 {changed}，相同 {same}，未收 {refused}，"
        "提醒 {warned}",
        title=title,
        rows=outcome.rows,
        added=outcome.added,
        changed=outcome.changed,
        same=outcome.same,
        refused=len(outcome.refused),
        warned=len(outcome.warnings),
    )


def list_lines(tree: QTreeWidget, outcome: Outcome) -> None:
    """What was refused and why, what changes, and what is odd, in this order."""
    lines = [
        [str(one.row), tr(title), sentence(why)]
        for one in outcome.refused
        for title, why in one.problems
    ]
    for one in outcome.changes:
        for title, was, will in one.fields:
            told = f"{one.name}：{was or '—'} → {will or '—'}"
            lines.append([str(one.row), tr("更新") + " " + tr(title), told])
    lines += [[str(row), tr("提醒"), tr(remark)] for row, remark in outcome.warnings]
    tree.clear()
    items = [QTreeWidgetItem(line) for line in lines[:LISTED]]
    for item in items:
        item.setToolTip(2, item.text(2))  # two addresses are wider than the page
    tree.addTopLevelItems(items)

"""What an import did, or would do, in one sentence."""

from __future__ import annotations

from app.services.directory import Outcome
from ui.words import tr


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

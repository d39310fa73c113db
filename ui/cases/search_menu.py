"""Searches kept under a name, beside the boxes that they fill in."""

from __future__ import annotations

from collections.abc import Callable

from app.desk import Desk
from app.services import searches
from ui.cases.filter_bar import FilterBar
from ui.notices import Notices
from ui.widgets.kept_menu import KeptMenu, Wording
from ui.words import tr


class SearchMenu(KeptMenu):
    """One's own searches and everybody's."""

    def __init__(
        self, desk: Desk, bar: FilterBar, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        wording = Wording(
            button=tr("查询"),
            spoken=tr("保存的查询"),
            save_now=tr("保存现在的条件…"),
            save=tr("保存查询"),
            name=tr("查询名称"),
            remove=tr("删除查询"),
        )
        super().__init__(desk, notices, on_error, searches, wording, bar.state, bar.restore)

"""Walls kept under a name; cameras that are gone leave their tile empty."""

from __future__ import annotations

from collections.abc import Callable

from app.desk import Desk
from app.services import layouts
from ui.notices import Notices
from ui.video.walls import Walls
from ui.widgets.kept_menu import KeptMenu, Wording
from ui.words import tr


class LayoutMenu(KeptMenu):
    """One's own walls and everybody's."""

    def __init__(
        self, desk: Desk, walls: Walls, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        wording = Wording(
            button=tr("布局"),
            spoken=tr("保存的布局"),
            save_now=tr("保存现在的布局…"),
            save=tr("保存布局"),
            name=tr("布局名称"),
            remove=tr("删除布局"),
        )
        super().__init__(desk, notices, on_error, layouts, wording, walls.state, walls.apply)

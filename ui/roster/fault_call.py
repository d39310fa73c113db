"""Whoever leads the shift is told of a new device fault once, whichever page is shown."""

from __future__ import annotations

from app.desk import Desk
from app.domain.people import Role
from app.services import faults
from app.services.faults import FaultLine
from ui.labels import clock, label
from ui.notices import Notices
from ui.top_bar import TopBar
from ui.words import tr

TOLD_AT_ONCE = 3


class FaultCall:
    """Counts the open faults into the top bar; remembers which ones this person heard of."""

    def __init__(self, desk: Desk, top: TopBar, notices: Notices) -> None:
        self._desk, self._top, self._notices = desk, top, notices
        self._told: set[int] = set()

    def forget_person(self) -> None:
        """The next one has heard of none."""
        self._told.clear()

    async def load(self) -> None:
        """Count the faults that are open, and call those that are new."""
        who = self._desk.signed
        still = [line for line in await self._desk.ask(faults.listed) if line.solved_at is None]
        if self._desk.signed is not who:
            return  # whoever sits here now asks, and is told, anew
        waiting = [line for line in still if line.assessed_at is None]
        new = [line for line in waiting if line.id not in self._told]
        self._told |= {line.id for line in waiting}
        self._top.show_faults(len(still), len(waiting))
        if new and self._desk.signed.role in (Role.SHIFT_LEADER, Role.OPERATOR):
            told = "、".join(map(_words, new[:TOLD_AT_ONCE]))
            self._notices.say(tr("设备故障待评估：{told}", told=told), "wrong")


def _words(line: FaultLine) -> str:
    return tr(
        "{camera} {state}（{at} 前）",
        camera=line.camera,
        state=label(line.state),
        at=clock(line.assess_by)[-5:],
    )

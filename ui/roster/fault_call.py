"""Whoever leads the shift hears of a device fault when it is new and when its clocks run out,
whichever page is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from PySide6.QtWidgets import QApplication

from app.desk import Desk
from app.domain.people import Role
from app.services import faults
from app.services.faults import FaultLine
from ui.labels import clock, label
from ui.notices import Notices
from ui.top_bar import TopBar
from ui.words import listed, tr

TOLD_AT_ONCE = 3

ASSESS_SOON, SOLVE_SOON = timedelta(minutes=5), timedelta(minutes=15)
"""A fault is called again when so much of its fifteen minutes, or of its hour, is left."""

CALLED = frozenset({Role.SHIFT_LEADER, Role.OPERATOR})


class FaultCall:
    """Counts the open faults into the top bar; remembers what this person has heard."""

    def __init__(self, desk: Desk, top: TopBar, notices: Notices) -> None:
        self._desk, self._top, self._notices = desk, top, notices
        self._told: set[tuple[int, str]] = set()
        self._still: list[FaultLine] = []

    def forget_person(self) -> None:
        """The next one has heard of none."""
        self._told.clear()
        self._still = []
        self._top.show_faults(0, 0)

    async def load(self) -> None:
        """Count the faults that are open, and call those that are new."""
        who = self._desk.signed
        still = [line for line in await self._desk.ask(faults.listed) if line.solved_at is None]
        if self._desk.signed is not who:
            return  # whoever sits here now asks, and is told, anew
        self._still = still
        waiting = [line for line in still if line.assessed_at is None]
        self._top.show_faults(len(still), len(waiting))
        new = [line for line in waiting if (line.id, "new") not in self._told]
        self._told |= {(line.id, "new") for line in new}
        if new:
            told = listed(map(_words, new[:TOLD_AT_ONCE]))
            self._call([tr("设备故障待评估：{told}", told=told)], len(new))

    def tick(self, now: datetime) -> None:
        """Call those whose time runs out, and once more when it has; to be called each minute."""
        due = [
            (line, mark, sentence)
            for line in self._still
            for mark, sentence in _due(line, now)
            if (line.id, mark) not in self._told
        ]
        self._told |= {(line.id, mark) for line, mark, _ in due}
        if due:
            self._call([sentence for *_, sentence in due[:TOLD_AT_ONCE]], len(due))

    def _call(self, sentences: list[str], count: int) -> None:
        """Say them; `count` is how many faults there are to be told of."""
        if self._desk.signed.role in CALLED:
            more = count - TOLD_AT_ONCE
            rest = [tr("另有 {n} 个设备故障，见列表", n=more)] if more > 0 else []
            self._notices.say("\n".join([*sentences, *rest]), "wrong")
            QApplication.beep()


def _due(line: FaultLine, now: datetime) -> Iterator[tuple[str, str]]:
    """Which of a fault's limits are near or over, each with the sentence for it."""
    about = {"camera": line.camera, "state": label(line.state)}
    if line.assessed_at is None:
        if now >= line.assess_by:
            yield "assess", tr("{camera} {state}：15 分钟评估时限已过", **about)
        elif now >= line.assess_by - ASSESS_SOON:
            at = clock(line.assess_by)[-5:]
            yield "assess soon", tr("{camera} {state}：请在 {at} 前评估", **about, at=at)
    elif line.solve_by is not None and line.recovered_at is None:
        if now >= line.solve_by:
            yield "solve", tr("{camera} {state}：1 小时解决时限已过", **about)
        elif now >= line.solve_by - SOLVE_SOON:
            at = clock(line.solve_by)[-5:]
            yield "solve soon", tr("{camera} {state}：请在 {at} 前解决", **about, at=at)


def _words(line: FaultLine) -> str:
    return tr(
        "{camera} {state}（请在 {at} 前评估）",
        camera=line.camera,
        state=label(line.state),
        at=clock(line.assess_by)[-5:],
    )

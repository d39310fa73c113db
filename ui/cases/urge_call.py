"""Cases whose limit runs out are urged, by whichever desk looks first, and its people are told."""

from __future__ import annotations

from app.desk import Desk
from app.domain.people import Role
from app.services import urging
from ui.notices import Notices
from ui.words import listed, tr

TOLD_AT_ONCE = 3
CALLED = frozenset({Role.DISPATCHER, Role.SHIFT_LEADER})


async def urge(desk: Desk, notices: Notices) -> None:
    """Urge what is due; to be called each minute."""
    told = await desk.run_long(urging.carry_out)
    if told and desk.signed.role in CALLED:
        lines = listed(
            f"{one.number} {one.department} {one.mark.percent}%" for one in told[:TOLD_AT_ONCE]
        )
        notices.say(tr("{n} 宗案件临近或超过期限：{lines}", n=len(told), lines=lines), "wrong")

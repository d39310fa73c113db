"""The audit on the screen: acts, and who watched a camera."""

from __future__ import annotations

import asyncio

from app.domain.audit import Act
from app.domain.ledger import Visit
from app.domain.people import Role
from app.domain.roster import shift_at
from app.services import audit, ledger
from tests.conftest import FakeClock, OpenDesk, tell, until
from tests.journeys.conftest import ON_SQLITE
from tests.services.test_audit import camera
from ui.roster.audit_view import WATCHING, AuditView


def fail(error: Exception) -> None:
    raise error


@ON_SQLITE
def test_that_acts_and_watching_are_told_by_camera(
    open_desk: OpenDesk, clock: FakeClock, loop: asyncio.AbstractEventLoop, qtbot: object
) -> None:
    camera_id = camera(open_desk)
    operator, leader = open_desk(Role.OPERATOR, "甲席"), open_desk(Role.SHIFT_LEADER, "值席")
    operator.do_now(audit.note, Act.CONTROL, camera_id, "调用预置位 1")
    who = (operator.signed.person_id, operator.signed.name, "甲席")
    operator.do_now(ledger.put, [Visit(camera_id, *who, *shift_at(clock.now), clock.now, 61.0)])
    view = AuditView(leader, fail)

    def cells(column: int) -> list[str]:
        rows = range(view.table.topLevelItemCount())
        return [item.text(column) for n in rows if (item := view.table.topLevelItem(n))]

    async def story() -> None:
        view.reload()
        await until(lambda: cells(6) == ["调用预置位 1"], what="all acts")
        view.text.setText("别处")
        await until(lambda: not cells(6) and view.told.text().startswith("0"), what="none there")
        view.act.setCurrentIndex(view.act.findData(WATCHING))
        await until(lambda: view.told.text().startswith("0"))
        view.text.setText("")
        await until(lambda: "请填写点位" in view.told.text(), what="asked which")
        view.text.setText("路口")
        await until(lambda: len(cells(6)) == 1, what="who watched it")
        assert cells(5) == ["路口"]
        assert "61 秒" in cells(6)[0]

    tell(loop, story())

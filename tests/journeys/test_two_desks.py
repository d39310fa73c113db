"""Two desks on one case, on both databases: each sees what the other did."""

from __future__ import annotations

import asyncio

from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cases
from tests.builders import draft
from tests.conftest import until
from tests.journeys.conftest import OpenSeat, tell


def test_that_a_case_dispatched_at_one_desk_shows_at_the_other(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    reception, dispatch = open_seat("甲席", Role.OPERATOR), open_seat("乙席", Role.DISPATCHER)

    async def story() -> None:
        await until(lambda: reception.window.list.loaded and dispatch.window.list.loaded)
        case_id = await reception.desk.run(cases.register, draft())
        model = dispatch.window.list.model
        await until(lambda: model.place_of(case_id) is not None, 5, "the new case at desk 乙")
        dispatch.window.casework.open_case(case_id)
        panel = dispatch.window.panel
        await until(lambda: panel.detail is not None)
        for action in (Action.ACCEPT, Action.FILE):
            await until(panel.buttons[action].isEnabled)
            panel.press(action)
            await until(lambda a=action: panel.detail.steps[-1].action is a)
        await until(panel.buttons[Action.DISPATCH].isEnabled)
        panel.press(Action.DISPATCH)
        assert panel.sheet.department.currentText() == "城管执法队"  # who is usually responsible
        panel.sheet.submit()
        shown = reception.window.list.model
        await until(
            lambda: shown.row_at(shown.place_of(case_id) or 0).department == "城管执法队",
            5,
            "the department at desk 甲",
        )

    tell(loop, story())


def test_that_the_slower_desk_keeps_its_words_and_sees_both(
    open_seat: OpenSeat, loop: asyncio.AbstractEventLoop
) -> None:
    one, other = open_seat("甲席", Role.DISPATCHER), open_seat("乙席", Role.DISPATCHER)

    async def story() -> None:
        case_id = await one.desk.run(cases.register, draft())
        for seat in (one, other):
            seat.window.casework.open_case(case_id)
        await until(lambda: one.window.panel.detail and other.window.panel.detail)
        panel = other.window.panel
        panel.press(Action.DECLINE)
        panel.sheet.note.setPlainText("不属于城市管理")
        panel.refresh = lambda ids: None  # type: ignore[method-assign] -- the news is slow today
        seen = panel.detail
        one.window.panel.press(Action.ACCEPT)
        await until(lambda: one.window.panel.detail.row.status is CaseStatus.ACCEPTED)
        panel.put(seen)
        panel.sheet.submit()
        await until(lambda: panel.sheet.conflict.isVisible(), what="the conflict")
        told = panel.sheet.conflict.text()
        assert "受理" in told
        assert "不予立案" in told
        assert panel.sheet.note.toPlainText() == "不属于城市管理"
        assert panel.detail.row.status is CaseStatus.ACCEPTED
        panel.sheet.submit()  # knowing both, the operator goes on
        await until(lambda: panel.detail.row.status is CaseStatus.DECLINED)

    tell(loop, story())

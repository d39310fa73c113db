"""A fault is called when it is new, before its limits and after them; each once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.camera import StreamState
from app.domain.people import Role
from app.services import faults
from tests.conftest import FakeClock, OpenDesk, tell
from tests.journeys.conftest import ON_SQLITE
from tests.services.test_faults import two_cameras
from ui.roster.fault_call import FaultCall

pytestmark = [ON_SQLITE, pytest.mark.usefixtures("qtbot")]


class Called:
    """What was said, and how often it rang."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        self.rang = 0
        monkeypatch.setattr(QApplication, "beep", self._ring)

    def say(self, text: str, tone: str) -> None:
        assert tone == "wrong"
        self.said.append(text)

    def _ring(self) -> None:
        self.rang += 1

    def take(self) -> list[str]:
        said, self.said = self.said, []
        return said


def test_that_both_clocks_are_called_before_they_run_out_and_when_they_have(
    open_desk: OpenDesk,
    clock: FakeClock,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, _ = two_cameras(open_desk)
    leader = open_desk(Role.SHIFT_LEADER, "值席")
    opened, _ = leader.do_now(faults.observe, one, StreamState.BLACK)
    heard, top = Called(monkeypatch), SimpleNamespace(show_faults=lambda *counts: None)
    notices: Any = heard
    call = FaultCall(leader, top, notices)  # type: ignore[arg-type]

    async def story() -> None:
        await call.load()
        assert "点位1 黑屏" in heard.take()[0]
        call.tick(clock.now)
        assert heard.take() == []
        clock.go_on(minutes=11)
        call.tick(clock.now)
        call.tick(clock.now)
        assert ["请在" in said and "评估" in said for said in heard.take()] == [True], "once"
        clock.go_on(minutes=4)
        call.tick(clock.now)
        assert ["评估时限已过" in said for said in heard.take()] == [True]
        await leader.run(faults.assess, [opened], True, "断电")
        await call.load()
        assert heard.take() == []
        clock.go_on(minutes=35)  # of the hour since it was seen, ten are left
        call.tick(clock.now)
        assert ["请在" in said and "解决" in said for said in heard.take()] == [True]
        clock.go_on(minutes=15)
        call.tick(clock.now)
        assert ["解决时限已过" in said for said in heard.take()] == [True]
        await leader.run(faults.observe, one, StreamState.LIVE)
        await call.load()
        call.forget_person()
        await call.load()
        call.tick(clock.now)
        assert heard.take() == [], "it is well again: nothing is owed within the hour"
        assert heard.rang == 5

    tell(loop, story())

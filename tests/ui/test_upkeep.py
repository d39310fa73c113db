"""The upkeep runs by itself, portion after portion, and waits for another day when it cannot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import QObject

from app.domain.errors import LinkLost
from tests.conftest import tell, until
from ui import upkeep
from ui.upkeep import EACH_MS, Upkeep


class Portions:
    """A desk whose database answers this, one after the other."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers, self.asked = list(answers), 0

    async def run_long(self, verb: Any) -> int:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answers", "asked"), [((5000, 5000, 12, 0), 4), ((5000, LinkLost("没有应答")), 2)]
)
def test_that_it_goes_on_until_nothing_is_left(
    answers: tuple[Any, ...],
    asked: int,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upkeep, "FIRST_MS", 10)
    desk, told = Portions(*answers), []
    window = QObject()

    async def story() -> None:
        kept = Upkeep(desk, window, told.append)  # type: ignore[arg-type]
        await until(lambda: not desk.answers)
        await asyncio.sleep(0)
        assert (desk.asked, told) == (asked, [])
        assert kept._timer.interval() == EACH_MS
        kept._timer.stop()

    tell(loop, story())

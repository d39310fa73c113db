"""The background round: never more than it may, never at the wall's cost, nobody left out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.domain.camera import CameraRow, Stream, StreamState
from app.domain.people import Role
from app.services import directory
from app.services.cameras import Looks, StateNote, note_states
from app.video.messages import StreamKey
from tests.conftest import OpenDesk, tell, until
from tests.services.test_faults import two_cameras
from ui.video import rounds
from ui.video.rounds import (
    AT_ONCE,
    DWELL_S,
    LONGEST_S,
    MOST_AT_ONCE,
    OTHERS_LATER_S,
    THOROUGH_EACH_S,
    Rounds,
)

pytestmark = pytest.mark.usefixtures("qtbot")


class Examined:
    """A stage that opens nothing and keeps what it was asked for."""

    def __init__(self) -> None:
        self.now: list[int] = []
        self.asked: list[int] = []
        self.looked_at: set[int] = set()
        self.sealed: set[int] = set()
        self.states: dict[int, StreamState] = {}

    def preopen(self, camera_id: int) -> bool:
        self.asked.append(camera_id)
        if camera_id in self.sealed:
            return False
        self.now.append(camera_id)
        return True

    def unopen(self, camera_id: int) -> None:
        self.now.remove(camera_id)

    def open_key(self, camera_id: int) -> StreamKey | None:
        open_now = camera_id in self.looked_at or camera_id in self.now
        return StreamKey(camera_id, Stream.SUB) if open_now else None

    def best_state(self, camera_id: int) -> StreamState:
        return self.states.get(camera_id, StreamState.LIVE)


class Clock:
    def __init__(self) -> None:
        self.now, self.busy = 50.0, False

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(rounds, "time", made)
    monkeypatch.setattr(rounds, "is_busy", lambda: made.busy)
    return made


@pytest.fixture
def stage(qtbot: QtBot) -> Examined:
    return Examined()


@pytest.fixture
def going(stage: Examined, steady: Clock, open_desk: OpenDesk) -> Iterator[Rounds]:
    made = Rounds(open_desk(Role.OPERATOR, "甲席"), stage, fail)  # type: ignore[arg-type]
    yield made
    made.stop()
    assert stage.now == []


def fail(error: Exception) -> None:
    raise error


def cameras(count: int) -> list[CameraRow]:
    url: Any = "rtsp://10.0.0.1/x"
    return [camera(number, url) for number in range(1, count + 1)]


def camera(number: int, url: str) -> CameraRow:
    told: dict[str, Any] = dict.fromkeys(CameraRow._fields, "")
    told |= {"id": number, "main_url": url, "sub_url": url, "enabled": True, "source_id": None}
    return CameraRow(**told)


def test_that_all_are_examined_in_turn_and_never_more_than_may_be(
    going: Rounds, stage: Examined, steady: Clock
) -> None:
    going.put(cameras(10))
    for _ in range(4 * 20):
        going.step()
        assert len(stage.now) <= AT_ONCE
        steady.now += DWELL_S / 18
    assert set(stage.asked) == set(range(1, 11))
    first, second = stage.asked[:10], stage.asked[10:]
    assert sorted(first) == list(range(1, 11)), "nobody twice before everybody once"
    assert second[0] == 1, "then again, the one that has waited longest first"


def test_that_a_busy_machine_begins_with_nobody_and_ends_those_it_has(
    going: Rounds, stage: Examined, steady: Clock
) -> None:
    going.put(cameras(10))
    going.step()
    steady.busy = True
    steady.now += DWELL_S + 1
    going.step()
    assert stage.now == []
    steady.now += 100
    going.step()
    assert stage.now == []
    steady.busy = False
    going.step()
    assert len(stage.now) == AT_ONCE


def test_that_what_has_just_left_the_wall_is_looked_at_for_long_enough_now_and_then(
    going: Rounds, stage: Examined, steady: Clock
) -> None:
    going.look_on([1, 2])
    assert stage.now == [1, 2]
    going.look_on([1, 3])
    assert stage.now == [1, 2, 3], "once is enough"
    steady.now += DWELL_S
    stage.states[2] = StreamState.FROZEN
    going.step()
    assert stage.now == [2], "one that is in trouble stays until that has lasted"
    going.look_on([1, 3])
    assert stage.now == [2], "looked at a moment ago"
    steady.now += THOROUGH_EACH_S
    stage.states.clear()
    going.step()
    going.look_on(range(1, 20))
    assert stage.now == [1, *range(3, MOST_AT_ONCE + 2)], "never more than may be"
    steady.busy = True
    going.step()
    assert len(stage.now) == MOST_AT_ONCE
    steady.now += DWELL_S
    going.step()
    steady.now += THOROUGH_EACH_S
    going.look_on([1])
    assert stage.now == [], "not at the wall's cost"


def test_that_a_camera_somebody_looks_at_needs_no_round(going: Rounds, stage: Examined) -> None:
    stage.looked_at = {1, 2, 3}
    going.put(cameras(5))
    going.step()
    assert stage.now == [4, 5]


def test_that_one_in_trouble_stays_until_the_trouble_can_be_a_fault(
    going: Rounds, stage: Examined, steady: Clock
) -> None:
    going.put(cameras(6))
    going.step()
    stage.states[2] = StreamState.BLACK
    steady.now += DWELL_S + 1
    going.step()
    assert 2 in stage.now
    assert 1 not in stage.now
    steady.now += LONGEST_S
    going.step()
    assert 2 not in stage.now


def test_that_passwords_that_cannot_be_opened_hold_nothing_up(
    going: Rounds, stage: Examined, steady: Clock
) -> None:
    stage.sealed = set(range(1, 1001))
    going.put(cameras(1001))
    going.step()
    assert len(stage.asked) == AT_ONCE, "a few each time, and not the whole directory at once"
    for _ in range(300):
        steady.now += 0.1
        going.step()
    assert 1001 in stage.now


NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_that_what_any_desk_has_seen_lately_can_wait(going: Rounds, stage: Examined) -> None:
    going.put(cameras(8))
    ago = {1: 40.0, 2: -3.0, 3: 10.0, 4: -86_400.0, 5: 90_000.0}  # 4: a desk's clock is wrong
    newest = {one: NOW - timedelta(seconds=seconds) for one, seconds in ago.items()}
    going.know(Looks(newest, ("甲席",)), NOW)
    going.step()
    assert stage.asked == [4, 6, 7, 8], "whom nobody has seen"
    stage.looked_at = {4, 6, 7, 8}
    going.stop()
    going.step()
    assert stage.asked[4:] == [5, 1], "then who was seen longest ago, and nobody just now"


def test_that_desks_share_a_directory_and_take_over_what_is_left_lying(
    going: Rounds, stage: Examined, steady: Clock
) -> None:
    steady.now = 2 * OTHERS_LATER_S
    going.put(cameras(8))
    going.know(Looks({}, ("乙席", "甲席")), NOW)
    going.step()
    assert len({one % 2 for one in stage.asked}) == 1, "every second one: the other desk's are its"
    ours = set(stage.asked)
    going.know(Looks({one: NOW for one in range(1, 9)}, ("乙席", "甲席")), NOW)
    for _ in range(4):
        going.step()
        steady.now += DWELL_S + 1
    assert set(stage.asked) == ours
    steady.now += OTHERS_LATER_S  # in which the other desk has done nothing
    for _ in range(4):
        going.step()
        steady.now += DWELL_S + 1
    assert set(stage.asked) == set(range(1, 9))


def test_that_a_round_goes_on_where_the_desks_have_left_it(
    open_desk: OpenDesk,
    loop: asyncio.AbstractEventLoop,
    stage: Examined,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "TICK_MS", 20)
    monkeypatch.setattr(rounds, "is_busy", lambda: False)
    one, other = two_cameras(open_desk)
    desk, beside = open_desk(Role.OPERATOR, "甲席"), open_desk(Role.OPERATOR, "乙席")
    beside.do_now(note_states, [StateNote(one, "sub", StreamState.LIVE, beside.clock())])

    async def story() -> None:
        made = Rounds(desk, stage, fail)  # type: ignore[arg-type]
        made.put(desk.ask_now(directory.view).cameras)
        await until(lambda: made._parts == 2, what="it knows of the other desk")
        await until(lambda: stage.now == [other], what="and leaves what that one has just seen")
        made.stop()

    tell(loop, story())


def test_that_a_database_that_hangs_is_asked_once_and_again_after_its_answer(
    going: Rounds, steady: Clock, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[asyncio.Future[Looks]] = []

    async def ask(*_: object) -> Looks:
        asked.append(asyncio.get_running_loop().create_future())
        return await asked[-1]

    monkeypatch.setattr(going._desk, "ask", ask)
    steady.now = 1_000.0

    async def story() -> None:
        for _ in range(5):
            going._on_tick()
            await asyncio.sleep(0)
            steady.now += rounds.ASK_S
        assert len(asked) == 1
        asked[0].set_result(Looks({}, []))
        await until(lambda: going._knows)
        going._on_tick()
        await asyncio.sleep(0)
        assert len(asked) == 1, "a minute after the answer, not at once"
        steady.now += rounds.ASK_S
        going._on_tick()
        await asyncio.sleep(0)
        assert len(asked) == 2
        asked[1].set_result(Looks({}, []))
        await until(lambda: not going._asks)

    tell(loop, story())

"""Faults through retries: trying to connect again does not begin the half minute anew."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.domain.camera import Stream, StreamState
from app.domain.errors import LinkLost
from app.domain.people import Role
from app.services import faults
from app.services.cameras import note_states
from app.video.messages import PictureTaken, StreamKey
from db.unit_of_work import Work
from tests.conftest import FakeClock, OpenDesk, tell, until
from tests.journeys.conftest import ON_SQLITE
from tests.services.test_faults import two_cameras
from ui.video.camera_watch import ASK_S, AWAY_S, FAULT_AFTER_S, WELL_S, CameraWatch

S = StreamState
pytestmark = ON_SQLITE


class Said(QObject):
    """What a stage says, said by hand: engines take minutes for what a test does in a moment."""

    state_changed = Signal(object, object)
    looked = Signal(object)
    picture_taken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[int, StreamState] = {}

    def say(self, camera: int, state: StreamState) -> None:
        self.states[camera] = state
        self.state_changed.emit(StreamKey(camera, Stream.SUB), state)

    def best_state(self, camera: int) -> StreamState:
        return self.states.get(camera, S.IDLE)

    def open_key(self, camera: int) -> StreamKey | None:
        return StreamKey(camera, Stream.SUB) if camera in self.states else None

    def refer(self, camera: int, look: bytes | None) -> None:
        pass

    def ask_picture(self, camera: int) -> None:
        told = PictureTaken(StreamKey(camera, Stream.SUB), b"as it looks", 1_780_000_000.0)
        self.picture_taken.emit(told)


def test_that_a_camera_that_is_tried_again_and_again_becomes_a_fault_all_the_same(
    open_desk: OpenDesk, loop: asyncio.AbstractEventLoop
) -> None:
    one, _ = two_cameras(open_desk)
    desk = open_desk(Role.OPERATOR)
    now = [1000.0]

    def fail(error: Exception) -> None:
        raise error

    async def story() -> None:
        stage = Said()
        watch = CameraWatch(desk, stage, fail, lambda: now[0])  # type: ignore[arg-type]
        for _ in range(4):
            stage.say(one, S.CONNECTING)
            now[0] += 2
            stage.say(one, S.UNREACHABLE)
            now[0] += 9  # well below the half minute that makes a fault
            watch._look()
        async with asyncio.timeout(5):
            while not await desk.ask(faults.listed):
                await asyncio.sleep(0.02)
        (fault,) = await desk.ask(faults.listed)
        seen = await desk.ask(faults.sight, fault.id)
        while not seen.pictures:
            await asyncio.sleep(0.02)
            seen = await desk.ask(faults.sight, fault.id)
        assert [(one.state, one.jpeg) for one in seen.pictures] == [(S.UNREACHABLE, b"as it looks")]
        stage.say(one, S.CONNECTING)
        stage.say(one, S.LIVE)
        now[0] += 31
        watch._look()
        async with asyncio.timeout(5):
            while (await desk.ask(faults.listed))[0].recovered_at is None:
                await asyncio.sleep(0.02)
        stage.say(one, S.IDLE)
        assert watch.state(one) is S.IDLE
        await until(lambda: not watch._noting)
        watch._timer.stop()

    tell(loop, story())


def test_that_no_change_is_lost_while_the_database_is_away(
    open_desk: OpenDesk,
    clock: FakeClock,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, _ = two_cameras(open_desk)
    desk = open_desk(Role.OPERATOR)
    away, now = [True], [1000.0]
    really = Desk.run

    async def run(self: Desk, verb: Any, *args: Any) -> Any:
        if away[0]:
            raise LinkLost("数据库连接中断")
        return await really(self, verb, *args)

    monkeypatch.setattr(Desk, "run", run)

    async def story() -> None:
        stage = Said()
        watch = CameraWatch(desk, stage, lambda error: None, lambda: now[0])  # type: ignore[arg-type]
        for state in (S.LIVE, S.STALLED, S.LIVE, S.BLACK):
            stage.say(one, state)
            clock.go_on(seconds=1)
        await until(lambda: not watch._noting)
        assert len(watch._to_note) == 4
        told = list(watch._to_note)
        await really(desk, note_states, told[:2])  # written, and nobody was told so
        away[0] = False
        watch._look()
        assert len(watch._to_note) == 4, "not asked again at once"
        now[0] += AWAY_S
        watch._look()
        await until(lambda: not watch._to_note and not watch._noting)
        watch._timer.stop()
        assert await desk.ask(states_of, one) == [S.LIVE, S.STALLED, S.LIVE, S.BLACK]

    tell(loop, story())


def states_of(work: Work, camera_id: int) -> list[StreamState]:
    whole = work.cameras.history(work.now - timedelta(hours=1), work.now + timedelta(hours=1))
    return [noted.state for noted in whole if noted.camera_id == camera_id]


def test_that_a_camera_that_answers_for_a_moment_now_and_then_is_a_fault(
    open_desk: OpenDesk, loop: asyncio.AbstractEventLoop
) -> None:
    one, _ = two_cameras(open_desk)
    desk = open_desk(Role.OPERATOR)
    now = [1000.0]

    async def story() -> None:
        stage = Said()
        watch = CameraWatch(desk, stage, lambda error: None, lambda: now[0])  # type: ignore[arg-type]
        for _ in range(5):
            stage.say(one, S.LIVE)
            now[0] += 3
            watch._look()
            stage.say(one, S.UNREACHABLE)
            now[0] += 7
            watch._look()
        async with asyncio.timeout(5):
            while not await desk.ask(faults.listed):
                await asyncio.sleep(0.02)
        watch._timer.stop()

    tell(loop, story())


def test_that_a_desk_that_told_otherwise_before_sees_a_faults_end_and_its_beginning_again(
    open_desk: OpenDesk, clock: FakeClock, loop: asyncio.AbstractEventLoop
) -> None:
    one, other = two_cameras(open_desk)
    desk, beside = open_desk(Role.OPERATOR, "甲席"), open_desk(Role.OPERATOR, "乙席")
    now = [1000.0]

    async def story() -> None:
        stage = Said()
        watch = CameraWatch(desk, stage, lambda error: None, lambda: now[0])  # type: ignore[arg-type]

        async def goes_on(seconds: float) -> None:
            now[0] += seconds
            watch._look()  # asks how the faults stand
            await until(lambda: all(task.done() for task in watch._tasks._running.tasks))
            watch._look()  # and tells what is otherwise
            await until(lambda: all(task.done() for task in watch._tasks._running.tasks))

        for camera in (one, other):
            stage.say(camera, S.LIVE)
        await goes_on(FAULT_AFTER_S)
        await beside.run(faults.observe, one, S.STALLED)  # a desk that closes then
        await beside.run(faults.observe, other, S.COVERED, True)
        await goes_on(ASK_S)
        told = {line.camera_id: line for line in await desk.ask(faults.listed)}
        assert told[one].recovered_at is not None, "it is well, as this desk has said long ago"
        assert told[other].recovered_at is None, "what a person saw a person ends"

        async def is_well() -> bool:
            (line,) = [x for x in await desk.ask(faults.listed) if x.camera_id == one]
            return line.recovered_at is not None

        stage.say(one, S.STALLED)
        clock.go_on(seconds=FAULT_AFTER_S)
        await goes_on(FAULT_AFTER_S)
        assert not await is_well(), "the same fault again"
        clock.go_on(seconds=1)
        await beside.run(faults.observe, one, S.LIVE)
        for _ in range(3):
            clock.go_on(seconds=ASK_S)
            await goes_on(ASK_S)
        assert await is_well(), "another desk sees it: the best is true of a camera"
        stage.say(one, S.LIVE)
        now[0] += WELL_S
        watch._look()
        stage.say(one, S.STALLED)
        clock.go_on(seconds=ASK_S)
        await goes_on(ASK_S)
        assert not await is_well(), "this began after it was well"
        watch._timer.stop()

    tell(loop, story())

"""What a console that never ends takes away once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.camera import StreamState
from app.domain.people import Role
from app.services import cameras, upkeep
from app.services.cameras import StateNote
from db import changes, tables
from db.unit_of_work import Work
from tests.conftest import FakeClock, OpenDesk
from tests.services.test_faults import two_cameras


def counted(work: Work) -> tuple[int, int]:
    """Changes and states on record."""
    found = [
        work.session.scalar(select(func.count()).select_from(table))
        for table in (tables.change, tables.camera_state)
    ]
    return found[0] or 0, found[1] or 0


def test_that_old_states_and_read_changes_go_and_the_others_stay(
    open_desk: OpenDesk, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = two_cameras(open_desk)
    desk = open_desk(Role.OPERATOR)
    old, young = clock(), clock() + upkeep.STATES_KEPT
    clock.go_on(days=401)
    notes = [(one, old), (two, old + timedelta(days=2)), (two, young)]
    for camera, at in notes:
        desk.do_now(cameras.note_states, [StateNote(camera, "sub", StreamState.LIVE, at)])
    before, _ = desk.ask_now(counted)
    assert before >= 2
    monkeypatch.setattr(changes, "KEPT", 1)
    gone, _ = desk.do_now(upkeep.carry_out)
    assert gone == 1, "the one that is four hundred and one days old"
    assert desk.ask_now(counted) == (1, 2)
    assert desk.do_now(upkeep.carry_out)[0] == 0

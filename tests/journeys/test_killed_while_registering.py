"""kill -9 in the middle of registering: none lost, none twice, drafts back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.domain.people import Role
from app.drafts import Drafts
from app.services import cases
from db.engine import open_engine
from tests.conftest import execute, people

CASES, KILLS = 1000, 12
DRIVER = "tests.journeys.register_driver"


def run_once(database: str, home: Path, told: Path, kill_after: float | None) -> bool:
    """Let the driver register until all are done or it is killed; whether it finished."""
    with told.open("a") as out:
        driver = subprocess.Popen(
            [sys.executable, "-m", DRIVER, database, str(home), str(CASES)], stdout=out
        )
        if kill_after is None:
            assert driver.wait(180) == 0
            return True
        # The kill shall hit the registering, not the start: wait for its first word.
        size = told.stat().st_size
        while told.stat().st_size == size and driver.poll() is None:
            time.sleep(0.01)
        time.sleep(kill_after)
        finished = driver.poll() is not None
        if not finished:
            os.kill(driver.pid, signal.SIGKILL)
        driver.wait()
        return finished


def test_that_a_thousand_registrations_survive_a_dozen_kills(database: str, tmp_path: Path) -> None:
    engine = open_engine(database)
    who = people(engine)[Role.OPERATOR]
    dice, told = random.Random(5), tmp_path / "told"
    told.touch()
    kills = 0
    while kills < KILLS:
        if run_once(database, tmp_path, told, dice.uniform(0.02, 0.35)):
            break
        kills += 1
    assert kills >= 10, "the driver was too quick to be killed often enough"
    run_once(database, tmp_path, told, None)
    lines = told.read_text().splitlines()
    saved = {line.split()[1] for line in lines if line.startswith("saved") and len(line) > 40}
    begun = [line.split()[1] for line in lines if line.startswith("back")]
    kept = execute(database, "select uid, count(*) from cases group by uid")
    assert {row[0] for row in kept} >= saved, "a case that was shown as saved is gone"
    assert {row[1] for row in kept} == {1}
    assert len(kept) == CASES
    numbers = execute(database, "select count(distinct number), count(*) from cases")[0]
    assert numbers[0] == numbers[1] == CASES
    steps = execute(database, "select count(*) from step")[0][0]
    assert steps == CASES
    assert begun, "no draft ever came back"
    assert Drafts(tmp_path / "drafts", who.person_id).all() == []
    desk = Desk(engine, "check")
    assert desk.ask_now(cases.count, CaseFilter()) == CASES
    desk.close()


@pytest.fixture(autouse=True)
def _no_display_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")

"""An operator sees something, presses one key, and the case is followed to its end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import sidecar
from app.domain.camera import StreamState
from app.domain.errors import LinkLost
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cases, evidence
from app.video.clips import inspect_clip
from tests.cameras import TestCameras
from tests.conftest import execute, until
from tests.journeys.conftest import ON_SQLITE, OpenSeat, Seat, put_cameras, tell

pytestmark = pytest.mark.video


async def live(seat: Seat, count: int = 1) -> None:
    await until(
        lambda: (
            sum(t.truth.state is StreamState.LIVE for t in seat.window.eyes.wall.tiles) >= count
        ),
        what="live tiles",
    )


async def press_key(seat: Seat) -> None:
    """F9 on the first tile, as from the keyboard."""
    seat.window.eyes.wall.choose(seat.window.eyes.wall.tiles[0])
    seat.window.capture()
    await until(lambda: seat.window.form.picture.isVisible(), 3, "still in the form")


async def type_and_send(seat: Seat, typed: str = "zdjy") -> int:
    """Fill the form with the keyboard alone and send it."""
    form = seat.window.form
    sent: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    seat.window.casework.registration.registered.connect(
        lambda case_id, *_: None if sent.done() else sent.set_result(case_id)
    )
    form.subcategory.setFocus()
    QTest.keyClicks(form.subcategory, typed)
    await until(lambda: form.subcategory.found(), what="categories offered")
    QTest.keyClick(form.subcategory, Qt.Key.Key_Return)
    assert form.subcategory.entry is not None
    form.description.setPlainText("人行道上有摊贩摆卖水果")
    form.submit()
    return await sent


def steps_of(*pairs: tuple[Role, Action]) -> tuple[tuple[Role, Action], ...]:
    return pairs


LIFE = steps_of(
    (Role.DISPATCHER, Action.ACCEPT),
    (Role.DISPATCHER, Action.FILE),
    (Role.DISPATCHER, Action.DISPATCH),
    (Role.DISPATCHER, Action.ACKNOWLEDGE),
    (Role.DISPATCHER, Action.RESOLVE),
    (Role.OPERATOR, Action.VERIFY),
    (Role.SHIFT_LEADER, Action.APPROVE),
    (Role.DISPATCHER, Action.CLOSE),
)


async def press_action(seat: Seat, case_id: int, role: Role, action: Action) -> None:
    """Sit down as this role and press the button of the case."""
    seat.sit(role)
    seat.window.casework.open_case(case_id)
    panel = seat.window.panel
    await until(
        lambda: (
            panel.detail
            and panel.detail.row.id == case_id
            and panel.buttons[action].isEnabled()
            and not panel.buttons[action].isHidden()
        ),
        what=f"{role} may {action}",
    )
    before = len(panel.detail.steps) if panel.detail else 0
    panel.buttons[action].click()
    if panel.sheet.isVisible():
        panel.sheet.note.setPlainText("现场已清理")
        panel.sheet.submit()
    await until(lambda: panel.detail and len(panel.detail.steps) > before, what=f"{action} kept")


def test_that_a_live_picture_becomes_a_case_that_is_followed_to_its_end(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(tmp_path / "甲席", database, ("体育西路口", cameras.url("main"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)

    async def story() -> None:
        await live(seat)
        await asyncio.sleep(11.5)  # the ten seconds that the clip shall hold have to happen
        await press_key(seat)
        form = seat.window.form
        assert form.address.text() == "天河区体育西路口"
        assert form.district.currentData() == "440106"
        assert form.subdistrict.currentText() == "石牌街道"
        assert form.position.text() == "113.320000, 23.130000"
        case_id = await type_and_send(seat)
        for role, action in LIFE:
            await press_action(seat, case_id, role, action)
        told = await seat.desk.ask(cases.detail, case_id)
        assert told.row.status is CaseStatus.CLOSED
        await until(lambda: len(seat.window.panel.detail.evidence) == 2, what="clip in the case")
        folder = tmp_path / "甲席" / "evidence"
        assert await seat.desk.ask(evidence.verify, folder) == (2, [])
        clip = next(line for line in seat.window.panel.detail.evidence if line.kind == "clip")
        facts = inspect_clip(folder / clip.path)
        assert facts.begins_with_key
        assert clip.before >= 10
        assert facts.seconds >= 14.9
        view = seat.window.panel.evidence
        seat.window.panel.tabs.setCurrentIndex(1)
        view.show_line(clip)
        await until(
            lambda: view.clip.player and view.clip.player.position > 0.2, what="the clip plays"
        )
        assert view.clip.stage.image is not None

    tell(loop, story())


@ON_SQLITE
def test_that_a_stalled_camera_cannot_give_fresh_evidence(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(tmp_path / "甲席", database, ("体育西路口", cameras.url("main"), "", ""))
    seat = open_seat("甲席", Role.OPERATOR)

    async def story() -> None:
        await live(seat)
        tile = seat.window.eyes.wall.tiles[0]
        os.kill(cameras.server.pid, signal.SIGSTOP)
        try:
            await until(lambda: tile.truth.state is StreamState.STALLED, 3.2, "stall shown")
            await until(lambda: tile.truth.age >= 3, what="its age goes on")
            await press_key(seat)
            form = seat.window.form
            assert form.stale.isVisible()
            form.subcategory.choose_code("event", "0401")
            form.description.setPlainText("人行道上有摊贩摆卖")
            form.submit()
            assert form.send.isEnabled()  # it stays: nothing was sent
            form.accept_stale.setChecked(True)
            sent: asyncio.Future[int] = loop.create_future()
            seat.window.casework.registration.registered.connect(
                lambda one, *_: sent.set_result(one)
            )
            form.submit()
            told = await seat.desk.ask(cases.detail, await sent)
            assert [line.is_stale for line in told.evidence if line.kind == "still"] == [True]
            assert "陈旧" in told.steps[0].note
            await until(lambda: not seat.window.casework.key.pending, what="the clip is on record")
            told = await seat.desk.ask(cases.detail, told.row.id)
            assert [line.is_stale for line in told.evidence] == [True, True]
        finally:
            os.kill(cameras.server.pid, signal.SIGCONT)

    tell(loop, story())


@ON_SQLITE
@pytest.mark.expects_log
def test_that_a_killed_engine_leaves_the_window_and_is_back_within_three_seconds(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    put_cameras(
        tmp_path / "甲席",
        database,
        ("甲路口", cameras.url("main"), "", ""),
        ("乙路口", cameras.url("two"), "", ""),
    )
    seat = open_seat("甲席", Role.OPERATOR)

    async def story() -> None:
        await live(seat, 2)
        await asyncio.sleep(1.2)
        tiles = seat.window.eyes.wall.tiles[:2]
        shown = [tile.shown for tile in tiles]
        os.kill(seat.window.stage.engines.pids()[0], signal.SIGKILL)
        await until(
            lambda: all(t.shown > n + 5 for t, n in zip(tiles, shown, strict=True)), 3, "back"
        )

    tell(loop, story())


@ON_SQLITE
def test_that_a_wrong_password_camera_says_so_and_tells_nobody_the_password(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = "Canary-7391"
    put_cameras(tmp_path / "甲席", database, ("后门", cameras.url("guarded"), "viewer", secret))
    seat = open_seat("甲席", Role.OPERATOR)

    async def story() -> None:
        tile = seat.window.eyes.wall.tiles[0]
        await until(lambda: tile.truth.state is StreamState.AUTH, what="AUTH shown")

    tell(loop, story())
    assert secret not in caplog.text + "".join(capfd.readouterr())
    for path in (tmp_path).rglob("*"):
        if path.is_file() and path.suffix != ".key":
            assert secret.encode() not in path.read_bytes(), path


def test_that_evidence_taken_while_the_database_was_away_outlives_the_console(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    home = tmp_path / "甲席"
    put_cameras(home, database, ("体育西路口", cameras.url("main"), "", ""))
    first = open_seat("甲席", Role.OPERATOR)

    async def take() -> None:
        await live(first)
        real = first.desk.run

        async def away(*words: object) -> object:
            if words[0] is evidence.keep:
                raise LinkLost("数据库没有应答")
            return await real(*words)  # type: ignore[arg-type]

        first.desk.run = away  # type: ignore[method-assign, assignment]
        await press_key(first)
        await until(lambda: len(list((home / "pending").glob("*.json"))) == 2, what="both files")
        assert await first.desk.ask(evidence.verify, home / "evidence") == (0, [])

    tell(loop, take())
    again = open_seat("乙席", Role.OPERATOR, home=home)

    async def look() -> None:
        again.window.casework.key.retry()
        await until(lambda: not list((home / "pending").glob("*.json")), what="on record")
        assert await again.desk.ask(evidence.verify, home / "evidence") == (2, [])

    tell(loop, look())
    third = open_seat("丙席", Role.OPERATOR, home=home)

    async def go_on() -> None:
        form = third.window.form
        await until(lambda: form.isVisible(), what="the draft")
        await until(lambda: not form.picture.isHidden(), what="its still")
        await until(lambda: "录像片段已保存" in form.clip.text(), what="its clip")

    tell(loop, go_on())


def test_that_a_closing_console_finishes_its_clip_and_ends_well(
    cameras: TestCameras, tmp_path: Path, sqlite_url: str
) -> None:
    home = tmp_path / "甲席"
    put_cameras(home, sqlite_url, ("体育西路口", cameras.url("main"), "", ""))
    driver = Path(__file__).with_name("close_driver.py")
    told = subprocess.run(
        [sys.executable, "-W", "error", str(driver), str(home), sqlite_url],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = [line for line in told.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (told.returncode, said) == (0, [])
    files = [one.suffix for one in (home / "evidence").rglob("*") if one.is_file()]
    assert sorted(files) == [".id", ".jpg", ".json", ".json", ".mp4", ".txt"]
    assert sidecar.verify(home / "evidence").told() == {"checked": 2, "changed": []}
    assert execute(sqlite_url, "select count(*) from evidence") == [(2,)]
    assert not list(Path("/dev/shm").glob(f"zhishou-{told.stdout.strip()}-*"))


@ON_SQLITE
def test_that_what_was_open_comes_back_after_a_restart(
    open_seat: OpenSeat,
    cameras: TestCameras,
    database: str,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
) -> None:
    home = tmp_path / "甲席"
    put_cameras(
        home,
        database,
        ("甲路口", cameras.url("main"), "", ""),
        ("乙路口", cameras.url("two"), "", ""),
    )
    first = open_seat("甲席", Role.OPERATOR)

    kept: list[object] = []

    async def arrange() -> None:
        await live(first, 2)
        first.window.eyes.wall.arrange("1+5")
        first.window.eyes.wall.swap(0, 3)
        kept.append(first.window.eyes.wall.state())

    tell(loop, arrange())
    again = open_seat("乙席", Role.OPERATOR, home=home)

    async def look() -> None:
        await until(lambda: again.window.eyes.wall.state() == kept[0], what="the same wall")

    tell(loop, look())

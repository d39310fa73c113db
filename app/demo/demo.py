"""`zhishou demo`: a city of its own, ready to be looked at and worked in."""

from __future__ import annotations

import asyncio
import calendar
import concurrent.futures
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app import sidecar
from app.demo import city
from app.demo.lists import make_list
from app.demo.peers import serving_peers
from app.demo.places import SPOTS, Spot
from app.demo.rtsp import RtspServer, Served
from app.demo.standard import make_standard
from app.desk import Desk
from app.domain.camera import Camera
from app.domain.case import Order
from app.domain.case_list import CaseRow
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.evidence import EvidenceKind
from app.domain.people import Role, Signed
from app.domain.roster import shift_at
from app.domain.workflow import Action, CaseStatus
from app.pending import Press
from app.secrets import Seal
from app.services import accounts, cases, evidence, tours
from app.services.evidence import Taken
from app.settings import Settings
from db.unit_of_work import Work

if TYPE_CHECKING:
    from app.main import Console

LOOP_SECONDS = 15
"""Divides a minute: the second burnt into a picture is the clock's own, modulo 15."""

CASES, DAYS = 3000, 90
CAMERA_USER, CAMERA_PASSWORD = "viewer", "Gz-2024-cam"
RESOLVED = 3
WITH_PICTURE = 48
"""Cases of the past that carry a still."""

MARK = "demo-city"
"""A counter of this name says that a database was made by the demo and may be used by it."""

Say = Callable[[str], None]


class DemoCity:
    """The demo's folder, cameras and database."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self._settings, self._say = settings, say
        self._loops = settings.home / "loops"

    def prepare(self, desk: Desk) -> dict[str, str]:
        """Make what is not there yet; the passwords of new accounts, empty if there are none."""
        if desk.ask_now(accounts.has_anybody):
            if not desk.ask_now(is_demo_city):
                raise Refusal(
                    "这个数据库里有真实数据，不是演示城市：演示不会使用它，请换一个数据目录"
                )
            self._encode()
            return {}
        self._encode()
        self._say("正在建立演示城市：人员、排班、点位、3 000 宗案件…")
        told, _ = desk.do_now(self._fill)
        return told

    def _fill(self, work: Work) -> dict[str, str]:
        work.cases.count_up(MARK)
        dice = random.Random(2024)
        passwords = city.make_people(work, dice)
        work.session.flush()
        first = work.now.astimezone(CITY).date().replace(day=1)
        city.make_roster(work, first, calendar.monthrange(first.year, first.month)[1], dice)
        today, shift = shift_at(work.now)
        for login in city.LOGINS.values():  # who is signed in by the demo is on duty
            if who := work.people.by_login(login):
                work.duties.put(who.id, today, shift)
        seal = Seal(self._settings.home)
        cameras = city.make_cameras(work)
        city.make_groups(work, cameras)
        make_standard(work)
        make_list(self._settings.home)
        for camera, spot in zip(cameras, SPOTS, strict=True):
            if spot.fault == "auth":
                camera.username, camera.secret = CAMERA_USER, seal.seal(CAMERA_PASSWORD)
        work.session.flush()
        city.make_cases(work, CASES, DAYS, dice)
        work.by = city.staff(work).leaders[0]
        city.make_log(work)
        self._make_tour(work)
        self._picture_some(work)
        return passwords

    def _picture_some(self, work: Work) -> None:
        """Give some video cases the still that their operator saw."""
        pictures = sorted(self._loops.glob("*-still.jpg"))
        rows = [row for row in work.cases.rows(range(1, CASES + 1)) if row.camera_id]
        folder = self._settings.evidence / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        operator = city.staff(work).operators[0]
        rows.sort(key=lambda row: -row.id)
        self._have_some_resolved(work, [r for r in rows if r.status is CaseStatus.HANDLING])
        for number, row in enumerate(rows[:WITH_PICTURE]):
            camera = work.cameras.get(row.camera_id or 0)
            source = pictures[(camera.id - 1) % len(pictures)]
            # No two pieces of evidence are the same file: a JPEG may carry a comment.
            coded = source.read_bytes() + f"\n{row.number}".encode()
            path = folder / f"{row.number}.jpg"
            path.write_bytes(coded)
            taken = Taken(
                EvidenceKind.STILL,
                f"demo/{path.name}",
                evidence.sha256(path),
                len(coded),
                row.registered_at.timestamp(),
                float(number),
                age=0.1,
            )
            uid = f"demo-{row.number}"
            pressed = row.registered_at - timedelta(seconds=40)
            press = Press(
                uid, camera.id, pressed, operator, camera.name, camera.code, stream="main"
            )
            sidecar.write(self._settings.evidence, press.record(taken))
            evidence.keep(work, uid, camera.id, "main", pressed, taken, operator)
            capture = work.evidence.by_uid(uid)
            assert capture is not None
            capture.case_id = row.id

    @staticmethod
    def _have_some_resolved(work: Work, handled: list[CaseRow]) -> None:
        """A few that wait to be looked at again (核查)."""
        leader, work.by = work.by, city.staff(work).dispatchers[0]
        for row in handled[:RESOLVED]:
            cases.advance(work, row.id, Action.RESOLVE, Order("摊贩已劝离，地面已清理"))
        work.by = leader

    @staticmethod
    def _make_tour(work: Work) -> None:
        """One for everybody, so that F8 has something to show."""
        ids = tuple(camera.id for camera in work.cameras.rows())
        tours.save(work, "全市重点点位", ids, 10, 4, for_all=True)

    # Cameras.

    def streams(self) -> list[tuple[Spot, Served, Served]]:
        """Each camera that is on, with its main and its sub stream."""
        found = []
        for number, spot in enumerate(SPOTS, 1):
            if spot.fault == "off":
                continue
            fault = "stalls" if spot.fault == "stalls" else ""
            user, password = (CAMERA_USER, CAMERA_PASSWORD) if spot.fault == "auth" else ("", "")
            main, sub = self._loop_paths(number, spot)
            found.append(
                (
                    spot,
                    Served(f"/cam{number:02d}/main", str(main), fault, user, password),
                    Served(f"/cam{number:02d}/sub", str(sub), fault, user, password),
                )
            )
        return found

    def serve(self) -> RtspServer:
        """A server for all of them; not started yet."""
        return RtspServer(s for _, main, sub in self.streams() for s in (main, sub))

    def move_cameras(self, work: Work, server: RtspServer) -> None:
        """Write into the directory where the streams are served this time."""
        urls = {
            city.code_of(spot): (server.url(main), server.url(sub))
            for spot, main, sub in self.streams()
        }
        for row in work.cameras.rows():
            camera: Camera = work.cameras.get(row.id)
            nowhere = ("rtsp://127.0.0.1:9/off/main", "rtsp://127.0.0.1:9/off/sub")
            camera.main_url, camera.sub_url = urls.get(row.code, nowhere)

    def _loop_paths(self, number: int, spot: Spot) -> tuple[Path, Path]:
        kind = "h265" if spot.fault == "h265" else "h264"
        base = self._loops / f"cam{number:02d}"
        return Path(f"{base}-main.{kind}"), Path(f"{base}-sub.{kind}")

    def _encode(self) -> None:
        """Draw and encode the loops that are not there, on all cores."""
        from app.demo.loops import is_there

        self._loops.mkdir(parents=True, exist_ok=True)
        jobs = []
        for number, spot in enumerate(SPOTS, 1):
            main, sub = self._loop_paths(number, spot)
            if spot.fault != "off" and not (is_there(main) and is_there(sub)):
                jobs.append(Job(number, spot.name, main, sub))
        if not jobs:
            return
        self._say(f"第一次运行：绘制并编码 {len(jobs)} 个点位的街景画面（约半分钟）…")
        began = time.monotonic()
        for done in encode_all(jobs):
            self._say(f"  画面 {done}/{len(jobs)}")
        self._say(f"画面就绪，用时 {time.monotonic() - began:.0f} 秒")


@dataclass(frozen=True)
class Job:
    """One camera's loops to be drawn and encoded. `clock`: the pictures carry their number."""

    seed: int
    name: str
    main: Path
    sub: Path
    clock: bool = False
    seconds: int = LOOP_SECONDS


def encode_all(jobs: list[Job]) -> Iterator[int]:
    """Encode on all cores, in processes of their own; yields how many are done."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(mp_context=context) as pool:
        for done, _ in enumerate(pool.map(encode_camera, jobs), 1):
            yield done


def encode_camera(job: Job) -> None:
    """Draw one camera's street and encode both of its streams; runs in a process of its own."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from dataclasses import replace

    from PySide6.QtGui import QGuiApplication

    from app.demo.loops import MAIN, SUB, encode, street_pictures
    from app.demo.streets import Street

    _application = QGuiApplication.instance() or QGuiApplication(["demo"])
    codec = "h265" if job.main.suffix == ".h265" else "h264"
    shapes = [(job.main, replace(MAIN, codec=codec)), (job.sub, replace(SUB, codec=codec))]
    encode(street_pictures(job.seed, job.name, job.seconds, job.clock), shapes)
    still = job.main.with_name(job.main.name.rsplit("-", 1)[0] + "-still.jpg")
    Street(job.seed).paint(0.42).save(str(still), quality=88)


def is_demo_city(work: Work) -> bool:
    """Whether the demo made this database; in any other it must not touch a thing."""
    return work.cases.counted(MARK) > 0


def signed_as(desk: Desk, role: Role) -> Signed:
    """The demo's open door: the first account of a role, without a password."""
    who = desk.ask_now(accounts.person_of, city.LOGINS[role])
    if who is None:
        raise Refusal("这个数据库不是演示城市，请换一个数据目录")
    return Signed(who.person_id, who.name, who.role, desk.name)


def run_demo(
    settings: Settings,
    role: Role,
    minutes: float | None,
    picture: Path | None,
    pictures: Path | None = None,
) -> int:
    """Prepare, serve, show; the exit code."""
    from app.main import open_desk, run_console

    def say(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    desk = open_desk(settings)
    demo = DemoCity(settings, say)
    try:
        passwords = demo.prepare(desk)
    except Refusal:
        desk.close()
        raise
    with ExitStack() as stack:
        server = stack.enter_context(demo.serve())
        desk.do_now(demo.move_cameras, server)
        stack.enter_context(serving_peers(desk, Seal(settings.home)))
        _tell(say, settings, passwords)

        def script(console: Console) -> asyncio.Future[int] | None:
            if picture is not None:
                keep_picture(console, picture)
            if pictures is not None:
                from app.demo.pictures import take_pictures

                return asyncio.ensure_future(take_pictures(console, pictures))
            if minutes is None:
                return None
            return asyncio.ensure_future(_end_after(minutes))

        return run_console(settings, desk, signed_as(desk, role), script)


async def _end_after(minutes: float) -> int:
    await asyncio.sleep(minutes * 60)
    return 0


def _tell(say: Say, settings: Settings, passwords: dict[str, str]) -> None:
    say(f"演示数据目录 {settings.home}")
    if passwords:
        say("各岗位账号（密码只显示这一次）：")
        for login, password in passwords.items():
            say(f"  {login:<12} {password}")


def keep_picture(console: Console, path: Path, each_s: float = 2.0) -> None:
    """Write what the screen shows to `path` again and again, encoded off the window's thread."""
    from PySide6.QtCore import QTimer

    writer = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="picture")
    part = path.with_name(f".{path.stem}-part{path.suffix}")

    def shoot() -> None:
        image = console.window.screen().grabWindow(0).toImage()
        writer.submit(lambda: image.save(str(part)) and part.replace(path))

    timer = QTimer(console.window, interval=round(each_s * 1000))
    timer.timeout.connect(shoot)
    timer.start()

    def stop() -> None:
        timer.stop()
        writer.shutdown(wait=True)

    console.window.shutting.connect(stop)

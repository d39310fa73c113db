"""Engines on real streams: connected once, told truly, cut exactly, brought back when killed."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.util import get_temp_dir
from pathlib import Path
from urllib.parse import quote

import av
import pytest

from app.domain.camera import Stream, StreamState, with_credentials
from app.domain.fault import MOST_PICTURE_BYTES
from app.video import engine_process, facts, supervisor
from app.video.clips import inspect_clip
from app.video.engine_process import SILENT_FOR_S, EngineProcess
from app.video.evidence import sha256
from app.video.messages import (
    Capture,
    CaptureFailed,
    ClipTaken,
    Decode,
    EngineLost,
    PictureTaken,
    StateChanged,
    StillTaken,
    StreamKey,
)
from app.video.supervisor import Engines, sweep
from tests.cameras import PASSWORD, USER, TestCameras
from tests.video.ear import SUB, Ear, pictures

pytestmark = pytest.mark.video

MAIN = StreamKey(1, Stream.MAIN)


@pytest.fixture
def engines(ear: Ear) -> Iterator[Engines]:
    made = Engines(ear, count=1)
    yield made
    made.stop()


def test_that_pictures_come_at_the_cameras_rate_and_fit_the_tile(
    engines: Engines, cameras: TestCameras, ear: Ear
) -> None:
    engines.open(SUB, cameras.url("sub"))
    view = engines.view(SUB, 480, 270, Decode.FULL)
    pictures(view, 5)
    first = view.slot.picture()
    pictures(view, 50)
    picture = view.slot.picture()
    assert first is not None
    assert picture is not None
    # By when they were made: on a busy machine some come late, and then several at once.
    rate = (picture.number - first.number) / (picture.arrived - first.arrived)
    assert 22 < rate < 28, "25 a second"
    assert (picture.width, picture.height) == (480, 270)  # D1 shown as the 16:9 it is
    engines.resize(view, 200, 400, Decode.FULL)
    pictures(view, 3)
    resized = view.slot.picture()
    assert resized is not None
    assert resized.width <= 208
    assert ear.state(SUB) is StreamState.LIVE


def test_that_a_small_picture_is_told_in_its_true_shape_and_nothing_where_there_is_none(
    engines: Engines, cameras: TestCameras, ear: Ear
) -> None:
    engines.open(SUB, cameras.nowhere)
    engines.ask_picture(SUB)
    engines.ask_picture(MAIN)  # not opened at all
    engines.open(MAIN, cameras.url("sub"))
    ear.wait_state(MAIN, StreamState.LIVE)
    ear.wait_state(SUB, StreamState.UNREACHABLE)
    engines.ask_picture(SUB)
    engines.ask_picture(MAIN)
    ear.wait_for(lambda: ear.of(PictureTaken), 5)
    (told,) = ear.of(PictureTaken)
    assert isinstance(told, PictureTaken)
    assert told.key == MAIN
    assert abs(told.wall - time.time()) < 8
    assert len(told.jpeg) < MOST_PICTURE_BYTES
    with av.open(io.BytesIO(told.jpeg)) as opened:
        frame = next(opened.decode(video=0))
    assert (frame.width, frame.height) == (640, 360)  # D1 shown as the 16:9 it is


def test_that_two_views_share_one_connection(engines: Engines, cameras: TestCameras) -> None:
    engines.open(SUB, cameras.url("sub"))
    engines.open(SUB, cameras.url("sub"))
    one = engines.view(SUB, 480, 270, Decode.FULL)
    two = engines.view(SUB, 160, 90, Decode.FULL)
    pictures(one, 10)
    pictures(two, 10)
    engine = engines.pids()[0]
    port = int(cameras.url("sub").split(":")[2].split("/")[0])
    assert len(established(engine, port)) == 1


def test_that_another_engine_is_started_when_each_has_its_fill(
    ear: Ear, cameras: TestCameras, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_ENGINES", 1)
    monkeypatch.setattr(supervisor, "MOST_ENGINES", 2)
    monkeypatch.setattr(supervisor, "STREAMS_EACH", 2)
    keys = [StreamKey(number, Stream.SUB) for number in range(5)]
    engines = Engines(ear)
    try:
        for known, key in enumerate(keys):
            assert len(engines._engines) == (1 if known < 3 else 2)
            engines.open(key, cameras.url("sub"))
        views = [engines.view(key, 160, 90, Decode.FULL) for key in keys]
        for view in views:
            pictures(view, 3)
        assert len(engines.pids()) == 2
    finally:
        engines.stop()


@pytest.mark.parametrize(("work", "longer"), [("while True: pass", True), ("input()", False)])
def test_that_an_engine_that_only_has_no_turn_is_given_longer(
    work: str, longer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "SILENT_FOR_S", 2.0)
    monkeypatch.setattr(engine_process, "STARVED_FOR_S", 6.0)
    listener = EngineProcess.__new__(EngineProcess)
    ours, _theirs = Pipe()
    told = f"print('ready', flush=True)\n{work}"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", told], **pipes) as program:
        assert program.stdout is not None
        program.stdout.readline()
        began = time.monotonic()
        with pytest.raises(EOFError):
            listener._listen(ours, program.pid)
        program.kill()
    assert (time.monotonic() - began >= 6.0) is longer


def established(pid: int, port: int) -> list[str]:
    """The TCP connections of a process to a port."""
    inodes = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            inodes.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        except FileNotFoundError:
            continue
    wanted = f":{port:04X}"
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    return [
        line
        for line in lines
        if line.split()[2].endswith(wanted)
        and line.split()[3] == "01"
        and f"socket:[{line.split()[9]}]" in inodes
    ]


def test_that_h265_and_key_frames_alone_are_shown(engines: Engines, cameras: TestCameras) -> None:
    engines.open(SUB, cameras.url("h265"))
    view = engines.view(SUB, 480, 270, Decode.KEYFRAMES)
    took = pictures(view, 3, within=15)
    assert took > 1.0  # one a second, not 25
    engines.resize(view, 480, 270, Decode.FULL)
    assert pictures(view, 25) < 3


@pytest.mark.parametrize(
    ("camera", "login", "state"),
    [
        ("guarded", ("viewer", "wrong"), StreamState.AUTH),
        ("guarded", (USER, PASSWORD), StreamState.LIVE),
        ("missing", ("", ""), StreamState.NOT_FOUND),
        ("nowhere", ("", ""), StreamState.UNREACHABLE),
    ],
)
def test_that_each_trouble_is_called_by_its_name(
    engines: Engines,
    cameras: TestCameras,
    ear: Ear,
    camera: str,
    login: tuple[str, str],
    state: StreamState,
    capfd: pytest.CaptureFixture[str],
) -> None:
    urls = {"missing": cameras.url("sub") + "-gone", "nowhere": cameras.nowhere}
    url = urls.get(camera) or cameras.url(camera)
    engines.open(SUB, with_credentials(url, *login))
    ear.wait_state(SUB, state)
    told = repr(ear.heard) + "".join(capfd.readouterr())
    assert not [form for form in (PASSWORD, quote(PASSWORD, safe="")) if form in told]


def test_that_an_address_outside_the_allowed_networks_is_never_opened(
    cameras: TestCameras, ear: Ear
) -> None:
    fenced = Engines(ear, count=1, networks=("10.0.0.0/8",))
    try:
        fenced.open(SUB, cameras.url("sub").replace("127.0.0.1", "localhost"))
        ear.wait_state(SUB, StreamState.FORBIDDEN)
    finally:
        fenced.stop()
    assert StreamState.LIVE not in [m.state for m in ear.of(StateChanged)]  # type: ignore[attr-defined]


def test_that_a_silent_camera_is_stalled_within_three_seconds_and_live_again_when_it_speaks(
    engines: Engines, cameras: TestCameras, ear: Ear
) -> None:
    engines.open(SUB, cameras.url("sub"))
    view = engines.view(SUB, 480, 270, Decode.FULL)
    pictures(view, 10)
    os.kill(cameras.server.pid, signal.SIGSTOP)
    try:
        ear.wait_state(SUB, StreamState.STALLED, within=5)
        assert time.monotonic() - view.slot.packet_at < 3.0
    finally:
        os.kill(cameras.server.pid, signal.SIGCONT)
    ear.wait_state(SUB, StreamState.LIVE)
    pictures(view, 10)


def test_that_one_key_cuts_ten_seconds_before_and_five_after_without_encoding(
    engines: Engines, cameras: TestCameras, ear: Ear, tmp_path: Path
) -> None:
    engines.open(SUB, cameras.url("sub"))
    ear.wait_state(SUB, StreamState.LIVE)
    time.sleep(11.5)  # what the clip is to hold has to happen first
    pressed = time.time()
    engines.capture(Capture("c", SUB, tmp_path / "c.jpg", tmp_path / "c.mp4", 10, 5))
    ear.wait_for(lambda: ear.of(StillTaken), 1.5)
    still = ear.of(StillTaken)[0]
    assert isinstance(still, StillTaken)
    assert (still.width, still.height) == (704, 576)
    assert still.sha256 == sha256(still.path)
    assert abs(still.wall - pressed) < 0.5
    ear.wait_for(lambda: ear.of(ClipTaken), 10)
    clip = ear.of(ClipTaken)[0]
    assert isinstance(clip, ClipTaken)
    assert clip.sha256 == sha256(clip.path)
    assert clip.before >= 10
    assert clip.after >= 5
    facts = inspect_clip(clip.path)
    assert facts.begins_with_key
    assert (facts.codec, facts.width, facts.height) == ("h264", 704, 576)
    assert facts.seconds == pytest.approx(clip.before + clip.after, abs=0.3)
    assert facts.pictures == pytest.approx(facts.seconds * 25, abs=5)


def test_that_a_broken_address_ends_in_a_state_and_tells_no_password(
    engines: Engines, ear: Ear, capfd: pytest.CaptureFixture[str]
) -> None:
    engines.open(SUB, "rtsp://admin:Canary-7391@127.0.0.1:55x4/sub")
    ear.wait_state(SUB, StreamState.UNREACHABLE)
    assert "Canary" not in repr(ear.heard) + "".join(capfd.readouterr())


def test_that_a_corrected_address_reaches_every_view(
    engines: Engines, cameras: TestCameras, ear: Ear
) -> None:
    engines.open(SUB, cameras.url("sub") + "-gone")
    views = [engines.view(SUB, 480, 270, Decode.FULL), engines.view(SUB, 160, 90, Decode.FULL)]
    ear.wait_state(SUB, StreamState.NOT_FOUND)
    engines.open(SUB, cameras.url("sub"))
    for view in views:
        pictures(view, 3)


def test_that_what_waited_in_the_network_is_late_and_not_live(
    engines: Engines, cameras: TestCameras, ear: Ear, tmp_path: Path
) -> None:
    engines.open(SUB, cameras.url("sub"))
    view = engines.view(SUB, 480, 270, Decode.FULL)
    pictures(view, 30)
    engine = engines.pids()[0]
    os.kill(engine, signal.SIGSTOP)  # its packets queue up, as on a line that is too thin
    time.sleep(3.0)
    os.kill(engine, signal.SIGCONT)
    ear.wait_for(lambda: StreamState.LATE in [m.state for m in ear.of(StateChanged)])  # type: ignore[attr-defined]
    ear.wait_state(SUB, StreamState.LIVE)
    began = time.monotonic()
    while (picture := view.slot.picture()) and time.monotonic() - picture.arrived > 0.5:
        assert time.monotonic() - began < 5, "it never caught up"
        time.sleep(0.02)


def test_that_slots_of_a_killed_console_are_swept_and_those_of_a_living_one_stay(
    tmp_path: Path,
) -> None:
    gone, ours, other = (
        tmp_path / n for n in ("zhishou-4194999-a", f"zhishou-{os.getpid()}-b", "x")
    )
    for folder in (gone, ours, other):
        folder.mkdir()
    sweep(tmp_path)
    assert (gone.exists(), ours.exists(), other.exists()) == (False, True, True)


def test_that_evidence_of_a_stalled_stream_tells_its_age(
    engines: Engines, cameras: TestCameras, ear: Ear, tmp_path: Path
) -> None:
    engines.open(SUB, cameras.url("sub"))
    pictures(engines.view(SUB, 480, 270, Decode.FULL), 30)
    os.kill(cameras.server.pid, signal.SIGSTOP)
    try:
        ear.wait_state(SUB, StreamState.STALLED, within=5)
        time.sleep(0.5)
        engines.capture(Capture("c", SUB, tmp_path / "c.jpg", tmp_path / "c.mp4", 10, 0.5))
        ear.wait_for(lambda: ear.of(StillTaken), 3)
        still = ear.of(StillTaken)[0]
        assert isinstance(still, StillTaken)
        assert still.age > 2
        ear.wait_for(lambda: ear.of(ClipTaken), 8)
    finally:
        os.kill(cameras.server.pid, signal.SIGCONT)


def test_that_nothing_can_be_taken_from_a_camera_that_never_showed_anything(
    engines: Engines, cameras: TestCameras, ear: Ear, tmp_path: Path
) -> None:
    engines.open(SUB, cameras.nowhere)
    ear.wait_state(SUB, StreamState.UNREACHABLE)
    engines.capture(Capture("c", SUB, tmp_path / "c.jpg", tmp_path / "c.mp4", 10, 5))
    ear.wait_for(lambda: len(ear.of(CaptureFailed)) == 2, 5)
    assert not list(tmp_path.iterdir())


def test_that_evidence_is_finished_for_the_next_console_when_the_window_dies(
    cameras: TestCameras, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.video.capture_driver", cameras.url("sub")]
    with subprocess.Popen([*command, str(tmp_path)], stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "still\n"
        window.kill()
    began = time.monotonic()
    while len(facts.found(tmp_path, "c")) < 2:
        assert time.monotonic() - began < 10
        time.sleep(0.1)
    still, film = sorted(facts.found(tmp_path, "c"), key=lambda one: one.path.suffix)
    assert sha256(still.path) == still.sha256
    assert isinstance(film, ClipTaken)
    assert film.after > 1.5


@pytest.mark.expects_log
def test_that_a_killed_engine_is_back_with_its_pictures(
    engines: Engines, cameras: TestCameras, ear: Ear
) -> None:
    engines.open(SUB, cameras.url("sub"))
    view = engines.view(SUB, 480, 270, Decode.FULL)
    for _ in range(3):
        pictures(view, 10)
        os.kill(engines.pids()[0], signal.SIGKILL)
        ear.wait_for(lambda: ear.of(EngineLost), 10)
        pictures(view, 2, within=10)  # `bench recover` tells how soon
        ear.heard.clear()


@pytest.mark.expects_log
def test_that_an_engine_comes_back_though_the_systems_tmp_was_cleared_meanwhile(
    engines: Engines, cameras: TestCameras
) -> None:
    engines.open(SUB, cameras.url("sub"))
    view = engines.view(SUB, 480, 270, Decode.FULL)
    pictures(view, 2)
    cleared = Path(get_temp_dir())  # where a pipe's own choice of a door lies
    shutil.rmtree(cleared)
    os.kill(engines.pids()[0], signal.SIGKILL)
    pictures(view, 10, within=10)
    cleared.mkdir(mode=0o700)


def test_that_a_reference_is_kept_while_its_camera_is_open(
    engines: Engines, cameras: TestCameras, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LINGER_S", 0.1)
    engines.refer(SUB, bytes(9))
    assert engines._references == {}, "of a camera that nobody has open"
    engines.open(SUB, cameras.url("sub"))
    engines.refer(SUB, bytes(9))
    assert engines._references == {1: bytes(9)}
    engines.close(SUB)
    ear.wait_state(SUB, StreamState.IDLE)
    assert engines._references == {}


def test_that_an_engine_is_not_believed_of_what_is_anothers_by_now(ear: Ear) -> None:
    engines = Engines(ear, count=2)
    try:
        engines.open(SUB, "rtsp://127.0.0.1:9/none")
        home = engines._home[SUB]
        engines.hear_from(1 - home, StateChanged(SUB, StreamState.LIVE))
        engines.hear_from(home, StateChanged(SUB, StreamState.LATE))
        assert StateChanged(SUB, StreamState.LIVE) not in ear.heard
        assert StateChanged(SUB, StreamState.LATE) in ear.heard
    finally:
        engines.stop()


@pytest.mark.expects_log
def test_that_a_hung_engine_is_replaced(engines: Engines, cameras: TestCameras, ear: Ear) -> None:
    engines.open(SUB, cameras.url("sub"))
    view = engines.view(SUB, 480, 270, Decode.FULL)
    pictures(view, 10)
    hung = engines.pids()[0]
    os.kill(hung, signal.SIGSTOP)
    ear.wait_for(lambda: ear.of(EngineLost), SILENT_FOR_S + 2)
    pictures(view, 2, within=4)
    assert engines.pids() != [hung]

"""Cameras from platforms and devices, over real sockets."""

from __future__ import annotations

import hashlib
import itertools
import logging
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.demo.onvif_device import OnvifDevice, OnvifProfile
from app.demo.wvp_server import WvpCamera, WvpServer
from app.desk import Desk
from app.domain.camera_source import SourceKind, SourceRow, check_address
from app.domain.errors import Refusal
from app.domain.network import Networks
from app.domain.people import Role
from app.domain.ptz import STILL, Box, Move
from app.services import directory, sources
from app.sources.discovery import discover, read_answer
from app.sources.mover import HELD_S, STOP_TRIES, Mover
from app.sources.onvif import HOLDS_S, Onvif, Profile, choose
from app.sources.opening import check_reached
from app.sources.source import SourceFailed, SourceLocked, SourceSilent
from app.sources.wvp import Wvp
from tests.conftest import OpenDesk

Open = Callable[..., Any]
USER, PASSWORD = "zhishou", "p:ss/w@rd &1"
MAIN, SUB = "rtsp://127.0.0.1:8554/main", "rtsp://127.0.0.1:8554/sub"


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens sources that are closed when the test ends."""
    sources_: list[Wvp | Onvif] = []

    def make(kind: type[Wvp | Onvif], address: str, password: str = PASSWORD) -> Wvp | Onvif:
        sources_.append(kind(address, USER, password))
        return sources_[-1]

    yield make
    for one in sources_:
        one.close()


def code(n: int) -> str:
    """A public-security camera of 天河区."""
    return f"44010600001320{n:06d}"


@pytest.fixture
def platform() -> Iterator[WvpServer]:
    cameras = [
        WvpCamera(code(n), f"体育西路{n}", MAIN, civil="440106", lon=113.32, lat=23.13)
        for n in range(1, 1203)
    ]
    cameras[1].lon = cameras[1].lat = 0.0
    cameras[2].online = False
    cameras.append(WvpCamera("", "没有编码", MAIN, lon=113.3, lat=23.1))
    with WvpServer(cameras, USER, PASSWORD) as server:
        yield server


@pytest.fixture
def device() -> Iterator[OnvifDevice]:
    profiles = [
        OnvifProfile("jpeg", 3840, 2160, MAIN, "JPEG"),
        OnvifProfile("sub", 704, 576, SUB),
        OnvifProfile("main", 1920, 1080, MAIN),
        OnvifProfile("tiny", 352, 288, SUB),
    ]
    with OnvifDevice(profiles, USER, PASSWORD) as served:
        yield served


def test_that_a_platforms_whole_catalogue_is_read_page_by_page(
    platform: WvpServer, opened: Open
) -> None:
    found = opened(Wvp, platform.address).channels()
    assert len(found) == 1203
    assert found[0].code == code(1)
    assert found[0].name == "体育西路1"
    assert found[0].ptz
    assert found[2].online is False


def test_that_a_platform_is_asked_anew_where_a_camera_can_be_fetched(
    platform: WvpServer, opened: Open
) -> None:
    source = opened(Wvp, platform.address)
    assert source.play_url("1") == MAIN
    platform.forget_tokens()  # restarted
    assert source.play_url("1") == MAIN
    assert platform.played == {1: 2}
    with pytest.raises(SourceFailed, match="拒绝"):
        source.play_url("3")


def test_that_a_wrong_password_is_told_apart_from_silence(
    platform: WvpServer, opened: Open
) -> None:
    with pytest.raises(SourceLocked):
        opened(Wvp, platform.address, "wrong").channels()
    with pytest.raises(SourceSilent):
        opened(Wvp, "http://127.0.0.1:9").channels()


def test_that_a_platform_in_trouble_is_asked_again_and_its_account_not_blamed(
    platform: WvpServer, opened: Open
) -> None:
    source = opened(Wvp, platform.address)
    platform.busy = True
    with pytest.raises(SourceFailed, match="数据库连接失败") as told:
        source.play_url("1")
    assert not isinstance(told.value, SourceLocked), "nobody is told to mend a password"
    platform.busy = False
    assert source.play_url("1") == MAIN, "at once: the platform locks nobody out for this"


def test_that_nothing_one_signs_in_with_is_logged(
    platform: WvpServer, device: OnvifDevice, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    root = logging.getLogger()
    before = list(root.handlers), root.level
    with caplog.at_level(logging.INFO):
        opened(Wvp, platform.address).channels()
        opened(Onvif, device.address).channels()
    assert (list(root.handlers), root.level) == before
    secrets = (PASSWORD, hashlib.md5(PASSWORD.encode()).hexdigest(), "password")
    assert not [word for word in secrets if word in caplog.text]


def test_that_no_error_carries_what_was_used_to_sign_in(opened: Open) -> None:
    with pytest.raises(SourceSilent) as caught:
        opened(Wvp, "http://127.0.0.1:9").channels()
    error: BaseException | None = caught.value
    while error is not None:
        assert PASSWORD not in str(error)
        error = error.__cause__


@pytest.mark.parametrize("kind", ["wvp", "onvif"])
def test_that_a_camera_turns_remembers_and_is_framed(
    kind: str, platform: WvpServer, device: OnvifDevice, opened: Open
) -> None:
    wvp = kind == "wvp"
    turning = platform.cameras[0].turning if wvp else device.turning
    source = opened(Wvp if wvp else Onvif, (platform if wvp else device).address)
    channel = "1" if wvp else "main"
    source.move(channel, Move(pan=0.5, tilt=-0.5))
    assert turning.moves
    source.stop(channel)
    assert not turning.moves
    pan, tilt, _ = looking = turning.position
    assert pan > 0 > tilt
    preset = source.remember(channel, "东北角")
    assert source.presets(channel) == [preset]
    source.frame(channel, Box(0.5, 0.0, 0.25, 0.25), nearer=True)
    assert turning.position[0] > pan
    assert turning.position[1] > tilt
    assert turning.position[2] == pytest.approx(4, rel=0.1)
    source.go_to(channel, preset.token)
    assert turning.position == pytest.approx(looking)
    source.forget(channel, preset.token)
    assert source.presets(channel) == []
    with pytest.raises(SourceFailed):
        source.go_to(channel, preset.token)


def test_that_a_device_that_cannot_be_framed_says_so(opened: Open) -> None:
    with OnvifDevice([OnvifProfile("m", 704, 576, SUB)], USER, PASSWORD, frames=False) as served:
        source = opened(Onvif, served.address)
        with pytest.raises(SourceFailed, match="三维定位"):
            source.frame("m", Box(0.2, 0.2, 0.2, 0.2), nearer=True)


def test_that_main_and_sub_are_chosen_by_resolution(device: OnvifDevice, opened: Open) -> None:
    source = opened(Onvif, device.address)
    (channel,) = source.channels()
    assert (channel.main_url, channel.sub_url) == (MAIN, SUB)
    assert channel.code == "ZS0001"
    assert channel.ptz
    only = Profile("a", "a", 1920, 1080, "H264", False)
    assert choose([only]) == (only, only)
    with pytest.raises(SourceFailed):
        choose([])


def test_that_a_device_tells_a_wrong_password_from_silence(
    device: OnvifDevice, opened: Open
) -> None:
    wrong = opened(Onvif, device.address, "wrong")
    with pytest.raises(SourceLocked):
        wrong.channels()
    with pytest.raises(SourceSilent):
        opened(Onvif, "http://127.0.0.1:9").channels()


def free_group() -> tuple[str, int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        return "239.255.255.250", free.getsockname()[1]


def test_that_a_device_is_found_on_the_network() -> None:
    group = free_group()
    profile = OnvifProfile("m", 704, 576, SUB)
    with OnvifDevice([profile], USER, PASSWORD, model="Dome", group=group) as served:
        found = discover(1.0, group)
    assert [(one.address, one.name) for one in found] == [(served.address, "Dome")]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<",
        b"<a/>",
        b"\xff\xfe\x00",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_that_a_broken_answer_finds_nothing(answer: bytes) -> None:
    assert read_answer(answer) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "10.1.2.3",
        "ftp://10.1.2.3",
        "http://u:p@10.1.2.3",
        "http://10.1.2.3/x",
        "http://8.8.8.8",
    ],
)
def test_that_an_address_that_is_no_source_is_refused(address: str) -> None:
    with pytest.raises(Refusal):
        check_address(address, Networks())


class Slow:
    """A source that keeps what it hears; it may be told to fail."""

    def __init__(self, holds_for: float = 0.0) -> None:
        self.holds_for = holds_for
        self.heard: list[tuple[float, Move]] = []
        self.failing = 0

    def move(self, _channel: str, move: Move) -> None:
        self.heard.append((time.monotonic(), move))

    def stop(self, _channel: str) -> None:
        self.heard.append((time.monotonic(), STILL))
        if self.failing:
            self.failing -= 1
            raise SourceSilent("没有应答")

    def ends_still(self, within: float) -> bool:
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.heard and not self.heard[-1][1].moves and not self.failing:
                return True
            time.sleep(0.02)
        return False


def test_that_a_camera_stops_when_nobody_asks_it_to_move_on() -> None:
    source, told = Slow(), []
    mover = Mover(lambda: source, "1", lambda failure, stopped: told.append((failure, stopped)))  # type: ignore[arg-type]
    mover.start()
    mover.want(Move(pan=1))
    assert source.ends_still(HELD_S * 3)
    mover.let_go()
    mover.join(2)
    assert not mover.is_alive()
    assert told == []


def test_that_a_held_movement_is_asked_for_again_before_the_device_ends_it() -> None:
    source = Slow(holds_for=0.4)
    mover = Mover(lambda: source, "1", lambda failure, stopped: None)  # type: ignore[arg-type]
    mover.start()
    until = time.monotonic() + 1.2
    while time.monotonic() < until:
        mover.want(Move(pan=1))
        time.sleep(0.05)
    mover.let_go()
    mover.join(2)
    times = [at for at, move in source.heard if move.moves]
    assert max(b - a for a, b in itertools.pairwise(times)) < 0.4
    assert not source.heard[-1][1].moves
    assert HOLDS_S > HELD_S


def test_that_a_stop_that_does_not_get_through_is_tried_again() -> None:
    source = Slow()
    source.failing = 2
    mover = Mover(lambda: source, "1", lambda failure, stopped: None)  # type: ignore[arg-type]
    mover.start()
    mover.want(Move(zoom=-1))
    while not source.heard:
        time.sleep(0.01)
    mover.want(STILL)
    assert source.ends_still(4)
    mover.let_go()
    mover.join(2)
    assert [move.moves for _, move in source.heard] == [True, False, False, False]


def test_that_a_stop_pressed_again_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sources.mover.PAUSE_S", 0.01)
    source, told = Slow(), []
    source.failing = STOP_TRIES
    mover = Mover(lambda: source, "1", lambda failure, stopped: told.append(stopped))  # type: ignore[arg-type]
    mover.start()
    mover.want(Move(pan=1))
    while not source.heard:
        time.sleep(0.01)
    mover.stop()
    until = time.monotonic() + 5
    while not told and time.monotonic() < until:
        time.sleep(0.01)
    assert told == [False]
    tried = len(source.heard)
    mover.stop()
    while len(source.heard) == tried and time.monotonic() < until:
        time.sleep(0.01)
    assert len(source.heard) == tried + 1
    mover.let_go()
    mover.join(2)
    assert not mover.is_alive()


def test_that_a_camera_stops_whatever_its_source_raises() -> None:
    class Odd(Slow):
        def move(self, channel: str, move: Move) -> None:
            super().move(channel, move)
            raise RuntimeError("no source should raise this")

    source, told = Odd(), []
    mover = Mover(lambda: source, "1", lambda failure, stopped: told.append((failure, stopped)))  # type: ignore[arg-type]
    mover.start()
    mover.want(Move(pan=1))
    assert source.ends_still(3)
    mover.let_go()
    mover.join(2)
    ((failure, stopped),) = told
    assert stopped
    assert isinstance(failure, SourceFailed)


def test_that_a_source_may_not_lie_outside_however_its_address_is_written() -> None:
    for address in ("http://2852039166:80", "http://0xA9FEA9FE", "http://169.254.43518"):
        with pytest.raises(Refusal):
            check_reached(address, Networks())
    check_reached("http://localhost:80", Networks())


def keep(desk: Desk, platform: WvpServer) -> SourceRow:
    desk.do_now(
        sources.save,
        SourceKind.WVP,
        "市局共享平台",
        platform.address,
        USER,
        PASSWORD,
        str,
        Networks(),
    )
    return desk.ask_now(sources.listed)[0]


def test_that_a_catalogue_becomes_cameras_and_again_changes_nothing(
    open_desk: OpenDesk, platform: WvpServer, opened: Open
) -> None:
    desk = open_desk(Role.ADMINISTRATOR, "席")
    row = keep(desk, platform)
    channels = opened(Wvp, row.address).channels()
    known = desk.ask_now(directory.view).cameras
    plan = sources.plan(row, channels, known, Networks())
    outcome, _ = desk.do_now(directory.carry_out, plan, str, str)
    assert (outcome.rows, outcome.added, len(outcome.refused)) == (1203, 1202, 1)
    cameras = desk.ask_now(directory.view).cameras
    placed = {camera.code: camera for camera in cameras}
    assert placed[code(1)].source_id == row.id
    assert placed[code(1)].channel == "1"
    assert placed[code(1)].main_url == ""
    assert placed[code(2)].district == "440106"  # it had no position: the middle of its district
    assert any("没有坐标" in why for _, why in outcome.warnings)
    again = sources.plan(row, channels, cameras, Networks())
    outcome, _ = desk.do_now(directory.carry_out, again, str, str)
    assert (outcome.added, outcome.changed, outcome.same) == (0, 0, 1202)
    with pytest.raises(Refusal, match="1202"):
        desk.do_now(sources.drop, row.id)


def test_that_a_source_is_changed_by_its_address_and_kept_by_administrators_only(
    open_desk: OpenDesk, platform: WvpServer
) -> None:
    desk = open_desk(Role.ADMINISTRATOR, "席")
    row = keep(desk, platform)
    args = (SourceKind.WVP, "改名", platform.address, "other", "", str, Networks())
    desk.do_now(sources.save, *args)
    (now,) = desk.ask_now(sources.listed)
    assert (now.name, now.username, now.secret) == ("改名", "other", row.secret)
    desk.do_now(sources.drop, row.id)
    assert desk.ask_now(sources.listed) == []
    with pytest.raises(Refusal):
        open_desk(Role.OPERATOR, "乙").do_now(sources.save, *args)


def test_that_what_was_left_moving_is_stopped_first_and_somebody_hears_if_it_cannot_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.sources.mover.PAUSE_S", 0.01)
    monkeypatch.setattr("app.sources.mover.AGAIN_S", 0.2)
    source, told, noted = Slow(), [], []
    source.failing = STOP_TRIES + 2
    mover = Mover(
        lambda: source,  # type: ignore[arg-type]
        "1",
        lambda failure, stopped: told.append(stopped),
        noted.append,
        moves=True,
    )
    mover.start()
    mover.let_go()
    mover.join(10)
    assert not mover.is_alive(), "it ends when its stop has got through"
    assert told == [False], "once, and not again with each try"
    assert noted == [False]
    assert all(not move.moves for _, move in source.heard)


def test_that_a_camera_taken_in_hand_again_is_not_stopped_by_what_let_it_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.sources.mover.PAUSE_S", 0.01)
    monkeypatch.setattr("app.sources.mover.AGAIN_S", 0.3)
    source, noted = Slow(), []
    source.failing = 10 * STOP_TRIES
    mover = Mover(lambda: source, "1", lambda failure, stopped: None, noted.append, moves=True)  # type: ignore[arg-type]
    mover.start()
    mover.let_go()
    until = time.monotonic() + 5
    while len(source.heard) < STOP_TRIES and time.monotonic() < until:
        time.sleep(0.01)
    assert mover.take(), "it has not stopped it yet: the same one goes on"
    mover.want(Move(pan=1))
    while not source.heard[-1][1].moves and time.monotonic() < until:
        time.sleep(0.01)
    source.failing, began = 0, time.monotonic()
    while time.monotonic() < began + 3 * 0.3:
        mover.want(Move(pan=1))
        time.sleep(0.05)
    assert source.heard[-1][1].moves, "held on, past the time of its next try"
    assert noted == [True]
    mover.let_go()
    mover.join(5)
    assert noted == [True, False]
    assert not mover.take()


def test_that_a_camera_that_is_let_go_is_stopped_however_long_its_platform_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.sources.mover.PAUSE_S", 0.01)
    monkeypatch.setattr("app.sources.mover.AGAIN_S", 0.1)
    source, told = Slow(), []
    mover = Mover(lambda: source, "1", lambda failure, stopped: told.append(stopped))  # type: ignore[arg-type]
    mover.start()
    mover.want(Move(pan=1))
    until = time.monotonic() + 5
    while not source.heard and time.monotonic() < until:
        time.sleep(0.01)
    source.failing = 3 * STOP_TRIES
    mover.let_go()
    mover.join(10)
    assert not mover.is_alive()
    assert source.ends_still(0.1)
    assert told == [False]


def test_that_a_camera_whose_source_is_gone_is_given_up() -> None:
    source = Slow()
    source.failing = 1000
    mover = Mover(lambda: source, "1", lambda failure, stopped: None, moves=True)  # type: ignore[arg-type]
    mover.start()
    mover.let_go()
    mover.abandon()
    mover.join(5)
    assert not mover.is_alive()


def test_that_a_left_camera_whose_source_cannot_be_opened_may_go_on_moving() -> None:
    told: list[bool] = []

    def closed() -> Slow:
        raise SourceSilent("平台没有应答：请检查网络和平台服务")

    for moves in (True, False):
        mover = Mover(closed, "1", lambda failure, stopped: told.append(stopped), moves=moves)  # type: ignore[arg-type]
        mover.start()
        mover.join(5)
    assert told == [False, True]

"""What the wall is held against: bare ffmpeg, and a player's windows, on the same streams."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.demo.loops import FPS
from app.domain.errors import Refusal
from tests.benchmarks.stage import cpu_seconds

START_S, WARM_UP_S = 30.0, 6.0


MOST_PLAYERS = 16
"""More player windows than this hold each other up and measure nothing."""


@dataclass(frozen=True)
class Drawn:
    """What peers took of a core, in percent, and the slowest one's pictures a second.

    A peer that draws nothing costs nothing: without its rate its percent could not be believed.
    Neither is known where there was no such peer, nor the rate of one that tells nobody.
    """

    name: str
    cpu_percent: float | None = None
    fps_min: float | None = None

    def held_against(self, percent: float) -> float | None:
        """How many times as much so many percent of a core are; None without a figure."""
        return round(percent / self.cpu_percent, 2) if self.cpu_percent else None


class Peer(ABC):
    """One program that shows, or decodes, one stream."""

    def __init__(self, command: Sequence[str], stdout: int) -> None:
        self.program = subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL)

    @abstractmethod
    def pictures(self) -> float | None:
        """How many pictures it has come to so far; None from one that tells nobody."""

    def end(self) -> None:
        self.program.kill()
        self.program.communicate()


class Ffmpeg(Peer):
    """ffmpeg that decodes and scales to this size, and throws the pictures away.

    Raises Refusal where there is none.
    """

    def __init__(self, url: str, width: int, height: int, keys_only: bool = False) -> None:
        if not shutil.which("ffmpeg"):
            raise Refusal("本机没有 ffmpeg，无法对比；请先安装 ffmpeg")
        skip = ["-skip_frame", "nokey"] if keys_only else []
        head = ["-probesize", "32", "-fpsprobesize", "0"]  # as ours: no second is lost on probing
        live = ["-rtsp_transport", "tcp", "-timeout", "5000000", "-threads", "1"]
        given = [*live, *head, *skip, "-i", url]
        scale = f"scale={width}:{height}:flags=bilinear"
        told = ["-progress", "pipe:1", "-stats_period", "0.2"]
        made = ["-vf", scale, "-pix_fmt", "bgra", "-f", "null", "-"]
        command = ["ffmpeg", "-nostdin", "-loglevel", "quiet", *told, *given, *made]
        super().__init__(command, subprocess.PIPE)
        self._pictures = 0
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self.program.stdout is not None
        with suppress(ValueError):  # closed by whoever ended it
            for line in self.program.stdout:
                name, _, value = line.strip().partition(b"=")
                if name == b"frame":
                    self._pictures = int(value)

    def pictures(self) -> float:
        return self._pictures


class Mpv(Peer):
    """A window of mpv, set for the least delay."""

    def __init__(self, url: str, width: int, height: int, folder: Path) -> None:
        door = tempfile.mktemp(dir=folder)  # the folder is ours alone
        plain = ["mpv", "--no-config", "--really-quiet", "--no-audio", "--vo=x11"]
        live = ["--profile=low-latency", "--rtsp-transport=tcp", "--vd-lavc-threads=1"]
        told = [f"--geometry={width}x{height}", f"--input-ipc-server={door}"]
        super().__init__([*plain, *live, *told, url], subprocess.DEVNULL)
        self._door = door

    def pictures(self) -> float:
        """By the time it plays, asked over mpv's own door; 0 while it does not answer."""
        with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(self._door)
            line.sendall(b'{"command": ["get_property", "time-pos"]}\n')
            for said in line.makefile("rb"):
                answer: dict[str, Any] = json.loads(said)
                if "error" in answer:
                    return float(answer.get("data") or 0) * FPS
        return 0.0


class Ffplay(Peer):
    """A window of ffplay, which tells nobody how many pictures it drew."""

    def __init__(self, url: str, width: int, height: int) -> None:
        plain = ["ffplay", "-loglevel", "quiet", "-an", "-x", str(width), "-y", str(height)]
        super().__init__([*plain, "-rtsp_transport", "tcp", url], subprocess.DEVNULL)

    def pictures(self) -> None:
        return None


@contextmanager
def ffmpegs(
    urls: Sequence[str], width: int, height: int, keys_only: bool = False
) -> Iterator[list[Peer]]:
    """One ffmpeg a stream: a single one with many inputs reads them in turn and falls behind."""
    with _ending() as peers:
        for url in urls:  # one by one: those that were started are ended, whatever happens
            peers.append(Ffmpeg(url, width, height, keys_only))
        yield peers


class Kept:
    """One ffmpeg a stream, key frames only, each started again a second after it ended, as a script
    around a player does it: what a wall without a supervisor has.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = list(urls)
        self._peers = [self._new(url) for url in urls]
        self._before = [0.0] * len(self._urls)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    @staticmethod
    def _new(url: str) -> Ffmpeg:
        return Ffmpeg(url, 320, 180, keys_only=True)

    def _keep(self) -> None:
        while not self._ended.wait(1.0):
            for place, peer in enumerate(self._peers):
                if peer.program.poll() is None:
                    continue
                peer.end()
                with self._lock:
                    self._before[place] += peer.pictures()
                    self._peers[place] = self._new(self._urls[place])

    def pictures(self) -> list[float]:
        """How many pictures came of each stream so far."""
        with self._lock:
            counts = [peer.pictures() for peer in self._peers]
            return [old + new for old, new in zip(self._before, counts, strict=True)]

    def all_again(self, within: float) -> float:
        """Seconds until every stream has brought a picture more than it has now; at most `within`.
        Blocks.
        """
        before, began = self.pictures(), time.monotonic()
        while time.monotonic() - began < within:
            if all(now > then for now, then in zip(self.pictures(), before, strict=True)):
                break
            time.sleep(0.02)
        return time.monotonic() - began

    def end(self) -> None:
        self._ended.set()
        self._keeper.join()
        for peer in self._peers:
            peer.end()


@contextmanager
def players(urls: Sequence[str], width: int, height: int) -> Iterator[tuple[str, list[Peer]]]:
    """One player window a stream, and the player's name: mpv, else ffplay, else none."""
    with tempfile.TemporaryDirectory(prefix="zhishou-peers-") as folder, _ending() as peers:
        if shutil.which("mpv"):
            for url in urls:
                peers.append(Mpv(url, width, height, Path(folder)))
            yield "mpv", peers
        elif shutil.which("ffplay"):
            for url in urls:
                peers.append(Ffplay(url, width, height))
            yield "ffplay", peers
        else:
            yield "none", peers


@contextmanager
def _ending() -> Iterator[list[Peer]]:
    peers: list[Peer] = []
    try:
        yield peers
    finally:
        for peer in peers:
            peer.end()


def bare(
    urls: Sequence[str], tile: tuple[int, int], seconds: float, keys_only: bool = False
) -> Drawn:
    """One ffmpeg a stream, watched for so long. Blocks."""
    with ffmpegs(urls, *tile, keys_only) as peers:
        return _drawn("ffmpeg", peers, seconds)


def played(urls: Sequence[str], tile: tuple[int, int], seconds: float) -> Drawn:
    """One player window a stream, watched for so long. Blocks."""
    if len(urls) > MOST_PLAYERS:
        return Drawn("none")
    with players(urls, *tile) as (name, peers):
        return _drawn(name, peers, seconds) if peers else Drawn(name)


def _drawn(name: str, peers: Sequence[Peer], seconds: float) -> Drawn:
    until = time.monotonic() + START_S + len(peers)
    while any(peer.pictures() == 0 for peer in peers):
        if time.monotonic() > until:
            raise RuntimeError(f"not every {name} shows a picture")
        time.sleep(0.2)
    time.sleep(WARM_UP_S)  # what queued up while others were starting has been worked off
    pids = [peer.program.pid for peer in peers]
    before = [peer.pictures() for peer in peers]
    began, used = time.monotonic(), cpu_seconds(pids)
    time.sleep(seconds)
    took = time.monotonic() - began
    percent = (cpu_seconds(pids) - used) / took * 100
    if any(peer.program.poll() is not None for peer in peers):
        raise RuntimeError(f"{name} ended by itself")
    counts = zip(before, [peer.pictures() for peer in peers], strict=True)
    rates = [(new - old) / took for old, new in counts if old is not None and new is not None]
    return Drawn(name, round(percent, 1), round(min(rates), 1) if rates else None)

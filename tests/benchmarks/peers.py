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

WARM_UP_S = 6.0


MOST_PLAYERS = 16
"""More player windows than this hold each other up and measure nothing."""


@dataclass(frozen=True)
class Drawn:
    """What peers took of a core, in percent, and the slowest one's pictures a second.

    A peer that draws nothing costs nothing: without its rate its percent could not be believed.
    Neither is a number where there was no such peer.
    """

    name: str
    cpu_percent: float = float("nan")
    fps_min: float = float("nan")


class Peer(ABC):
    """One program that shows, or decodes, one stream."""

    def __init__(self, command: Sequence[str], stdout: int) -> None:
        self.program = subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL)

    @abstractmethod
    def pictures(self) -> float:
        """How many pictures it has come to so far."""

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
        given = ["-rtsp_transport", "tcp", "-timeout", "5000000", "-threads", "1", *skip, "-i", url]
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

    def pictures(self) -> float:
        return float("nan")


@contextmanager
def ffmpegs(
    urls: Sequence[str], width: int, height: int, keys_only: bool = False
) -> Iterator[list[Peer]]:
    """One ffmpeg a stream: a single one with many inputs reads them in turn and falls behind."""
    with _ending() as peers:
        peers += [Ffmpeg(url, width, height, keys_only) for url in urls]
        yield peers


class Kept:
    """One ffmpeg a stream, key frames only, each started again a second after it ended, as a script
    around a player does it: what a wall without a supervisor has.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._peers = {url: Ffmpeg(url, 320, 180, keys_only=True) for url in urls}
        self._before = dict.fromkeys(urls, 0.0)
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self._ended.wait(1.0):
            for url, peer in list(self._peers.items()):
                if peer.program.poll() is not None:
                    peer.end()
                    self._before[url] += peer.pictures()
                    self._peers[url] = Ffmpeg(url, 320, 180, keys_only=True)

    def pictures(self) -> list[float]:
        """How many pictures came of each stream so far."""
        return [self._before[url] + peer.pictures() for url, peer in list(self._peers.items())]

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
        for peer in self._peers.values():
            peer.end()


@contextmanager
def players(urls: Sequence[str], width: int, height: int) -> Iterator[tuple[str, list[Peer]]]:
    """One player window a stream, and the player's name: mpv, else ffplay, else none."""
    with tempfile.TemporaryDirectory(prefix="zhishou-peers-") as folder, _ending() as peers:
        if shutil.which("mpv"):
            peers += [Mpv(url, width, height, Path(folder)) for url in urls]
            yield "mpv", peers
        elif shutil.which("ffplay"):
            peers += [Ffplay(url, width, height) for url in urls]
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
    time.sleep(WARM_UP_S)
    pids = [peer.program.pid for peer in peers]
    before = [peer.pictures() for peer in peers]
    began, used = time.monotonic(), cpu_seconds(pids)
    time.sleep(seconds)
    took = time.monotonic() - began
    percent = (cpu_seconds(pids) - used) / took * 100
    rates = [(peer.pictures() - old) / took for peer, old in zip(peers, before, strict=True)]
    return Drawn(name, round(percent, 1), round(min(rates), 1))

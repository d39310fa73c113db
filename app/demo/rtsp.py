"""Starts and stops the RTSP server, which runs under the system's own Python."""

from __future__ import annotations

import json
import select
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from app.domain.errors import Refusal

SYSTEM_PYTHON = "/usr/bin/python3"
SERVER = Path(__file__).with_name("rtsp_server.py")
STARTS_WITHIN_S = 15


@dataclass(frozen=True)
class Served:
    """One stream to be served: its mount, its loop file, and what it does wrong. With `udp` it is
    sent over UDP or not at all, as old cameras do. It runs `ahead` seconds before the wall clock.
    """

    mount: str
    loop: str
    fault: str = ""
    user: str = ""
    password: str = ""
    udp: bool = False
    ahead: float = 0.0


class RtspServer:
    """Serves loops on loopback while the context lasts; it also ends when this process dies. A
    stream that several cameras share is served once.
    """

    def __init__(self, streams: Iterable[Served], port: int = 0, guarded_port: int = 0) -> None:
        self._streams = list(dict.fromkeys(streams))
        self._wanted = {"port": port, "guarded_port": guarded_port}
        self._process: subprocess.Popen[str] | None = None
        self._ports: dict[str, int] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="zhishou-rtsp-")

    def start(self) -> Self:
        """Start and wait until it listens; a Refusal that says what is missing."""
        plan = Path(self._folder.name) / "plan.json"
        told = {**self._wanted, "streams": [asdict(stream) for stream in self._streams]}
        plan.write_text(json.dumps(told), encoding="utf-8")
        try:
            self._process = subprocess.Popen(
                [SYSTEM_PYTHON, str(SERVER), str(plan)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except FileNotFoundError:
            raise Refusal("缺少系统的 python3：演示摄像机用它运行") from None
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], STARTS_WITHIN_S)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self._process.kill()
            _, why = self._process.communicate()
            last = why.strip().splitlines()[-1:] or ["没有应答"]
            raise Refusal(
                "演示摄像机没有启动（{why}）：请安装 python3-gi gir1.2-gst-rtsp-server-1.0 "
                "gstreamer1.0-plugins-good",
                why=last[0],
            )
        self._ports = json.loads(line)
        return self

    def url(self, stream: Served) -> str:
        """Where a stream is served; without credentials."""
        port = self._ports["guarded_port" if stream.user else "port"]
        return f"rtsp://127.0.0.1:{port}{stream.mount}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End the server and its streams."""
        if self._process is not None:
            try:
                self._process.communicate(timeout=3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
            self._process = None
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

"""A wall's worth of test cameras, really served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.demo.rtsp import RtspServer, Served

USER, PASSWORD = "viewer", "p:ss/w@rd"


class TestCameras:
    """Streams by what they are, on a server that runs."""

    __test__ = False

    def __init__(self, server: RtspServer, streams: dict[str, Served]) -> None:
        self.server, self._streams = server, streams

    def url(self, name: str) -> str:
        return self.server.url(self._streams[name])

    @property
    def nowhere(self) -> str:
        """An address at which nobody listens."""
        return "rtsp://127.0.0.1:9/none"


@contextmanager
def serving(loops: dict[str, Path]) -> Iterator[TestCameras]:
    streams = {
        "sub": Served("/sub", str(loops["sub"])),
        "main": Served("/main", str(loops["main"])),
        "two": Served("/two", str(loops["sub"])),
        "h265": Served("/h265", str(loops["h265"])),
        "guarded": Served("/guarded", str(loops["sub"]), user=USER, password=PASSWORD),
    }
    with RtspServer(streams.values()) as server:
        yield TestCameras(server, streams)

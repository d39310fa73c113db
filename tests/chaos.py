"""A cable that can be pulled: a TCP relay in a process of its own, between cameras and console.

While it is cut, packets vanish and nobody answers a knock, as with a switch that has lost power.
Run as ``python -m tests.chaos TARGET_PORT``; it says its port, then takes ``cut`` and ``mend``.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from typing import Self


class Cable:
    """The relay as its user sees it."""

    def __init__(self, target: int) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos", str(target)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._program.stdout is not None
        self.port = int(self._program.stdout.readline())

    def cut(self) -> None:
        """Nothing gets through from here on."""
        self._say("cut")

    def mend(self) -> None:
        """Everything gets through again."""
        self._say("mend")

    def _say(self, word: str) -> None:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(word + "\n")
        self._program.stdin.flush()
        self._program.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.kill()
        self._program.communicate()


class Relay:
    """Every connection and what flows through it."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        """Connections of before are dead: their other ends have long given up."""
        for writer in list(self._writers):
            writer.transport.abort()
        self._open.set()

    async def serve(self) -> int:
        """Listen; the port."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0, backlog=512)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        other: asyncio.StreamWriter | None = None
        try:
            await self._open.wait()  # a knock into the void
            there, other = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.add(other)
            await asyncio.gather(self._flow(reader, other), self._flow(there, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for one in (writer, other):
                if one is not None:
                    self._writers.discard(one)
                    with contextlib.suppress(OSError, RuntimeError):
                        one.transport.abort()

    async def _flow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65_536):
            if not self._open.is_set():
                continue  # it vanishes
            writer.write(part)
            await writer.drain()
        writer.transport.abort()


async def main(target: int) -> None:
    relay = Relay(target)
    sys.stdout.write(f"{await relay.serve()}\n")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    while word := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        relay.cut() if word == "cut" else relay.mend()
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

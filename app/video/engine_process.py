"""One engine's process: started, told, listened to, and started again when it dies or hangs."""

from __future__ import annotations

import logging
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection, Listener
from typing import Protocol

from app.video.load import processor_s
from app.video.messages import FromEngine, Stop, ToEngine
from app.video.one_heap import with_one_heap

log = logging.getLogger(__name__)

SILENT_FOR_S, STARVED_FOR_S = 4.0, 15.0
"""An engine says each second that it is alive; one that is silent for so long is replaced. If it
uses the processor meanwhile, it only has no turn on a machine that is too busy, and is given
longer: to start it anew would make the machine busier still.
"""


class Owner(Protocol):
    """Whoever keeps the engines."""

    ended: bool
    lock: threading.RLock

    def door(self, number: int) -> str | None:
        """Where the engine's pipe is to be opened; None: wherever the system has pipes."""

    def hear_from(self, number: int, message: FromEngine) -> None:
        """Hear what an engine says."""

    def engine_began(self, number: int) -> None:
        """Tell it, by `send_now`, all that it must know; called with the lock held."""

    def engine_lost(self, number: int) -> None:
        """It has died, and is going to be started again."""


class EngineProcess:
    """One engine process: started, listened to, and started again when it ends by itself."""

    def __init__(self, owner: Owner, number: int) -> None:
        self._owner, self._number = owner, number
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._box: queue.SimpleQueue[ToEngine | None] = queue.SimpleQueue()
        self._sender: threading.Thread | None = None
        self._thread = threading.Thread(
            target=self._keep, daemon=True, name=f"engine {number} listener"
        )
        self._thread.start()

    @property
    def runs(self) -> bool:
        """Whether it listens."""
        return self._pipe is not None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def send(self, message: ToEngine) -> None:
        """Send if the engine runs; a starting one is told everything when it is there."""
        if self._pipe is not None:
            self.send_now(message)

    def send_now(self, message: ToEngine) -> None:
        """Put it into the engine's box; whoever asks never waits for an engine that hangs."""
        self._box.put(message)

    def _deliver(self, pipe: Connection, box: queue.SimpleQueue[ToEngine | None]) -> None:
        """Send what is put into the box, in its order, until None or until the pipe is gone."""
        while (message := box.get()) is not None:
            try:
                pipe.send(message)
            except (OSError, TypeError, ValueError):  # closed, also while it was being written to
                log.info("engine %s has gone before it could be told", self._number)
                return

    def end(self) -> None:
        if self._process:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._thread.join(3)
        if self._sender is not None:
            self._sender.join(1)

    def _keep(self) -> None:
        while not self._owner.ended:
            began = time.monotonic()
            try:
                self._live()
            except (OSError, EOFError):
                log.info("engine %s ended", self._number)
            except Exception:
                log.exception("engine %s could not be heard", self._number)
            self._pipe = None
            self._reap()
            if self._owner.ended:
                return
            log.error("video engine %s died and is started again", self._number)
            self._owner.engine_lost(self._number)
            if time.monotonic() - began < 1:
                time.sleep(1)  # an engine that cannot start must not take a whole core

    def _reap(self) -> None:
        """A process whose pipe has broken is of no more use, dead or hung."""
        if self._process is not None:
            if not self._owner.ended:
                self._process.kill()
            self._process.wait()

    def _live(self) -> None:
        key = secrets.token_bytes(32)
        with Listener(self._owner.door(self._number), authkey=key) as door:
            self._process = subprocess.Popen(
                [*engine_command(), str(door.address)],
                stdin=subprocess.PIPE,
                env=with_one_heap(),
            )
            assert self._process.stdin is not None
            self._process.stdin.write(key.hex().encode() + b"\n")
            self._process.stdin.close()
            threading.Thread(target=self._knock, args=(str(door.address),), daemon=True).start()
            pipe = door.accept()
        box = self._box = queue.SimpleQueue()
        name = f"engine {self._number} sender"
        self._sender = threading.Thread(
            target=self._deliver, args=(pipe, box), daemon=True, name=name
        )
        self._sender.start()
        self._owner_is_told(pipe)
        with pipe, closing_box(box):
            self._listen(pipe, self._process.pid)

    def _listen(self, pipe: Connection, pid: int) -> None:
        """Pass on what the engine says; EOFError once it hangs: what it shows is not believed."""
        silent, used = 0.0, 0.0
        while True:
            if pipe.poll(1.0):
                silent = 0.0
                self._owner.hear_from(self._number, pipe.recv())
                continue
            silent, before, used = silent + 1.0, used, processor_s(pid)
            works = used > before and silent < STARVED_FOR_S
            if silent >= SILENT_FOR_S and not works:
                raise EOFError

    def _knock(self, address: str) -> None:
        """An engine that dies before it connects would leave us waiting at the door for ever."""
        assert self._process is not None
        self._process.wait()
        with suppress(OSError):
            Client(address).close()

    def _owner_is_told(self, pipe: Connection) -> None:
        with self._owner.lock:
            self._pipe = pipe
            if self._owner.ended:  # while it was starting: it was not there to be told
                self.send_now(Stop())
            else:
                self._owner.engine_began(self._number)


@contextmanager
def closing_box(box: queue.SimpleQueue[ToEngine | None]) -> Iterator[None]:
    """Whatever ends the listening ends the sending too."""
    try:
        yield
    finally:
        box.put(None)


def engine_command() -> list[str]:
    """How an engine is started from here: from the source tree, or from the shipped program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine"]
    return [sys.executable, "-m", "app.video.engine"]

"""Hears what other desks wrote, and tells it like our own.

A poll each second finds every change, also after a broken link, since it goes on from the last id.
On PostgreSQL a NOTIFY wakes the poll earlier; it is a nudge and never the news itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import Engine

from app.desk import Desk
from app.domain.change import Change
from app.domain.errors import LinkLost
from db.changes import CHANNEL

log = logging.getLogger(__name__)

POLL_S = 1.0


class Feed:
    """Reads on from the last change seen, and says each to `publish`.

    `on_link` is told True and False when the database answers again or no longer.
    """

    def __init__(
        self,
        desk: Desk,
        publish: Callable[[Change], None],
        on_link: Callable[[bool], None] = lambda up: None,
    ) -> None:
        self._desk, self._publish, self._on_link = desk, publish, on_link
        self._seen: int | None = None
        self._nudged = asyncio.Event()
        self._up = True
        self._listener: Listener | None = None

    async def run(self) -> None:
        """Follow until cancelled."""
        loop = asyncio.get_running_loop()
        if self._desk.engine.dialect.name == "postgresql":

            def nudge() -> None:
                loop.call_soon_threadsafe(self._nudged.set)

            self._listener = Listener(self._desk.engine, nudge)
        try:
            while True:
                await self.pull()
                # Not wait_for: in Python 3.11 it swallows a cancellation that comes with a nudge.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._nudged.wait()
                self._nudged.clear()
        finally:
            if self._listener:
                self._listener.stop()

    async def pull(self) -> None:
        """Read once; a database that does not answer is told and tried again next time."""
        try:
            if self._seen is None:
                self._seen = await self._desk.newest_change()
            while found := await self._desk.changes_after(self._seen):
                for number, change in found:
                    self._seen = number
                    self._publish(change)
            self._link(True)
        except LinkLost:
            self._link(False)
        except Exception:
            log.exception("the feed could not read on")
            self._link(False)

    def _link(self, up: bool) -> None:
        if up is not self._up:
            self._up = up
            self._on_link(up)


class Listener:
    """A connection of its own that waits for NOTIFY on a thread of its own."""

    def __init__(self, engine: Engine, nudge: Callable[[], None]) -> None:
        url = engine.url.set(drivername="postgresql")
        self._dsn = url.render_as_string(hide_password=False)
        self._nudge = nudge
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True, name="db listener")
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(3)

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True, connect_timeout=3) as connection:
                    connection.execute(f"listen {CHANNEL}")
                    self._nudge()  # what came before we listened
                    while not self._ended.is_set():
                        for _ in connection.notifies(timeout=0.5):
                            self._nudge()
            except (psycopg.Error, RuntimeError):
                log.info("the database's listener lost its link")
                self._ended.wait(2)

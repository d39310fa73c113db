"""The one door from screens to data: a verb gets a thread, a transaction and a time."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError

from app.domain.change import Change
from app.domain.errors import LinkLost, Refusal
from app.domain.people import Role, Signed
from db.changes import last_id, read_after
from db.unit_of_work import Work

T = TypeVar("T")
P = ParamSpec("P")

NOBODY = Signed(0, "", Role.PRESENTER, "")
"""Who acts before anybody has signed in: may ask, may do nothing."""

CLOSE_WITHIN_S = 12.0
_numbers = itertools.count(1)

ANSWER_WITHIN_S = 15.0
"""A database that is silent for longer is told to the operator; the thread goes on waiting."""

FULL = "磁盘已满，没有保存：请清理磁盘后再试，填写的内容已保留"
GONE = (
    "数据库没有应答，没有得到保存的确认：连接恢复后请先核对是否已保存；"
    "登记表可以直接再提交，不会重复"
)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """One seat at the database. All its database work runs on one thread, in order."""

    def __init__(
        self,
        engine: Engine,
        name: str,
        on_change: Callable[[Change], None] = lambda change: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.engine, self.name, self.clock = engine, name, clock
        self.signed = NOBODY
        self._on_change = on_change
        self._prefix = f"db {next(_numbers)}"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._prefix)

    def sign(self, who: Signed) -> None:
        """From here on this account acts."""
        self.signed = who

    def sign_off(self) -> None:
        """Nobody sits here from now on; what the desk itself puts on record goes on being its."""
        self.signed = replace(NOBODY, desk=self.name)

    def hear(self, on_change: Callable[[Change], None]) -> None:
        """Say here what this desk writes; called on the thread of the event loop."""
        self._on_change = on_change

    async def run(
        self, verb: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do something: commit it, then tell. The news is told even if the form has closed."""
        return await self._answer(self._telling(verb, *args, **kwargs))

    async def run_long(
        self, verb: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do something that may take a minute, on a thread of its own: what the desk asks meanwhile
        is answered, and nobody is told that the database is gone.
        """
        return await self._apart(self._telling(verb, *args, **kwargs))

    def _telling(
        self, verb: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Callable[[], T]:
        """The work as a thread does it, by whoever sits here now and at this time."""
        loop = asyncio.get_running_loop()
        who, now = self.signed, self.clock()  # as it is now, not when the thread gets to it

        def work_and_tell() -> T:
            result, changes = self._do(who, now, lambda work: verb(work, *args, **kwargs))
            for change in changes:
                loop.call_soon_threadsafe(self._on_change, change)
            return result

        return work_and_tell

    async def ask(
        self, question: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask something; nothing is kept."""
        who, now = self.signed, self.clock()

        def look() -> T:
            with links_watched(), Work(self.engine, who, now, writes=False) as work:
                return question(work, *args, **kwargs)

        return await self._answer(look)

    async def ask_long(
        self, question: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask something that may take a minute, on a thread of its own."""
        who, now = self.signed, self.clock()

        def look() -> T:
            with links_watched(), Work(self.engine, who, now, writes=False) as work:
                return question(work, *args, **kwargs)

        return await self._apart(look)

    async def _apart(self, work: Callable[[], T]) -> T:
        thread = ThreadPoolExecutor(1, thread_name_prefix=f"{self._prefix}_long")
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, work)
        finally:
            thread.shutdown(wait=False)

    def do_now(
        self, verb: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, list[Change]]:
        """Do something on this very thread: for commands and for the database thread."""
        return self._do(self.signed, self.clock(), lambda work: verb(work, *args, **kwargs))

    def _do(self, who: Signed, now: datetime, verb: Callable[[Work], T]) -> tuple[T, list[Change]]:
        with links_watched(), Work(self.engine, who, now, writes=True) as work:
            result = verb(work)
            return result, work.commit()

    def ask_now(
        self, question: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask something on this very thread."""
        with links_watched(), Work(self.engine, self.signed, self.clock(), writes=False) as work:
            return question(work, *args, **kwargs)

    async def changes_after(self, seen: int) -> list[tuple[int, Change]]:
        """What all desks wrote after change `seen`."""

        def read() -> list[tuple[int, Change]]:
            with links_watched(), self.engine.connect() as connection:
                return read_after(connection, seen)

        return await self._answer(read)

    async def newest_change(self) -> int:
        """Where a feed that starts now begins."""

        def read() -> int:
            with links_watched(), self.engine.connect() as connection:
                return last_id(connection)

        return await self._answer(read)

    async def _answer(self, work: Callable[[], T]) -> T:
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await asyncio.shield(future)
        except TimeoutError:
            future.add_done_callback(_forget)
            raise LinkLost(GONE) from None
        except asyncio.CancelledError:
            future.add_done_callback(_forget)  # the work goes on; nobody waits for its answer
            raise

    def close(self) -> None:
        """Finish what was begun and let the database go; a server that hangs is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=False)
        for thread in threading.enumerate():
            if thread.name.startswith(f"{self._prefix}_"):
                thread.join(CLOSE_WITHIN_S)
                if thread.is_alive():
                    return  # disposing would wait for it too
        self.engine.dispose()


def _forget(future: asyncio.Future[Any]) -> None:
    """Take note of a late error, so that asyncio does not report it as unseen."""
    if not future.cancelled():
        future.exception()


@contextmanager
def links_watched() -> Iterator[None]:
    """Turn a lost link into the sentence that an operator can act on."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise LinkLost(FULL if "full" in str(error.orig).lower() else GONE) from error
    except DataError as error:
        raise Refusal("有一栏内容太长或格式不对，没有保存：请缩短后再试") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise LinkLost(GONE) from error
        raise

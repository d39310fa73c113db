"""Threads kept for one kind of work, so that what is slow elsewhere never holds it up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """A few threads of their own.

    `asyncio.to_thread` shares one small pool: a share or a platform that is silent for a minute
    fills it, and an operator's evidence would wait behind it to be put on record.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this blocking work on a thread of the lane."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """What runs is finished; what has not begun is not."""
        self._threads.shutdown(wait=False, cancel_futures=True)

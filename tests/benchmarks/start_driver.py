"""Opens the console as its command does, and says when it could be worked in."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from app.demo.demo import signed_as
from app.domain.people import Role
from app.main import Console, open_desk, run_console
from app.settings import read_settings
from tests.benchmarks.stage import memory_mb


def main() -> None:
    settings = read_settings()
    desk = open_desk(settings)

    def script(console: Console) -> asyncio.Future[int]:
        async def wait() -> int:
            window = console.window
            while not (window.list.loaded and window.isVisible() and len(window.map.map.points)):
                await asyncio.sleep(0.005)
            ready = time.time()
            pids = [os.getpid(), *window.stage.engines.pids()]
            sys.stdout.write(f"{ready} {memory_mb(pids)}\n")
            return 0

        return asyncio.ensure_future(wait())

    run_console(settings, desk, signed_as(desk, Role.DISPATCHER), script)


if __name__ == "__main__":
    main()

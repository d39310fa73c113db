"""Opens the console as its command does, and says when it could be worked in."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from app.domain.people import Role, Signed
from app.main import Console, open_desk, run_console
from app.services import accounts
from app.settings import read_settings


def main() -> None:
    settings = read_settings()
    desk = open_desk(settings)

    def script(console: Console) -> asyncio.Future[int]:
        async def wait() -> int:
            window = console.window
            while not (window.list.loaded and window.isVisible()):
                await asyncio.sleep(0.005)
            ready = time.time()
            from tests.benchmarks.stage import memory_mb

            pids = [os.getpid(), *window.stage.engines.pids()]
            sys.stdout.write(f"{ready} {memory_mb(pids)}\n")
            return 0

        return asyncio.ensure_future(wait())

    who = desk.ask_now(accounts.person_of, "dispatcher")
    assert who is not None
    run_console(settings, desk, Signed(who.person_id, who.name, Role.DISPATCHER, "bench"), script)


if __name__ == "__main__":
    main()

"""`./zhishou bench start`: from the command to a window one can work in, with many cases."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

from app.main import open_desk
from app.settings import Settings
from tests.benchmarks.stage import bench_home, furnish

RUNS = 3
DRIVER = "tests.benchmarks.start_driver"


def measure(cases: int = 100_000) -> dict[str, Any]:
    """Seconds from starting the process until the list is filled; the best of three runs."""
    with bench_home() as settings:
        desk = open_desk(settings)
        desk.do_now(furnish, [], cases)
        desk.close()
        runs = [_start(settings) for _ in range(RUNS)]
    seconds = sorted(run["seconds"] for run in runs)
    return {
        "cases": cases,
        "seconds": round(seconds[0], 2),
        "seconds_worst": round(seconds[-1], 2),
        "memory_mb": max(run["memory_mb"] for run in runs),
    }


def _start(settings: Settings) -> dict[str, float]:
    environment = {**os.environ, "ZHISHOU_HOME": str(settings.home)}
    began = time.time()
    told = subprocess.run(
        [sys.executable, "-m", DRIVER], env=environment, capture_output=True, text=True, check=True
    )
    ready, memory = told.stdout.split()[-2:]
    return {"seconds": float(ready) - began, "memory_mb": float(memory)}

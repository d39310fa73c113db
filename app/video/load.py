"""Whether the machine has anything left for what is not urgent, and what a process had of it."""

from __future__ import annotations

import os

import psutil

BUSY = 1.5
"""Programs that want each core, over the last minute: above this, what can wait waits."""


def is_busy() -> bool:
    """Whether more is wanted of the processor than it has."""
    return float(psutil.getloadavg()[0]) / (os.cpu_count() or 1) > BUSY


def processor_s(pid: int) -> float:
    """The processor time of a process so far, in seconds; 0.0 for one that is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)

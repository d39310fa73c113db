"""Whether the machine has processor and memory left for what is not urgent, and what a process had
of it.
"""

from __future__ import annotations

import os

import psutil

SHORT = 0.1
"""Of the machine's memory; with less left, what is held for convenience alone is let go."""

BUSY = 1.5
"""Programs that want each core, over the last minute: above this, what can wait waits."""


def is_busy() -> bool:
    """Whether more is wanted of the processor than it has."""
    return float(psutil.getloadavg()[0]) / (os.cpu_count() or 1) > BUSY


def is_short_of_memory() -> bool:
    """Whether so little is left that another program, or this one, may soon be refused some."""
    memory = psutil.virtual_memory()
    return bool(memory.available < SHORT * memory.total)


def processor_s(pid: int) -> float:
    """The processor time of a process so far, in seconds; 0.0 for one that is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)

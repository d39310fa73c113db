"""Whether the machine has anything left for what is not urgent, and what a process had of it."""

from __future__ import annotations

import os

BUSY = 1.5
"""Programs that want each core, over the last minute: above this, what can wait waits."""


def is_busy() -> bool:
    """Whether more is wanted of the processor than it has; never where the system does not tell."""
    if not hasattr(os, "getloadavg"):
        return False
    return os.getloadavg()[0] / (os.cpu_count() or 1) > BUSY


def processor_s(pid: int) -> float:
    """The processor time of a process so far, in seconds; 0.0 where the system does not tell."""
    try:
        # No Path: it keeps each of its parts in Python's table of names, which grows with that.
        with open(f"/proc/{pid}/stat") as told:
            fields = told.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

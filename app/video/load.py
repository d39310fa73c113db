"""Whether the machine has anything left for what is not urgent."""

from __future__ import annotations

import os

BUSY = 1.5
"""Programs that want each core, over the last minute: above this, what can wait waits."""


def is_busy() -> bool:
    """Whether more is wanted of the processor than it has; never where the system does not tell."""
    if not hasattr(os, "getloadavg"):
        return False
    return os.getloadavg()[0] / (os.cpu_count() or 1) > BUSY

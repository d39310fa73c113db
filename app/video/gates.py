"""How many streams of one engine may knock at their cameras at once."""

from __future__ import annotations

import threading


class Gates:
    """A door for each kind of camera.

    Cameras that failed before wait among themselves: those that accept and stay silent would else
    hold up the ones that answer. So do the cameras of each platform, which is asked for an address
    first: one that is silent takes half a minute for each.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._doors: dict[tuple[str, bool], threading.Semaphore] = {}

    def door(self, platform: str, failed: bool) -> threading.Semaphore:
        """Where a camera of this platform (none: empty) waits for its turn."""
        with self._lock:
            return self._doors.setdefault((platform, failed), threading.Semaphore(self._at_once))

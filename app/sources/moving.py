"""Which cameras of this desk are being moved, on disk: a console that is killed with a key held
down leaves a platform's camera turning, and the next one on this desk stops it.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path


class Moving:
    """The cameras in motion, by source and channel; to begin with those that a console which ended
    without a stop had in motion. Safe for several threads; written by those that move cameras.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._now = self._left()

    def _left(self) -> frozenset[tuple[int, str]]:
        try:
            told = json.loads(self._file.read_text("utf-8"))
            return frozenset((int(source), str(channel)) for source, channel in told)
        except (OSError, ValueError, TypeError):
            return frozenset()

    def now(self) -> frozenset[tuple[int, str]]:
        """What is in motion, by source and channel. Waits for nobody's writing."""
        return self._now

    def begins(self, source_id: int, channel: str) -> None:
        """To be called before the camera is told to move."""
        with self._lock:
            if (source_id, channel) not in self._now:
                self._now |= {(source_id, channel)}
                self._write()

    def ends(self, source_id: int, channel: str) -> None:
        """To be called once the camera has been told to stop."""
        with self._lock:
            if (source_id, channel) in self._now:
                self._now -= {(source_id, channel)}
                self._write()

    def _write(self) -> None:
        part = self._file.with_suffix(".part")
        try:
            part.write_text(json.dumps(sorted(self._now)), encoding="utf-8")
            part.replace(self._file)
        except OSError:
            return  # a full disk must not keep anybody from moving a camera, or from stopping it

"""What this desk remembers of its windows, so that a restart finds everything where it was."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.durable import write_whole


class DeskMemory:
    """A small JSON file of the data folder; a broken one is an empty one."""

    def __init__(self, home: Path) -> None:
        self._path = home / "desk.json"
        self._writing = threading.Lock()
        self._asked = self._written = 0

    def read(self) -> dict[str, Any]:
        """What was kept last."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def keep(self, told: dict[str, Any]) -> None:
        """Keep this instead; the old one stays if writing fails half-way. Raises OSError."""
        self.keeping(told)()

    def keeping(self, told: dict[str, Any]) -> Callable[[], None]:
        """The same, to be carried out on another thread: one that gets its turn late writes nothing
        over what was asked for after it.
        """
        self._asked += 1
        number = self._asked

        def write() -> None:
            with self._writing:
                if number > self._written:
                    write_whole(self._path, json.dumps(told).encode())
                    self._written = number

        return write

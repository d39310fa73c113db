"""What this desk remembers of its windows, so that a restart finds everything where it was."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from app.durable import write_whole


class DeskMemory:
    """A small JSON file of the data folder; a broken one is an empty one."""

    def __init__(self, home: Path) -> None:
        self._path = home / "desk.json"
        self._writing = threading.Lock()  # one thread may still be at it when the next begins

    def read(self) -> dict[str, Any]:
        """What was kept last."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def keep(self, told: dict[str, Any]) -> None:
        """Keep this instead; the old one stays if writing fails half-way."""
        with self._writing:
            write_whole(self._path, json.dumps(told).encode())

"""A piece of evidence as a file on this machine, wherever it lies."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from app.evidence_store import EvidenceStore, make_room
from app.services.evidence import EvidenceLine


class EvidenceFiles:
    """The desk's own folder first, then the store, if there is one."""

    def __init__(self, folder: Path, store: EvidenceStore | None, fetched: Path) -> None:
        self.folder, self._store, self._fetched = folder, store, fetched
        self._sweeping = threading.Lock()
        self._swept = False

    async def find(self, line: EvidenceLine) -> Path | None:
        """Where the file is now; None if it is nowhere to be had, a StoreFailed that says why if
        the store does not give it. The window never waits: a folder may be a share that is silent.
        """
        return await asyncio.to_thread(self._find, line)

    def _find(self, line: EvidenceLine) -> Path | None:
        path = self.folder / line.path
        if path.exists():
            return path
        if self._store is None:
            return None
        with self._sweeping:
            if not self._swept:
                make_room(self._fetched)  # of a console before this one
                self._swept = True
        return self._store.fetch(line.path, line.sha256, self._fetched)

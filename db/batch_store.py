"""Batches of imported orders, and the presets of their senders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.domain.batch import Batch
from app.domain.errors import Refusal
from app.domain.workflow import CaseStatus
from db import tables

C = tables.cases.c
AT_ONCE = 5000
"""Keys asked for in one question: databases take no longer lists."""


class BatchStore:
    """Batches of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, batch: Batch) -> Batch:
        self._session.add(batch)
        self._session.flush()
        return batch

    def get(self, batch_id: int) -> Batch:
        batch = self._session.get(Batch, batch_id)
        if batch is None:
            raise Refusal("没有第 {id} 批导入", id=batch_id)
        return batch

    def newest(self, count: int = 50) -> list[Batch]:
        """The last batches, the newest first."""
        query = select(Batch).order_by(tables.import_batch.c.id.desc()).limit(count)
        return list(self._session.scalars(query))

    def known_keys(self, keys: Sequence[str]) -> dict[str, str]:
        """Which of these orders are cases already: key to case number."""
        found: dict[str, str] = {}
        for at in range(0, len(keys), AT_ONCE):
            query = select(C.order_key, C.number).where(C.order_key.in_(keys[at : at + AT_ONCE]))
            found |= {key: number for key, number in self._session.execute(query)}
        return found

    def known_numbers(self, numbers: Iterable[str]) -> set[str]:
        """Which of these are numbers of our own cases."""
        wanted, found = sorted(numbers), set[str]()
        for at in range(0, len(wanted), AT_ONCE):
            query = select(C.number).where(C.number.in_(wanted[at : at + AT_ONCE]))
            found |= set(self._session.scalars(query))
        return found

    def touched(self, batch_id: int) -> int:
        """How many of its cases somebody has worked on."""
        query = select(func.count()).where(
            C.batch_id == batch_id, (C.version > 1) | (C.status != CaseStatus.REPORTED)
        )
        return self._session.scalar(query) or 0

    def case_ids(self, batch_id: int) -> list[int]:
        return list(self._session.scalars(select(C.id).where(C.batch_id == batch_id)))

    def void(self, batch_id: int, steps: list[dict[str, Any]], values: dict[str, Any]) -> None:
        """Void all its cases at once; their orders may come in again."""
        self._session.execute(
            update(tables.cases)
            .where(C.batch_id == batch_id)
            .values(version=C.version + 1, order_key=None, **values)
        )
        if steps:
            self._session.execute(insert(tables.step), steps)

    # How senders write their lists.

    def presets(self) -> dict[str, str]:
        """Every saved preset: name to JSON."""
        t = tables.import_preset.c
        return {name: content for name, content in self._session.execute(select(t.name, t.content))}

    def put_preset(self, name: str, content: str) -> None:
        t = tables.import_preset
        self._session.execute(delete(t).where(t.c.name == name))
        self._session.execute(insert(t).values(name=name, content=content))

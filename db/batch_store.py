"""Batches of imported orders, and the presets of their senders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.domain.batch import Batch
from app.domain.draft import Source
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

    def known_keys(self, keys: Iterable[str]) -> dict[str, str]:
        """Which of these orders are cases already: key to case number."""
        found: dict[str, str] = {}
        for some in _parts(keys):
            query = select(C.order_key, C.number).where(C.order_key.in_(some))
            found |= {key: number for key, number in self._session.execute(query)}
        return found

    def known_orders(self, numbers: Iterable[str]) -> dict[tuple[str, str, str], str]:
        """Cases that came as orders of these numbers: (number, description, address) of the order
        to the number of the case. What was taken back is none.
        """
        found: dict[tuple[str, str, str], str] = {}
        for some in _parts(numbers):
            query = select(C.order_number, C.description, C.address, C.number).where(
                C.order_number.in_(some), C.order_key.is_not(None)
            )
            found |= {(n, text, place): own for n, text, place, own in self._session.execute(query)}
        return found

    def known_hotline(self, numbers: Iterable[str]) -> dict[str, str]:
        """Which of these orders of the hotline are cases that are not void: order to case number.
        Whatever key they have: their source may have been corrected since they came in.
        """
        found: dict[str, str] = {}
        counts = (C.source == Source.HOTLINE, C.order_key.is_not(None), C.status != CaseStatus.VOID)
        for some in _parts(numbers):
            query = select(C.order_number, C.number).where(C.order_number.in_(some), *counts)
            found |= {order: number for order, number in self._session.execute(query)}
        return found

    def known_numbers(self, numbers: Iterable[str]) -> set[str]:
        """Which of these are numbers of our own cases."""
        found = set[str]()
        for some in _parts(numbers):
            found |= set(self._session.scalars(select(C.number).where(C.number.in_(some))))
        return found

    def touched(self, batch_id: int) -> int:
        """How many of its cases somebody has worked on."""
        query = select(func.count()).where(
            C.batch_id == batch_id, (C.version > 1) | (C.status != CaseStatus.REPORTED)
        )
        return self._session.scalar(query) or 0

    def case_ids(self, batch_id: int) -> list[int]:
        return list(self._session.scalars(select(C.id).where(C.batch_id == batch_id)))

    def void(self, batch_id: int, values: dict[str, Any]) -> int:
        """Void those of its cases that nobody has worked on, all at once; their orders may come in
        again. How many: a desk that was quicker has made it fewer than there are.
        """
        untouched = (C.batch_id == batch_id, C.version == 1, C.status == CaseStatus.REPORTED)
        told = self._session.execute(
            update(tables.cases)
            .where(*untouched)
            .values(version=C.version + 1, order_key=None, **values)
        )
        return cast(CursorResult[Any], told).rowcount

    def add_steps(self, steps: list[dict[str, Any]]) -> None:
        """Put the steps of many cases on record."""
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


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(values)
    for at in range(0, len(every), AT_ONCE):
        yield every[at : at + AT_ONCE]

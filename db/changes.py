"""Word of what was written, left in the same transaction and read on by every desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.orm import Session

from app.domain.change import Change
from db import tables

ORDER_LOCK = 0x2C15
CHANNEL = "zhishou_change"
KEPT = 200_000
"""Changes kept for desks that were away; a desk away for longer reloads everything."""


def leave(session: Session, changes: Iterable[Change], desk: str) -> None:
    """Say what was written.

    On PostgreSQL ids are given at INSERT and seen at COMMIT: without the lock a reader that goes on
    from the last id it saw would miss the ones that commit later (43 of 480 in a trial of 8 desks).
    """
    rows = [
        {"kind": one.kind, "record_id": one.id, "desk": desk, "at": datetime.now(UTC)}
        for one in changes
    ]
    if not rows:
        return
    postgresql = session.get_bind().dialect.name == "postgresql"
    if postgresql:
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ORDER_LOCK})
    session.execute(insert(tables.change), rows)
    if postgresql:
        session.execute(text(f"notify {CHANNEL}"))


def last_id(connection: Connection) -> int:
    """The newest change; a desk that starts now reads on from here."""
    return connection.scalar(select(func.coalesce(func.max(tables.change.c.id), 0))) or 0


def read_after(connection: Connection, seen: int, limit: int = 1000) -> list[tuple[int, Change]]:
    """Changes after `seen`, oldest first."""
    found = connection.execute(
        select(tables.change.c.id, tables.change.c.kind, tables.change.c.record_id)
        .where(tables.change.c.id > seen)
        .order_by(tables.change.c.id)
        .limit(limit)
    )
    return [(row.id, Change(row.kind, row.record_id)) for row in found]


def forget_old(connection: Connection) -> None:
    """Keep the table small; called when a desk starts, and once a day."""
    oldest = last_id(connection) - KEPT
    if oldest > 0:
        connection.execute(delete(tables.change).where(tables.change.c.id <= oldest))

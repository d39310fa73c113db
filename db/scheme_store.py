"""Other schemes of categories in the database, with what theirs mean here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from app.domain.catalogue import CaseKind, Elsewhere
from app.domain.scheme import Matched, Ours, SchemeEntry
from db import tables

T = tables.scheme_entry


class SchemeStore:
    """The schemes of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def entries(self, scheme: str | None = None) -> list[SchemeEntry]:
        """Every category of this scheme, or of all, by code."""
        query = select(T).order_by(T.c.scheme, T.c.kind.desc(), T.c.category_code, T.c.code)
        if scheme is not None:
            query = query.where(T.c.scheme == scheme)
        return [
            SchemeEntry(
                row.scheme,
                CaseKind(row.kind),
                row.category_code,
                row.category,
                row.code,
                row.name,
                Ours(CaseKind(row.our_kind), row.our_code) if row.our_kind else None,
                Matched(row.matched),
            )
            for row in self._session.execute(query)
        ]

    def called(self, ours: Ours) -> tuple[Elsewhere, ...]:
        """What other schemes call this category."""
        mine = (T.c.our_kind == ours.kind.value, T.c.our_code == ours.code)
        query = select(T.c.scheme, T.c.category_code + T.c.code, T.c.name).where(*mine)
        return tuple(Elsewhere(*row) for row in self._session.execute(query.order_by(T.c.scheme)))

    def put_all(self, entries: Sequence[SchemeEntry]) -> None:
        """Keep these, each in the place of the one with its key."""
        for one in entries:
            self._session.execute(delete(T).where(*_is(one)))
        if entries:
            self._session.execute(insert(T), [_row(one) for one in entries])

    def put_meaning(self, entry: SchemeEntry) -> bool:
        """Keep what this one means here; False where there is no such category."""
        told = _row(entry)
        values = {name: told[name] for name in ("our_kind", "our_code", "matched")}
        done = self._session.execute(update(T).where(*_is(entry)).values(values))
        return bool(done.rowcount)  # type: ignore[attr-defined]

    def drop(self, scheme: str) -> int:
        """Forget a scheme; how many categories it had."""
        done = self._session.execute(delete(T).where(T.c.scheme == scheme))
        return int(done.rowcount)  # type: ignore[attr-defined]


def _is(entry: SchemeEntry) -> list[ColumnElement[bool]]:
    return [
        T.c.scheme == entry.scheme,
        T.c.kind == entry.kind.value,
        T.c.category_code == entry.category_code,
        T.c.code == entry.code,
    ]


def _row(entry: SchemeEntry) -> dict[str, str]:
    return {
        "scheme": entry.scheme,
        "kind": entry.kind.value,
        "category_code": entry.category_code,
        "category": entry.category,
        "code": entry.code,
        "name": entry.name,
        "our_kind": entry.ours.kind.value if entry.ours else "",
        "our_code": entry.ours.code if entry.ours else "",
        "matched": entry.matched.value,
    }

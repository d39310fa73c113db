"""The index of what cases say: FTS5 in SQLite, a tsvector with GIN in PostgreSQL. Migration 0011
makes it.

Both are given the words that app/domain/search.py cuts, never a text to cut themselves: the parsers
of the databases differ, and PostgreSQL's knows no Chinese where the locale is C.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, column, literal_column, select, table, text
from sqlalchemy.sql.elements import ColumnElement

from app.domain.search import Phrase, words_of

FIELDS = ("number", "order_number", "address", "caller", "phone", "description")
OPEN_FIELDS = ("number", "order_number", "address", "description")
"""What anybody may search; the others are the caller's."""

FEW = 3000
"""A phrase with at most so many cases is answered from their ids. A commoner one is found sooner by
going through the list in its order: so many rows in a million are one in three hundred."""

TEXT = table("case_text", column("rowid"), column("case_id"), column("words"))
_LATEST_POSITION = 16383  # PostgreSQL keeps no higher one


def add(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Index these cases: `id` and the fields of each."""
    if connection.dialect.name == "postgresql":
        told = [{"id": row["id"], "words": _vector(row)} for row in rows]
        statement = text("insert into case_text values (:id, cast(:words as tsvector))")
    else:
        told = [{"id": row["id"], **_spaced(row)} for row in rows]
        values = ", ".join(f":{name}" for name in FIELDS)
        names = ", ".join(FIELDS)
        statement = text(f"insert into case_text (rowid, {names}) values (:id, {values})")
    if told:
        connection.execute(statement, told)


def take_away(connection: Connection, row: dict[str, Any]) -> None:
    """Index this case no more: `id` and just the fields that it was indexed by, for SQLite's index
    keeps none of them.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("delete from case_text where case_id = :id"), {"id": row["id"]})
        return
    values = ", ".join(f":{name}" for name in FIELDS)
    names = ", ".join(FIELDS)
    statement = (
        f"insert into case_text (case_text, rowid, {names}) values ('delete', :id, {values})"
    )
    connection.execute(text(statement), {"id": row["id"], **_spaced(row)})


def ids(connection: Connection, phrases: Sequence[Phrase], callers: bool) -> Select[Any]:
    """The ids of the cases that hold each of these phrases, and perhaps a few that do not quite:
    where punctuation stands in between. A phrase that is exact brings none of those.
    """
    if connection.dialect.name == "postgresql":
        query = " & ".join(f"({_query(one, '' if callers else 'A')})" for one in phrases)
        told = text("cast(:wanted as tsquery)").bindparams(wanted=query)
        return select(TEXT.c.case_id).where(literal_column("words").op("@@")(told))
    fields = FIELDS if callers else OPEN_FIELDS
    query = " AND ".join(_match(one, fields) for one in phrases)
    return select(TEXT.c.rowid).where(literal_column("case_text").op("match")(query))


def few(connection: Connection, found: Select[Any]) -> list[int] | None:
    """These ids, if they are few; None if going through the list is the quicker way."""
    some = list(connection.scalars(found.limit(FEW + 1)))
    return some if len(some) <= FEW else None


def exactly(columns: Sequence[ColumnElement[Any]], typed: str) -> list[ColumnElement[bool]]:
    """The test that a field really holds what was typed."""
    return [one.icontains(typed, autoescape=True) for one in columns]


def _query(phrase: Phrase, weight: str) -> str:
    """The tsquery as it is written; words of weight A are those that anybody may search."""
    marks = [weight] * len(phrase.words)
    if phrase.open_end:
        marks[-1] = f"*{weight}"
    told = zip(phrase.words, marks, strict=True)
    return " <-> ".join(f"'{word}':{mark}" if mark else f"'{word}'" for word, mark in told)


def _match(phrase: Phrase, fields: Sequence[str]) -> str:
    words = " + ".join(f'"{word}"' for word in phrase.words)
    star = " *" if phrase.open_end else ""
    return f"{{{' '.join(fields)}}} : ({words}{star})"


def _spaced(row: dict[str, Any]) -> dict[str, str]:
    return {name: " ".join(words_of(row[name] or "")) for name in FIELDS}


def _vector(row: dict[str, Any]) -> str:
    """The tsvector as it is written: each word with the places where it stands.

    PostgreSQL keeps 255 places of a word and none after 16 383: of a description longer than twenty
    pages it finds less. What is short stands before it, so that nothing of that is lost.
    """
    places: dict[str, list[str]] = {}
    at = 0
    for name in FIELDS:
        weight = "A" if name in OPEN_FIELDS else ""
        for word in words_of(row[name] or ""):
            at += 1
            if at <= _LATEST_POSITION:
                places.setdefault(word, []).append(f"{at}{weight}")
        at += 1  # no phrase crosses from one field into the next
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())

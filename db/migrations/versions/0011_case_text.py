"""The index of what cases say, the sender's number in it; no index for what no question asks.

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.domain.search import words_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIELDS = ("number", "order_number", "address", "caller", "phone", "description")
OPEN = ("number", "order_number", "address", "description")
LATEST_POSITION = 16383
BATCH = 5000


def upgrade() -> None:
    """Filled with every case there is: half a minute for each million."""
    op.drop_index("ix_cases_stage_due_at", "cases")
    op.create_index("ix_cases_order_number", "cases", ["order_number"])
    connection = op.get_bind()
    connection.execute(sa.text("drop table if exists case_text"))
    is_server = connection.dialect.name == "postgresql"
    if is_server:
        make_on_server(connection)
        statement = sa.text("insert into case_text values (:id, cast(:words as tsvector))")
    else:
        make_in_file(connection)
        values = ", ".join(f":{name}" for name in FIELDS)
        names = ", ".join(FIELDS)
        statement = sa.text(f"insert into case_text (rowid, {names}) values (:id, {values})")
    for rows in every_case(connection):
        connection.execute(statement, [vector(row) if is_server else spaced(row) for row in rows])


def make_on_server(connection: sa.Connection) -> None:
    connection.execute(
        sa.text(
            "create table case_text (case_id integer primary key references cases (id),"
            " words tsvector not null)"
        )
    )
    connection.execute(sa.text("create index ix_case_text_words on case_text using gin (words)"))


def make_in_file(connection: sa.Connection) -> None:
    connection.execute(
        sa.text(
            f"create virtual table case_text using fts5({', '.join(FIELDS)}, content='',"
            " tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M*'\")"
        )
    )


def every_case(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    last, names = 0, ", ".join(("id", *FIELDS))
    query = sa.text(f"select {names} from cases where id > :last order by id limit {BATCH}")
    while rows := [dict(row) for row in connection.execute(query, {"last": last}).mappings()]:
        yield rows
        last = rows[-1]["id"]


def spaced(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], **{name: " ".join(words_of(row[name] or "")) for name in FIELDS}}


def vector(row: dict[str, Any]) -> dict[str, Any]:
    places: dict[str, list[str]] = {}
    at = 0
    for name in FIELDS:
        for word in words_of(row[name] or ""):
            at += 1
            if at <= LATEST_POSITION:
                places.setdefault(word, []).append(f"{at}{'A' if name in OPEN else ''}")
        at += 1
    return {
        "id": row["id"],
        "words": " ".join(f"'{word}':{','.join(told)}" for word, told in places.items()),
    }

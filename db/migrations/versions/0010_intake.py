"""Lists of orders brought in, senders' presets, and indexes for filters of a million cases.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from db.types import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_batches()
    add_columns()
    add_indexes()


def _text(name: str, length: int = 120) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def add_batches() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        _text("file", 200),
        _text("sender", 60),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("same", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        _text("person", 60),
        _text("desk", 64),
        sa.Column("undone_at", UtcTime),
        _text("undone_by", 60),
    )
    op.create_table(
        "import_preset",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )


def add_columns() -> None:
    op.execute("alter table cases add column batch_id integer references import_batch (id)")
    op.add_column("cases", sa.Column("order_key", sa.String(130)))
    op.add_column("cases", _text("order_number", 80))
    op.add_column("cases", sa.Column("reported_at", UtcTime))


def add_indexes() -> None:
    op.create_index("uq_cases_order_key", "cases", ["order_key"], unique=True)
    op.create_index("ix_cases_batch_id", "cases", ["batch_id"])
    for name, column in (
        ("status", "status"),
        ("district", "district"),
        ("subcategory", "subcategory_code"),
        ("department", "department"),
    ):
        op.create_index(f"ix_cases_{name}_registered", "cases", [column, "registered_at", "id"])
    op.drop_index("ix_cases_due_at", "cases")
    only = sa.text("resolved_at is null")
    op.create_index(
        "ix_cases_running", "cases", ["due_at", "id"], sqlite_where=only, postgresql_where=only
    )

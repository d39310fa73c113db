"""The table of responsibilities, and an index of what was changed last.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        "responsibility_rule",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("number", sa.Integer, nullable=False),
        _text("department", 60),
        _text("kind", 12),
        _text("code", 16),
        _text("district", 6),
        _text("subdistrict", 9),
        _text("grid", 15),
        sa.Column("begins", sa.Integer),
        sa.Column("ends", sa.Integer),
    )
    op.create_index("ix_cases_updated_at", "cases", ["updated_at"])

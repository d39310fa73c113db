"""The working calendar as data, and limits of the desk's own stages.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from db.types import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("working", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(40), nullable=False, server_default=""),
        sa.Column("source", sa.String(120), nullable=False, server_default=""),
        sa.Column("entered_by", sa.String(60), nullable=False, server_default=""),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "stage_limit",
        sa.Column("stage", sa.String(24), primary_key=True),
        sa.Column("limit_value", sa.Float, nullable=False),
        sa.Column("limit_unit", sa.String(24), nullable=False),
    )
    op.add_column("cases", sa.Column("stage_due_at", UtcTime))
    op.create_index("ix_cases_stage_due_at", "cases", ["stage_due_at", "id"])

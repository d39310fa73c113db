"""Indexes that counts go by, and the figures of closed months.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from db.types import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_step_action", "step", ["action", "at", "case_id"])
    op.create_index("ix_cases_due_at", "cases", ["due_at"])
    op.create_index("ix_cases_resolved_at", "cases", ["resolved_at"])
    op.create_table(
        "frozen_month",
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("person", sa.String(60), nullable=False, server_default=""),
        sa.Column("content", sa.Text, nullable=False),
    )

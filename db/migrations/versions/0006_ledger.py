"""The ledger of watching.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from db.types import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("camera_id", sa.Integer, sa.ForeignKey("camera.id"), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("person", sa.String(60), nullable=False, server_default=""),
        sa.Column("desk", sa.String(64), nullable=False, server_default=""),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("shift", sa.String(24), nullable=False),
        sa.Column("begins", UtcTime, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_index("ix_visit_day", "visit", ["day", "shift"])

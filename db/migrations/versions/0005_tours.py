"""Tours.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tour",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(60), nullable=False, server_default=""),
        sa.Column("cameras", sa.Text, nullable=False),
        sa.Column("dwell_s", sa.Integer, nullable=False),
        sa.Column("tiles", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("shift", sa.String(24)),
    )

"""What a camera showed when its fault was found.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fault_picture",
        sa.Column("fault_id", sa.Integer, sa.ForeignKey("fault.id"), primary_key=True),
        sa.Column("state", sa.String(24), primary_key=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jpeg", sa.LargeBinary, nullable=False),
    )

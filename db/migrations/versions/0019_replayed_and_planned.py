"""Evidence of a moment chosen in a replay; what was planned for a shift, as it was then; who saw a
camera, found by the camera.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "capture", sa.Column("replayed", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "watch_plan",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("shift", sa.String(24), primary_key=True),
        sa.Column("cameras", sa.Text, nullable=False),
    )
    op.create_index("ix_visit_camera_id", "visit", ["camera_id", "begins"])

"""Reference pictures and device faults.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from db.types import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "camera_reference",
        sa.Column("camera_id", sa.Integer, sa.ForeignKey("camera.id"), primary_key=True),
        sa.Column("look", sa.LargeBinary, nullable=False),
        sa.Column("taken_at", UtcTime, nullable=False),
        sa.Column("taken_by", sa.String(60), nullable=False, server_default=""),
    )
    op.create_table(
        "fault",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.Integer, sa.ForeignKey("camera.id"), nullable=False),
        sa.Column("camera", sa.String(120), nullable=False, server_default=""),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("opened_at", UtcTime, nullable=False),
        sa.Column("desk", sa.String(64), nullable=False, server_default=""),
        sa.Column("urgent", sa.Boolean),
        sa.Column("assessed_at", UtcTime),
        sa.Column("assessed_by", sa.String(60), nullable=False, server_default=""),
        sa.Column("assessment", sa.String(500), nullable=False, server_default=""),
        sa.Column("recovered_at", UtcTime),
        sa.Column("solved_at", UtcTime),
        sa.Column("solved_by", sa.String(60), nullable=False, server_default=""),
        sa.Column("solution", sa.String(500), nullable=False, server_default=""),
    )
    op.create_index("ix_fault_camera_id", "fault", ["camera_id", "id"])
    op.create_index("ix_camera_state_at", "camera_state", ["at"])

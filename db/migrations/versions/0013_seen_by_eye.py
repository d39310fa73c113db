"""Faults that a person saw, and stays on screen that go on over several rows.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    no = sa.false()
    op.add_column("fault", sa.Column("by_eye", sa.Boolean, nullable=False, server_default=no))
    op.add_column("visit", sa.Column("goes_on", sa.Boolean, nullable=False, server_default=no))

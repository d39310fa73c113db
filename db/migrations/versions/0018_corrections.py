"""What a correction has replaced; rights that hold at a site, which takes more room than a code.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps texts of any length
        op.alter_column("camera_grant", "scope", type_=sa.String(160))
    op.add_column("step", sa.Column("was", sa.Text, nullable=False, server_default=""))

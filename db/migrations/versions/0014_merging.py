"""Cases of one problem that go on as one, an index of places, marks of urging, kept searches.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table cases add column merged_into integer references cases (id)")
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.create_index("ix_cases_place", "cases", ["lon", "lat"])
    op.add_column("cases", sa.Column("urged_mark", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(60), nullable=False, server_default=""),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("content", sa.Text, nullable=False),
    )

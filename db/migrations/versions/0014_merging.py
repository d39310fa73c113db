"""Cases of one problem that go on as one, and an index of places to find them by.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table cases add column merged_into integer references cases (id)")
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.create_index("ix_cases_place", "cases", ["lon", "lat"])

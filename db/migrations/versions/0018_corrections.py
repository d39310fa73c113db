"""What a correction has replaced; rights at a site, which takes more room than a code; lists sorted
by what is owed next and by source.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


LAST = {"sqlite": "'9998-12-31 16:00:00.000000'"}
LAST["postgresql"] = "timestamptz '9998-12-31 16:00:00.000000+00'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps texts of any length
        op.alter_column("camera_grant", "scope", type_=sa.String(160))
    op.add_column("step", sa.Column("was", sa.Text, nullable=False, server_default=""))
    last = LAST[op.get_bind().dialect.name]
    owed = (
        "case when status in ('closed', 'declined', 'merged', 'void') then null"
        " when stage_due_at is not null then stage_due_at when resolved_at is null then due_at end"
    )
    op.execute(f"create index ix_cases_owed_order on cases (coalesce({owed}, {last}), id)")
    op.create_index("ix_cases_source", "cases", ["source", "id"])

"""Other schemes of categories; rules by filing condition; an index of the list by due time.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


LAST = {"sqlite": "'9998-12-31 16:00:00.000000'"}
LAST["postgresql"] = "timestamptz '9998-12-31 16:00:00.000000+00'"


def upgrade() -> None:
    last = LAST[op.get_bind().dialect.name]
    op.execute(f"create index ix_cases_due_order on cases (coalesce(due_at, {last}), id)")
    op.add_column("responsibility_rule", sa.Column("condition", sa.Integer))
    op.create_table(
        "scheme_entry",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("scheme", 60),
        _text("kind", 12),
        _text("category_code", 8),
        _text("category", 60),
        _text("code", 8),
        _text("name", 60),
        _text("our_kind", 12),
        _text("our_code", 16),
        _text("matched", 12),
        sa.UniqueConstraint(
            "scheme", "kind", "category_code", "code", name="uq_scheme_entry_scheme"
        ),
    )

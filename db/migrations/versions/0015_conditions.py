"""Standards with several filing conditions for a subcategory.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        "filing_condition",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("kind", 12),
        _text("subcategory_code", 16),
        sa.Column("number", sa.Integer, nullable=False),
        _text("condition", 500),
        _text("closing", 500),
        sa.Column("limit_value", sa.Float, nullable=False),
        sa.Column("limit_unit", sa.String(24), nullable=False),
        _text("department", 200),
        _text("supervising", 200),
        _text("basis", 500),
        sa.UniqueConstraint("kind", "subcategory_code", "number", name="uq_filing_condition_kind"),
    )
    op.add_column("cases", _text("condition", 500))

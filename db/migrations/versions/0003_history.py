"""History cannot be replaced either: SQLite's INSERT OR REPLACE fires no delete trigger.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create trigger step_no_replace before insert on step "
            "when exists (select 1 from step where id = new.id) "
            "begin select raise(abort, 'steps are append-only'); end"
        )

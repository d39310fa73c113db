"""The index of what cases say.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from db import case_text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCH = 5000


def upgrade() -> None:
    """Made, and filled with every case there is: half a minute for each million."""
    connection = op.get_bind()
    case_text.make(connection)
    fields = ", ".join(("id", *case_text.FIELDS))
    last = 0
    while True:
        found = connection.execute(
            sa.text(f"select {fields} from cases where id > :last order by id limit {BATCH}"),
            {"last": last},
        )
        rows = [dict(row) for row in found.mappings()]
        if not rows:
            return
        case_text.add(connection, rows)
        last = rows[-1]["id"]

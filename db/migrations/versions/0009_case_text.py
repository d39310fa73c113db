"""The index of what cases say was begun here; 0011 makes it as it is.

Revision ID: 0009
Revises: 0008
"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing any more: an index that is made twice helps nobody."""

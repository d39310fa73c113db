"""The directory: keywords to search by, groupings, and rights by role and place.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CAMERA = sa.table(
    "camera", *(sa.column(name) for name in ("id", "code", "name", "site", "keywords"))
)


def upgrade() -> None:
    op.add_column(
        "camera", sa.Column("keywords", sa.String(1000), nullable=False, server_default="")
    )
    op.add_column("camera", sa.Column("ptz", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column(
        "camera", sa.Column("origin", sa.String(16), nullable=False, server_default="manual")
    )
    make_searchable()
    op.create_table(
        "camera_group",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("camera_group.id")),
        sa.Column("name", sa.String(60), nullable=False, server_default=""),
    )
    op.create_index("ix_camera_group_parent_id", "camera_group", ["parent_id"])
    op.create_table(
        "camera_group_member",
        sa.Column("group_id", sa.Integer, sa.ForeignKey("camera_group.id"), primary_key=True),
        sa.Column("camera_id", sa.Integer, sa.ForeignKey("camera.id"), primary_key=True),
    )
    op.create_index("ix_camera_group_member_camera_id", "camera_group_member", ["camera_id"])
    op.create_table(
        "camera_grant",
        sa.Column("role", sa.String(24), primary_key=True),
        sa.Column("right", sa.String(24), primary_key=True),
        sa.Column("scope", sa.String(24), primary_key=True),
    )


def make_searchable() -> None:
    """Keywords for the cameras that are there; as app/services/pinyin.py made them in 2026."""
    from pypinyin import Style, lazy_pinyin

    connection = op.get_bind()
    for camera in connection.execute(sa.select(CAMERA)).all():
        words = []
        for text in (camera.name, camera.site, camera.code):
            small = text.lower()
            words += [small, "".join(lazy_pinyin(small))]
            words.append("".join(lazy_pinyin(small, style=Style.FIRST_LETTER)))
        told = sa.update(CAMERA).where(CAMERA.c.id == camera.id)
        connection.execute(told.values(keywords=" ".join(words)[:1000]))

"""Sources of cameras, presets, layouts, inspections, marks, and the audit of who did what.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from db.types import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_sources()
    add_columns()
    add_records()
    keep_audit()


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _text(name: str, length: int = 120) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def add_sources() -> None:
    op.create_table(
        "camera_source",
        _id(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        _text("name", 60),
        _text("address", 200),
        _text("username", 64),
        _text("secret", 500),
        sa.UniqueConstraint("address", name="uq_camera_source_address"),
    )


def add_columns() -> None:
    """Alembic adds no reference on SQLite, which itself takes one where the column may be empty."""
    op.execute("alter table camera add column source_id integer references camera_source (id)")
    op.add_column("camera", _text("channel"))
    op.add_column("camera", _text("preset"))
    op.add_column("camera", sa.Column("task", sa.Text, nullable=False, server_default=""))
    op.add_column("capture", _text("preset"))
    op.add_column(
        "capture", sa.Column("purpose", sa.String(24), nullable=False, server_default="report")
    )
    op.create_index("ix_capture_camera_id", "capture", ["camera_id", "id"])


def add_records() -> None:
    op.create_table(
        "wall_layout",
        _id(),
        sa.Column("version", sa.Integer, nullable=False),
        _text("name", 60),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "inspection",
        _id(),
        sa.Column("camera_id", sa.Integer, sa.ForeignKey("camera.id"), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        _text("person", 60),
        _text("desk", 64),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id")),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_index("ix_inspection_camera_id", "inspection", ["camera_id", "at"])
    op.create_table(
        "evidence_mark",
        _id(),
        sa.Column("evidence_id", sa.Integer, sa.ForeignKey("evidence.id"), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        _text("note", 300),
        _text("person", 60),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_index("ix_evidence_mark_evidence_id", "evidence_mark", ["evidence_id"])
    op.create_table(
        "audit",
        _id(),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        _text("person", 60),
        _text("role", 24),
        _text("desk", 64),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("camera_id", sa.Integer),
        _text("camera"),
        _text("target", 300),
        _text("reason", 500),
    )
    op.create_index("ix_audit_camera_id", "audit", ["camera_id", "at"])
    op.create_index("ix_audit_at", "audit", ["at"])


def keep_audit() -> None:
    """Nobody rewrites the audit, with whatever program."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = "begin select raise(abort, 'the audit is append-only'); end"
        for verb in ("update", "delete"):
            op.execute(f"create trigger audit_no_{verb} before {verb} on audit {refuse}")
        op.execute(
            "create trigger audit_no_replace before insert on audit "
            f"when exists (select 1 from audit where id = new.id) {refuse}"
        )
        return
    op.execute(
        "create trigger audit_append_only before update or delete or truncate on audit "
        "for each statement execute function refuse_rewriting()"
    )

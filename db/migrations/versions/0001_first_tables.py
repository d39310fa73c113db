"""The first tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from app.resources import table
from db.types import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LIMIT_TABLE = sa.table(
    "subcategory",
    *(
        sa.column(name)
        for name in [
            "kind",
            "category_code",
            "category",
            "code",
            "name",
            "limit_value",
            "limit_unit",
            "department",
            "condition",
            "closing",
            "initials",
        ]
    ),
)


def upgrade() -> None:
    create_tables()
    keep_history()
    load_catalogue()


def keep_history() -> None:
    """Make the steps of a case unchangeable, whoever writes with whatever program."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger step_no_{verb} before {verb} on step "
                "begin select raise(abort, 'steps are append-only'); end"
            )
        return
    op.execute(
        "create function refuse_rewriting() returns trigger language plpgsql as "
        "$$ begin raise exception 'steps are append-only'; end $$"
    )
    op.execute(
        "create trigger step_append_only before update or delete or truncate on step "
        "for each statement execute function refuse_rewriting()"
    )


def load_catalogue() -> None:
    """The default filing standard; a city puts its own in its place."""
    from pypinyin import Style, lazy_pinyin  # half a second that a start without migration saves

    rows = [
        {
            "kind": row["kind"],
            "category_code": row["category_code"],
            "category": row["category"],
            "code": row["code"],
            "name": row["name"],
            "limit_value": float(row["limit"]),
            "limit_unit": row["unit"],
            "department": row["department"],
            "condition": row["condition"],
            "closing": row["closing"],
            "initials": "".join(lazy_pinyin(row["name"], style=Style.FIRST_LETTER)),
        }
        for row in table("catalogue/default.csv")
    ]
    op.bulk_insert(LIMIT_TABLE, rows)


def create_tables() -> None:
    op.create_table(
        "camera",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("district", sa.String(length=6), server_default="", nullable=False),
        sa.Column("subdistrict", sa.String(length=9), server_default="", nullable=False),
        sa.Column("site", sa.String(length=120), server_default="", nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("main_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("sub_url", sa.String(length=500), server_default="", nullable=False),
        sa.Column("username", sa.String(length=64), server_default="", nullable=False),
        sa.Column("secret", sa.String(length=500), server_default="", nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera")),
        sa.UniqueConstraint("code", name=op.f("uq_camera_code")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=24), server_default="", nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_table(
        "counter",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counter")),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(24), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=True),
        sa.Column("given_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", UtcTime(), nullable=True),
        sa.Column("taken_by", sa.String(length=60), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("day", "shift", name=op.f("uq_handover_day")),
    )
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("person", sa.String(length=60), server_default="", nullable=False),
        sa.Column("desk", sa.String(length=64), server_default="", nullable=False),
        sa.Column("cleared_at", UtcTime(), nullable=True),
        sa.Column("cleared_by", sa.String(length=60), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    op.create_index(op.f("ix_log_entry_day"), "log_entry", ["day"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("staff_number", sa.String(length=24), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("post", sa.String(length=120), server_default="", nullable=False),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=255), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", UtcTime(), nullable=True),
        sa.Column("joined_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("key_staff", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
        sa.UniqueConstraint("staff_number", name=op.f("uq_person_staff_number")),
    )
    op.create_table(
        "subcategory",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=12), server_default="", nullable=False),
        sa.Column("category_code", sa.String(length=8), server_default="", nullable=False),
        sa.Column("category", sa.String(length=60), server_default="", nullable=False),
        sa.Column("code", sa.String(length=8), server_default="", nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("limit_value", sa.Float(), nullable=False),
        sa.Column("limit_unit", sa.String(24), nullable=False),
        sa.Column("department", sa.String(length=60), server_default="", nullable=False),
        sa.Column("condition", sa.String(length=500), server_default="", nullable=False),
        sa.Column("closing", sa.String(length=500), server_default="", nullable=False),
        sa.Column("initials", sa.String(length=60), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subcategory")),
        sa.UniqueConstraint("kind", "category_code", "code", name=op.f("uq_subcategory_kind")),
    )
    op.create_table(
        "camera_state",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(length=8), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="", nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("desk", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["camera.id"], name=op.f("fk_camera_state_camera_id_camera")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_state")),
    )
    op.create_index("ix_camera_state_camera", "camera_state", ["camera_id", "id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=12), server_default="", nullable=False),
        sa.Column("category_code", sa.String(length=8), server_default="", nullable=False),
        sa.Column("category", sa.String(length=60), server_default="", nullable=False),
        sa.Column("subcategory_code", sa.String(length=16), server_default="", nullable=False),
        sa.Column("subcategory", sa.String(length=60), server_default="", nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=300), server_default="", nullable=False),
        sa.Column("district", sa.String(length=6), server_default="", nullable=False),
        sa.Column("subdistrict", sa.String(length=9), server_default="", nullable=False),
        sa.Column("grid_cell", sa.String(length=15), server_default="", nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("urgency", sa.String(24), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=True),
        sa.Column("caller", sa.String(length=60), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("limit_value", sa.Float(), nullable=False),
        sa.Column("limit_unit", sa.String(24), nullable=False),
        sa.Column("registered_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.Column("registered_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=60), server_default="", nullable=False),
        sa.Column("suspended_from", sa.String(24), nullable=True),
        sa.Column("suspended_at", UtcTime(), nullable=True),
        sa.Column("filed_at", UtcTime(), nullable=True),
        sa.Column("dispatched_at", UtcTime(), nullable=True),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("supervised_until", UtcTime(), nullable=True),
        sa.Column("resolved_at", UtcTime(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["camera.id"], name=op.f("fk_cases_camera_id_camera")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_cases_uid")),
    )
    op.create_index("ix_cases_camera_id", "cases", ["camera_id"], unique=False)
    op.create_index("ix_cases_department", "cases", ["department", "id"], unique=False)
    op.create_index("ix_cases_district", "cases", ["district", "id"], unique=False)
    op.create_index("ix_cases_due_at", "cases", ["due_at", "id"], unique=False)
    op.create_index("ix_cases_registered_at", "cases", ["registered_at", "id"], unique=False)
    op.create_index("ix_cases_status", "cases", ["status", "id"], unique=False)
    op.create_index("ix_cases_subcategory_code", "cases", ["subcategory_code", "id"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_duty_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_duty_person_id")),
    )
    op.create_index(op.f("ix_duty_day"), "duty", ["day"], unique=False)
    op.create_table(
        "handover_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=16), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handover_item_handover_id_handover")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_item")),
    )
    op.create_index(
        op.f("ix_handover_item_handover_id"), "handover_item", ["handover_id"], unique=False
    )
    op.create_table(
        "roster_request",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_roster_request_other_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_roster_request_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_request")),
    )
    op.create_table(
        "capture",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(length=120), server_default="", nullable=False),
        sa.Column("stream", sa.String(length=8), server_default="", nullable=False),
        sa.Column("pressed_at", UtcTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=60), server_default="", nullable=False),
        sa.Column("desk", sa.String(length=64), server_default="", nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["camera.id"], name=op.f("fk_capture_camera_id_camera")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_capture_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint("uid", name=op.f("uq_capture_uid")),
    )
    op.create_index(op.f("ix_capture_case_id"), "capture", ["case_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=60), server_default="", nullable=False),
        sa.Column("role", sa.String(length=24), server_default="", nullable=False),
        sa.Column("desk", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=60), server_default="", nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_step_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    op.create_index(op.f("ix_step_case_id"), "step", ["case_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("path", sa.String(length=300), server_default="", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("taken_at", UtcTime(), nullable=False),
        sa.Column("stream_clock", sa.Float(), nullable=False),
        sa.Column("age", sa.Float(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["capture.id"], name=op.f("fk_evidence_capture_id_capture")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_capture_id"), "evidence", ["capture_id"], unique=False)

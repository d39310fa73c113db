"""All tables. Each column whose name does not say everything is explained where it stands."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from app.domain.access import Right
from app.domain.audit import Act
from app.domain.camera import StreamState
from app.domain.camera_source import SourceKind
from app.domain.deadline import Unit
from app.domain.draft import Source, Urgency
from app.domain.evidence import EvidenceKind, Purpose
from app.domain.handover import LogKind
from app.domain.inspection import Verdict
from app.domain.people import Role
from app.domain.roster import RequestKind, RequestStatus, Shift
from app.domain.stages import Stage
from app.domain.workflow import Action, CaseStatus
from db.types import EnumValue, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _version() -> Column[int]:
    """Counts the changes of a record; the slower of two desks is told by it."""
    return Column("version", Integer, nullable=False)


def _text(name: str, length: int = 120) -> Column[str]:
    return Column(name, String(length), nullable=False, server_default="")


person = Table(
    "person",
    metadata,
    _id(),
    _version(),
    _text("name"),
    Column("staff_number", String(24), nullable=False, unique=True),
    Column("role", EnumValue(Role), nullable=False),
    _text("post"),
    Column("login", String(64), unique=True),  # NULL: no account
    _text("password_hash", 255),  # argon2id
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcTime),
    _text("joined_on", 10),
    Column("key_staff", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
)

camera = Table(
    "camera",
    metadata,
    _id(),
    _version(),
    Column("code", String(32), nullable=False, unique=True),  # GB/T 28181 or the owner's own
    _text("name"),
    _text("district", 6),
    _text("subdistrict", 9),
    _text("site"),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    _text("main_url", 500),  # without credentials
    _text("sub_url", 500),
    _text("username", 64),
    _text("secret", 500),  # sealed with the desk's key, app/secrets.py
    Column("enabled", Boolean, nullable=False),
    _text("keywords", 1000),  # name, site and code in small letters, pinyin, initials
    Column("ptz", Boolean, nullable=False, server_default=false()),
    Column("origin", String(16), nullable=False, server_default="manual"),
    Column("source_id", ForeignKey("camera_source.id")),  # NULL: reached by its own address
    _text("channel"),  # what its source calls it
    _text("preset"),  # token of the preset that tours and re-checks turn it to; empty: none
    Column("task", Text, nullable=False, server_default=""),  # what to look for here
)

camera_source = Table(
    "camera_source",
    metadata,
    _id(),
    _version(),
    Column("kind", EnumValue(SourceKind), nullable=False),
    _text("name", 60),
    _text("address", 200),
    _text("username", 64),
    _text("secret", 500),  # sealed
    UniqueConstraint("address"),
)

camera_group = Table(  # groupings beside the administrative one; a root is a grouping of its own
    "camera_group",
    metadata,
    _id(),
    _version(),
    Column("parent_id", ForeignKey("camera_group.id"), index=True),
    _text("name", 60),
)

camera_group_member = Table(
    "camera_group_member",
    metadata,
    Column("group_id", ForeignKey("camera_group.id"), primary_key=True),
    Column("camera_id", ForeignKey("camera.id"), primary_key=True, index=True),
)

camera_grant = Table(  # where a role has a right; a role without grants has its usual ones
    "camera_grant",
    metadata,
    Column("role", EnumValue(Role), primary_key=True),
    Column("right", EnumValue(Right), primary_key=True),
    Column("scope", String(160), primary_key=True),  # app/domain/access.py says how it is written
)

camera_state = Table(  # every change of what was true of a stream, as a desk saw it
    "camera_state",
    metadata,
    _id(),
    Column("camera_id", ForeignKey("camera.id"), nullable=False),
    _text("stream", 8),
    _text("state", 16),
    Column("at", UtcTime, nullable=False),
    _text("desk", 64),
    Index("ix_camera_state_camera", "camera_id", "id"),
    Index("ix_camera_state_at", "at"),
)

camera_reference = Table(  # the picture that a camera's scene is held against
    "camera_reference",
    metadata,
    Column("camera_id", ForeignKey("camera.id"), primary_key=True),
    Column("look", LargeBinary, nullable=False),  # app/video/measures.py: 58 kB
    Column("taken_at", UtcTime, nullable=False),
    _text("taken_by", 60),  # empty: adopted by itself after it had been in order for long
)

tour = Table(
    "tour",
    metadata,
    _id(),
    _version(),
    _text("name", 60),
    Column("cameras", Text, nullable=False),  # ids, separated by commas, in their order
    Column("dwell_s", Integer, nullable=False),
    Column("tiles", Integer, nullable=False),
    Column("owner_id", ForeignKey("person.id")),  # NULL: everybody's
    Column("shift", EnumValue(Shift)),  # NULL: whenever wanted
)

wall_layout = Table(
    "wall_layout",
    metadata,
    _id(),
    _version(),
    _text("name", 60),
    Column("owner_id", ForeignKey("person.id")),  # NULL: everybody's
    Column("content", Text, nullable=False),  # JSON: both walls, as ui/video/walls.py tells them
)

inspection = Table(  # one look at a trouble spot that somebody answered for
    "inspection",
    metadata,
    _id(),
    Column("camera_id", ForeignKey("camera.id"), nullable=False),
    Column("person_id", Integer, nullable=False),
    _text("person", 60),
    _text("desk", 64),
    Column("at", UtcTime, nullable=False),
    Column("verdict", EnumValue(Verdict), nullable=False),
    Column("case_id", ForeignKey("cases.id")),
    Column("seconds", Float, nullable=False),  # how long it was looked at
    Index("ix_inspection_camera_id", "camera_id", "at"),
)

audit = Table(  # append-only: who looked at, moved, replayed or took out what, and why
    "audit",
    metadata,
    _id(),
    Column("at", UtcTime, nullable=False),
    Column("person_id", Integer, nullable=False),
    _text("person", 60),
    _text("role", 24),
    _text("desk", 64),
    Column("act", EnumValue(Act), nullable=False),
    Column("camera_id", Integer),
    _text("camera"),
    _text("target", 300),  # file, preset, case ...
    _text("reason", 500),
    Index("ix_audit_camera_id", "camera_id", "at"),
    Index("ix_audit_at", "at"),
)

visit = Table(  # the ledger of watching: one stay of a camera on a desk's screen
    "visit",
    metadata,
    _id(),
    Column("camera_id", ForeignKey("camera.id"), nullable=False),
    Column("person_id", Integer, nullable=False),
    _text("person", 60),
    _text("desk", 64),
    Column("day", Date, nullable=False),
    Column("shift", EnumValue(Shift), nullable=False),
    Column("begins", UtcTime, nullable=False),
    Column("seconds", Float, nullable=False),  # live, in order, on screen, somebody there
    Column("goes_on", Boolean, nullable=False, server_default=false()),  # of the row before
    Index("ix_visit_day", "day", "shift"),
    Index("ix_visit_camera_id", "camera_id", "begins"),
)

watch_plan = Table(  # what the tours of a shift planned, as it was when it was last watched
    "watch_plan",
    metadata,
    Column("day", Date, primary_key=True),
    Column("shift", EnumValue(Shift), primary_key=True),
    Column("cameras", Text, nullable=False),  # ids, separated by commas
)

fault = Table(
    "fault",
    metadata,
    _id(),
    _version(),
    Column("camera_id", ForeignKey("camera.id"), nullable=False),
    _text("camera"),
    Column("state", EnumValue(StreamState), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    _text("desk", 64),
    Column("by_eye", Boolean, nullable=False, server_default=false()),  # a person saw it
    Column("urgent", Boolean),  # NULL: not assessed yet
    Column("assessed_at", UtcTime),
    _text("assessed_by", 60),
    _text("assessment", 500),
    Column("recovered_at", UtcTime),
    Column("solved_at", UtcTime),
    _text("solved_by", 60),
    _text("solution", 500),
    Index("ix_fault_camera_id", "camera_id", "id"),
)

fault_picture = Table(  # what the camera showed when it was found in this state
    "fault_picture",
    metadata,
    Column("fault_id", ForeignKey("fault.id"), primary_key=True),
    Column("state", EnumValue(StreamState), primary_key=True),
    Column("taken_at", UtcTime, nullable=False),
    Column("jpeg", LargeBinary, nullable=False),  # some 40 kB
)

subcategory = Table(
    "subcategory",
    metadata,
    _id(),
    _text("kind", 12),
    _text("category_code", 8),
    _text("category", 60),
    _text("code", 8),
    _text("name", 60),
    Column("limit_value", Float, nullable=False),
    Column("limit_unit", EnumValue(Unit), nullable=False),
    _text("department", 60),
    _text("condition", 500),
    _text("closing", 500),
    _text("initials", 60),
    UniqueConstraint("kind", "category_code", "code"),
)

filing_condition = Table(  # of a standard with several conditions for a subcategory
    "filing_condition",
    metadata,
    _id(),
    _text("kind", 12),
    _text("subcategory_code", 16),
    Column("number", Integer, nullable=False),
    _text("condition", 500),
    _text("closing", 500),
    Column("limit_value", Float, nullable=False),
    Column("limit_unit", EnumValue(Unit), nullable=False),
    _text("department", 200),
    _text("supervising", 200),
    _text("basis", 500),
    UniqueConstraint("kind", "subcategory_code", "number"),
)

scheme_entry = Table(  # categories of other schemes; what they mean here, empty: nothing yet
    "scheme_entry",
    metadata,
    _id(),
    _text("scheme", 60),
    _text("kind", 12),
    _text("category_code", 8),
    _text("category", 60),
    _text("code", 8),
    _text("name", 60),
    _text("our_kind", 12),
    _text("our_code", 16),
    _text("matched", 12),  # who said so
    UniqueConstraint("scheme", "kind", "category_code", "code"),
)
responsibility_rule = Table(  # who answers for what, where and when; empty: for anything
    "responsibility_rule",
    metadata,
    _id(),
    Column("number", Integer, nullable=False),
    _text("department", 60),
    _text("kind", 12),
    _text("code", 16),
    _text("district", 6),
    _text("subdistrict", 9),
    _text("grid", 15),
    Column("begins", Integer),  # hour of the city's day
    Column("ends", Integer),
    Column("condition", Integer),  # number of a filing condition
)

cases = Table(
    "cases",
    metadata,
    _id(),
    _version(),
    Column(
        "uid", String(36), nullable=False, unique=True
    ),  # made with the form: sent twice, kept once
    Column("number", String(24), nullable=False, unique=True),
    _text("kind", 12),
    _text("category_code", 8),
    _text("category", 60),
    _text("subcategory_code", 16),
    _text("subcategory", 60),
    Column("description", Text, nullable=False),
    _text("address", 300),
    _text("district", 6),
    _text("subdistrict", 9),
    _text("grid_cell", 15),
    Column("lon", Float),  # CGCS2000 degrees
    Column("lat", Float),
    Column("source", EnumValue(Source), nullable=False),
    Column("urgency", EnumValue(Urgency), nullable=False),
    Column("camera_id", ForeignKey("camera.id")),
    _text("caller", 60),
    _text("phone", 40),
    Column("limit_value", Float, nullable=False),  # as the catalogue said when it was registered
    Column("limit_unit", EnumValue(Unit), nullable=False),
    Column("registered_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    _text("registered_by", 60),
    Column("status", EnumValue(CaseStatus), nullable=False),
    Column("round", Integer, nullable=False),  # 1, and one more for each reopening
    _text("department", 60),
    Column("suspended_from", EnumValue(CaseStatus)),
    Column("suspended_at", UtcTime),
    Column("filed_at", UtcTime),
    Column("dispatched_at", UtcTime),
    Column("due_at", UtcTime),  # end of the handling limit
    Column("due_provisional", Boolean, nullable=False),  # 暂定: crosses an unpublished calendar
    Column("supervised_until", UtcTime),
    Column("resolved_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("merged_into", ForeignKey("cases.id")),  # NULL: goes on by itself
    _text("condition", 500),  # the filing condition, as it was when it was registered
    Column("urged_mark", Integer, nullable=False, server_default="0"),  # app/domain/urging.py
    Column("batch_id", ForeignKey("import_batch.id")),  # NULL: registered at a desk
    Column("order_key", String(130), unique=True),  # the sender's order; NULL: none, or undone
    _text("order_number", 80),  # as the sender calls it
    Column("reported_at", UtcTime),  # when the sender took it in
    Column("stage_due_at", UtcTime),  # end of the desk's own limit for the stage it is in
    Index("ix_cases_registered_at", "registered_at", "id"),
    Index("ix_cases_status", "status", "id"),
    Index("ix_cases_district", "district", "id"),
    Index("ix_cases_subcategory_code", "subcategory_code", "id"),
    Index("ix_cases_department", "department", "id"),
    Index("ix_cases_status_registered", "status", "registered_at", "id"),
    Index("ix_cases_district_registered", "district", "registered_at", "id"),
    Index("ix_cases_subcategory_registered", "subcategory_code", "registered_at", "id"),
    Index("ix_cases_department_registered", "department", "registered_at", "id"),
    Index(  # what is late is looked for among what is not resolved, a few of a million
        "ix_cases_running",
        "due_at",
        "id",
        sqlite_where=text("resolved_at is null"),
        postgresql_where=text("resolved_at is null"),
    ),
    # ix_cases_due_order and ix_cases_owed_order, of expressions: db/case_order.py
    Index("ix_cases_due_at", "due_at"),
    Index("ix_cases_source", "source", "id"),
    Index("ix_cases_updated_at", "updated_at"),
    Index("ix_cases_place", "lon", "lat"),
    Index("ix_cases_merged_into", "merged_into"),
    Index("ix_cases_resolved_at", "resolved_at"),
    Index("ix_cases_batch_id", "batch_id"),
    Index("ix_cases_order_number", "order_number"),
    Index("ix_cases_camera_id", "camera_id"),
)

calendar_day = Table(  # days entered by hand; they hold against any published calendar
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    _text("name", 40),
    _text("source"),
    _text("entered_by", 60),
)

calendar_year = Table(  # years whose notice was entered: no day of theirs is provisional
    "calendar_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
)

stage_limit = Table(  # limits of the desk's own stages; one that is missing is the usual one
    "stage_limit",
    metadata,
    Column("stage", EnumValue(Stage), primary_key=True),
    Column("limit_value", Float, nullable=False),
    Column("limit_unit", EnumValue(Unit), nullable=False),
)

import_batch = Table(  # one list of orders that was brought in
    "import_batch",
    metadata,
    _id(),
    _version(),
    _text("file", 200),
    _text("sender", 60),
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("person_id", Integer, nullable=False),
    _text("person", 60),
    _text("desk", 64),
    Column("undone_at", UtcTime),
    _text("undone_by", 60),
)

import_preset = Table(  # how a sender writes its lists, as somebody mapped it
    "import_preset",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("content", Text, nullable=False),  # JSON, app/services/presets.py
)

step = Table(  # append-only: triggers refuse UPDATE and DELETE
    "step",
    metadata,
    _id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("action", EnumValue(Action), nullable=False),
    Column("status", EnumValue(CaseStatus), nullable=False),  # the one it led to
    Column("round", Integer, nullable=False),
    Column("person_id", Integer, nullable=False),
    _text("person", 60),
    _text("role", 24),
    _text("desk", 64),
    Column("at", UtcTime, nullable=False),
    Column("note", Text, nullable=False),
    _text("department", 60),
    Column("due_at", UtcTime),
    Column("was", Text, nullable=False, server_default=""),  # what a correction has replaced
    Index("ix_step_action", "action", "at", "case_id"),
)

saved_search = Table(
    "saved_search",
    metadata,
    _id(),
    _version(),
    _text("name", 60),
    Column("owner_id", ForeignKey("person.id")),  # NULL: everybody's
    Column("content", Text, nullable=False),  # JSON: what stands in the boxes of the filter
)

frozen_month = Table(  # closed months: their figures as they were
    "frozen_month",
    metadata,
    Column("month", String(7), primary_key=True),  # 2026-10
    Column("at", UtcTime, nullable=False),
    _text("person", 60),
    Column("content", Text, nullable=False),  # JSON, app/domain/frozen.py
)

capture = Table(
    "capture",
    metadata,
    _id(),
    _version(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("camera_id", ForeignKey("camera.id"), nullable=False),
    _text("camera"),
    _text("stream", 8),
    Column("pressed_at", UtcTime, nullable=False),
    Column("person_id", Integer, nullable=False),
    _text("person", 60),
    _text("desk", 64),
    Column("case_id", ForeignKey("cases.id"), index=True),  # NULL: not yet in a case
    _text("preset"),  # where the camera had been turned to; empty: unknown
    Column("purpose", EnumValue(Purpose), nullable=False, server_default="report"),
    Column("replayed", Boolean, nullable=False, server_default=false()),
    Index("ix_capture_camera_id", "camera_id", "id"),
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    Column("capture_id", ForeignKey("capture.id"), nullable=False, index=True),
    Column("kind", EnumValue(EvidenceKind), nullable=False),
    _text("path", 300),
    _text("sha256", 64),
    Column("size", Integer, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    Column("stream_clock", Float, nullable=False),
    Column("age", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("before", Float, nullable=False),
)

evidence_mark = Table(  # a moment of a clip, or a still, that somebody pointed out
    "evidence_mark",
    metadata,
    _id(),
    Column("evidence_id", ForeignKey("evidence.id"), nullable=False, index=True),
    Column("seconds", Float, nullable=False),  # from the clip's beginning
    _text("note", 300),
    _text("person", 60),
    Column("at", UtcTime, nullable=False),
)

duty = Table(
    "duty",
    metadata,
    _id(),
    _version(),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("shift", EnumValue(Shift), nullable=False),
    UniqueConstraint("person_id", "day"),
)

roster_request = Table(
    "roster_request",
    metadata,
    _id(),
    _version(),
    Column("kind", EnumValue(RequestKind), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("other_id", ForeignKey("person.id")),
    Column("day", Date, nullable=False),
    _text("reason", 300),
    Column("asked_at", UtcTime, nullable=False),
    _text("asked_by", 60),
    Column("status", EnumValue(RequestStatus), nullable=False),
    Column("decided_at", UtcTime),
    _text("decided_by", 60),
    _text("note", 300),
)

log_entry = Table(
    "log_entry",
    metadata,
    _id(),
    _version(),
    Column("day", Date, nullable=False, index=True),
    Column("shift", EnumValue(Shift), nullable=False),
    Column("kind", EnumValue(LogKind), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    _text("person", 60),
    _text("desk", 64),
    Column("cleared_at", UtcTime),
    _text("cleared_by", 60),
)

handover = Table(
    "handover",
    metadata,
    _id(),
    _version(),
    Column("day", Date, nullable=False),
    Column("shift", EnumValue(Shift), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("remarks", Text, nullable=False),
    Column("given_at", UtcTime),
    _text("given_by", 60),
    Column("given_by_id", Integer),
    Column("taken_at", UtcTime),
    _text("taken_by", 60),
    UniqueConstraint("day", "shift"),
)

handover_item = Table(
    "handover_item",
    metadata,
    _id(),
    Column("handover_id", ForeignKey("handover.id"), nullable=False, index=True),
    _text("section", 16),
    Column("title", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("reference", Integer),  # id of the case, camera or log entry
)

change = Table(  # what was written, in the order of commits; other desks read on from their last id
    "change",
    metadata,
    _id(),
    _text("kind", 24),
    Column("record_id", Integer, nullable=False),
    _text("desk", 64),
    Column("at", UtcTime, nullable=False),
)

counter = Table(  # running numbers, one row a day
    "counter",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)

"""Which class lies in which table. The classes do not know it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import registry, relationship

from app.domain.audit import AuditLine
from app.domain.batch import Batch
from app.domain.camera import Camera
from app.domain.camera_group import CameraGroup
from app.domain.camera_source import CameraSource
from app.domain.case import Case
from app.domain.evidence import Capture, Evidence, Mark
from app.domain.fault import Fault
from app.domain.handover import Handover, HandoverItem, LogEntry
from app.domain.inspection import Inspection
from app.domain.ledger import Visit
from app.domain.people import Person
from app.domain.roster import Duty, RosterRequest
from app.domain.saved_search import SavedSearch
from app.domain.step import Step
from app.domain.tour import Tour
from app.domain.wall_layout import KeptWall
from db import tables

KINDS: dict[type, str] = {
    Case: "case",
    Camera: "camera",
    Fault: "fault",
    Tour: "tour",
    CameraGroup: "camera",
    CameraSource: "camera",
    KeptWall: "layout",
    SavedSearch: "search",
    Person: "person",
    Capture: "capture",
    Batch: "batch",
    Duty: "duty",
    RosterRequest: "roster_request",
    LogEntry: "log_entry",
    Handover: "handover",
}
"""Aggregates whose changes are told to every desk, and the word for each."""


@cache
def map_domain() -> None:
    """Map the domain's classes onto the tables, once in a process."""
    mapper = registry(metadata=tables.metadata)

    def aggregate(entity: type, table: Table, **properties: Any) -> None:
        mapper.map_imperatively(
            entity, table, version_id_col=table.c.version, properties=properties
        )

    mapper.map_imperatively(Step, tables.step)
    mapper.map_imperatively(Evidence, tables.evidence)
    mapper.map_imperatively(Visit, tables.visit)
    mapper.map_imperatively(Inspection, tables.inspection)
    mapper.map_imperatively(AuditLine, tables.audit)
    mapper.map_imperatively(Mark, tables.evidence_mark)
    mapper.map_imperatively(HandoverItem, tables.handover_item)
    aggregate(
        Case,
        tables.cases,
        steps=relationship(Step, order_by=tables.step.c.id, lazy="select"),
    )
    aggregate(
        Capture,
        tables.capture,
        items=relationship(Evidence, order_by=tables.evidence.c.id, lazy="selectin"),
    )
    aggregate(
        Handover,
        tables.handover,
        items=relationship(HandoverItem, order_by=tables.handover_item.c.id, lazy="selectin"),
    )
    for entity, table in (
        (Batch, tables.import_batch),
        (Camera, tables.camera),
        (CameraGroup, tables.camera_group),
        (CameraSource, tables.camera_source),
        (KeptWall, tables.wall_layout),
        (SavedSearch, tables.saved_search),
        (Fault, tables.fault),
        (Tour, tables.tour),
        (Person, tables.person),
        (Duty, tables.duty),
        (RosterRequest, tables.roster_request),
        (LogEntry, tables.log_entry),
    ):
        aggregate(entity, table)

"""What belongs to the video system beside the cameras: sources, kept walls, inspections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.camera_source import CameraSource, SourceRow
from app.domain.errors import Refusal
from app.domain.inspection import Inspection
from app.domain.kept import KeptRow
from app.domain.wall_layout import KeptWall
from db import tables

S = tables.camera_source.c
L = tables.wall_layout.c
I = tables.inspection.c  # noqa: E741


class VideoStore:
    """Sources, kept walls and inspections of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Sources.

    def sources(self) -> list[SourceRow]:
        columns = [S[name] for name in SourceRow._fields]
        return [SourceRow(*row) for row in self._session.execute(select(*columns).order_by(S.id))]

    def source(self, source_id: int) -> CameraSource:
        found = self._session.get(CameraSource, source_id)
        if found is None:
            raise Refusal("没有这个接入平台")
        return found

    def source_at(self, address: str) -> CameraSource | None:
        return self._session.scalar(select(CameraSource).where(S.address == address))

    def add_source(self, source: CameraSource) -> CameraSource:
        self._session.add(source)
        self._session.flush()
        return source

    def drop_source(self, source: CameraSource) -> None:
        self._session.delete(source)
        self._session.flush()

    def count_of(self, source_id: int) -> int:
        """How many cameras are reached through this source."""
        camera = tables.camera.c
        chosen = select(func.count()).where(camera.source_id == source_id)
        return self._session.scalar(chosen) or 0

    # Kept walls.

    def layouts(self) -> list[KeptRow]:
        columns = [L[name] for name in KeptRow._fields]
        found = self._session.execute(select(*columns).order_by(L.name, L.id))
        return [KeptRow(*row) for row in found]

    def layout(self, layout_id: int) -> KeptWall:
        found = self._session.get(KeptWall, layout_id)
        if found is None:
            raise Refusal("没有这个布局")
        return found

    def layout_of(self, name: str, owner_id: int | None) -> KeptWall | None:
        """The arrangement of this name and owner."""
        mine = L.owner_id.is_(None) if owner_id is None else L.owner_id == owner_id
        return self._session.scalar(select(KeptWall).where(L.name == name, mine))

    def add_layout(self, layout: KeptWall) -> KeptWall:
        self._session.add(layout)
        self._session.flush()
        return layout

    def drop_layout(self, layout: KeptWall) -> None:
        self._session.delete(layout)
        self._session.flush()

    # Inspections.

    def add_inspection(self, inspection: Inspection) -> Inspection:
        self._session.add(inspection)
        self._session.flush()
        return inspection

    def last_inspection(self, camera_id: int) -> Inspection | None:
        chosen = select(Inspection).where(I.camera_id == camera_id)
        return self._session.scalar(chosen.order_by(I.at.desc(), I.id.desc()).limit(1))

    def inspections(self, begins: datetime, ends: datetime) -> Sequence[Inspection]:
        chosen = select(Inspection).where(I.at >= begins, I.at < ends).order_by(I.id)
        return self._session.scalars(chosen).all()

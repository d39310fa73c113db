"""Cameras in the database, and the history of their state."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.domain.camera import Camera, CameraRow, StreamState
from app.domain.errors import Refusal
from db import tables

C = tables.camera.c
S = tables.camera_state.c


class CameraStore:
    """Cameras of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, camera_id: int) -> Camera:
        camera = self._session.get(Camera, camera_id)
        if camera is None:
            raise Refusal("没有这个监控点位")
        return camera

    def by_code(self, code: str) -> Camera | None:
        return self._session.scalar(select(Camera).where(C.code == code))

    def add(self, camera: Camera) -> Camera:
        self._session.add(camera)
        self._session.flush()
        return camera

    def rows(self) -> list[CameraRow]:
        columns = [C[name] for name in CameraRow._fields]
        found = self._session.execute(select(*columns).order_by(C.district, C.code))
        return [CameraRow(*row) for row in found]

    def note_state(
        self, camera_id: int, stream: str, state: StreamState, at: datetime, desk: str
    ) -> None:
        """Add one line to the history of what was true of a stream."""
        self._session.execute(
            insert(tables.camera_state).values(
                camera_id=camera_id, stream=stream, state=state.value, at=at, desk=desk
            )
        )

    def latest_states(self) -> dict[int, tuple[StreamState, datetime]]:
        """The last state noted of each camera's sub stream, and since when."""
        last = (
            select(func.max(S.id)).where(S.stream == "sub").group_by(S.camera_id).scalar_subquery()
        )
        found = self._session.execute(select(S.camera_id, S.state, S.at).where(S.id.in_(last)))
        return {row.camera_id: (StreamState(row.state), row.at) for row in found}

"""The audit in the database: lines are added and read, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.domain.audit import Act, AuditLine
from db import tables

A = tables.audit.c


class AuditStore:
    """Audit lines of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, lines: Sequence[AuditLine]) -> None:
        self._session.add_all(lines)
        self._session.flush()

    def find(
        self,
        begins: datetime,
        ends: datetime,
        camera_id: int | None = None,
        act: Act | None = None,
        limit: int = 500,
        text: str = "",
    ) -> list[AuditLine]:
        """Lines of this span, the newest first, of one camera or of all; `text` is a part of the
        camera's or the person's name.
        """
        chosen = select(AuditLine).where(A.at >= begins, A.at < ends)
        if camera_id is not None:
            chosen = chosen.where(A.camera_id == camera_id)
        if act is not None:
            chosen = chosen.where(A.act == act)
        if text:
            columns = (func.lower(A.camera), func.lower(A.person))
            named = (column.contains(text.lower(), autoescape=True) for column in columns)
            chosen = chosen.where(or_(*named))
        ordered = chosen.order_by(A.at.desc(), A.id.desc()).limit(limit)
        return list(self._session.scalars(ordered))

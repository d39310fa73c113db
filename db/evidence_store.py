"""Captures and their files in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.evidence import Capture
from db import tables

T = tables.capture.c


class EvidenceStore:
    """Captures of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, capture: Capture) -> Capture:
        self._session.add(capture)
        self._session.flush()
        return capture

    def by_uid(self, uid: str) -> Capture | None:
        return self._session.scalar(select(Capture).where(T.uid == uid))

    def by_uids(self, uids: Sequence[str]) -> list[Capture]:
        return list(self._session.scalars(select(Capture).where(T.uid.in_(uids))))

    def of_case(self, case_id: int) -> list[Capture]:
        return list(
            self._session.scalars(select(Capture).where(T.case_id == case_id).order_by(T.id))
        )

    def everything(self) -> list[Capture]:
        return list(self._session.scalars(select(Capture).order_by(T.id)))

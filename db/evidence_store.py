"""Captures and their files in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.domain.errors import Refusal
from app.domain.evidence import Capture, Evidence, Mark
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

    def of_cameras(
        self, cameras: Sequence[int], begins: datetime, ends: datetime, most: int
    ) -> list[Capture]:
        """What these cameras gave in this span, newest first, at most so many."""
        chosen = select(Capture).where(_gave(cameras, begins, ends))
        return list(
            self._session.scalars(chosen.order_by(T.pressed_at.desc(), T.id.desc()).limit(most))
        )

    def count_of_cameras(self, cameras: Sequence[int], begins: datetime, ends: datetime) -> int:
        """Pieces of evidence that these cameras gave in this span."""
        both = tables.capture.join(tables.evidence, tables.evidence.c.capture_id == T.id)
        pieces = select(func.count()).select_from(both).where(_gave(cameras, begins, ends))
        return self._session.scalar(pieces) or 0

    def item(self, evidence_id: int) -> Evidence:
        found = self._session.get(Evidence, evidence_id)
        if found is None:
            raise Refusal("没有这件证据")
        return found

    def capture_of(self, evidence_id: int) -> Capture:
        """The capture that a piece of evidence belongs to."""
        e = tables.evidence.c
        chosen = select(Capture).join(tables.evidence, e.capture_id == T.id)
        found = self._session.scalar(chosen.where(e.id == evidence_id))
        if found is None:
            raise Refusal("没有这件证据")
        return found

    def marks(self, evidence_ids: Sequence[int]) -> list[Mark]:
        """The moments that were pointed out, in the order of the clip."""
        m = tables.evidence_mark.c
        chosen = select(Mark).where(m.evidence_id.in_(evidence_ids))
        return list(self._session.scalars(chosen.order_by(m.seconds, m.id)))

    def add_mark(self, mark: Mark) -> Mark:
        self._session.add(mark)
        self._session.flush()
        return mark

    def everything(self) -> list[Capture]:
        return list(self._session.scalars(select(Capture).order_by(T.id)))


def _gave(cameras: Sequence[int], begins: datetime, ends: datetime) -> ColumnElement[bool]:
    return and_(T.camera_id.in_(cameras), T.pressed_at >= begins, T.pressed_at < ends)

"""A list of orders that was brought in, and may be taken back while nobody has worked on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.errors import Refusal
from app.domain.people import Role, Signed


@dataclass(eq=False)
class Batch:
    """One list: what came of its rows."""

    file: str
    sender: str
    rows: int
    added: int
    same: int
    refused: int
    at: datetime
    person_id: int
    person: str
    desk: str
    undone_at: datetime | None = None
    undone_by: str = ""
    id: int = field(init=False)
    version: int = field(init=False)

    def undo(self, by: Signed, at: datetime, touched: int) -> None:
        """Take it back; a Refusal if that was done, is not theirs to do, or comes too late."""
        if self.undone_at is not None:
            raise Refusal("第 {id} 批已由 {person} 撤销", id=self.id, person=self.undone_by)
        if by.person_id != self.person_id and by.role is not Role.SHIFT_LEADER:
            raise Refusal(
                "第 {id} 批由 {person} 导入：请本人或值班长撤销", id=self.id, person=self.person
            )
        if touched:
            raise Refusal(
                "第 {id} 批里有 {n} 宗已经办理，不能整批撤销：请逐宗作废", id=self.id, n=touched
            )
        self.undone_at, self.undone_by = at, by.name

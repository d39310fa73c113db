"""Orders of the hotline that somebody typed in: one that is a case already is not taken twice,
whether it came by hand or in a list.
"""

from __future__ import annotations

from app.domain.case_list import CaseRow
from app.domain.draft import Source
from app.domain.errors import Refusal
from app.domain.order_import import hotline_key
from db.unit_of_work import Work


def known(work: Work, number: str) -> CaseRow | None:
    """The case that this order of the hotline is; None if it is none yet, or a void one."""
    return work.cases.hotline_order(number.strip()) if number.strip() else None


def take(work: Work, number: str, source: Source, of: int | None = None) -> str | None:
    """By what the case of this order is known again; None where numbers say nothing. A Refusal if
    it is another case already. `of`: the case that is corrected.
    """
    if source is not Source.HOTLINE or not number.strip():
        return None
    row = known(work, number)
    if row is not None and row.id != of:
        raise Refusal(
            "来文编号 {order} 已登记为 {number}（{status}）",
            order=number.strip(),
            number=row.number,
            status=row.status,
        )
    key = hotline_key(number)
    work.cases.let_go(key)
    return key

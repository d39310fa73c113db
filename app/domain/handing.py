"""How well cases are handed to departments: who was given one wrongly, and who refused its own.

A case that was sent back and is another department's in the end was dispatched wrongly (错派); one
that is the same department's again was refused without ground (推诿); one that nobody has been
given since, and that is not over, is open. A reassignment says by itself that the first department
was the wrong one. Counted are handings over, not cases: one case may go wrong twice, with two
departments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from app.domain.figures import Span
from app.domain.workflow import Action

HANDING = frozenset({Action.DISPATCH, Action.REASSIGN, Action.SEND_BACK, Action.RECALL})
"""Steps that hand a case to a department, or take it from one."""

ENDING = frozenset({Action.VOID, Action.MERGE})
"""Steps after which nobody is waited for; a merged case may be taken apart again."""


class Handed(NamedTuple):
    """A step that hands a case to a department or takes it away; `department` is whose it became,
    or whose it was until then.
    """

    case_id: int
    action: Action
    department: str
    at: datetime


class Handing(Enum):
    """What is counted of a department."""

    GIVEN = "given"  # 分派
    SENT_BACK = "sent_back"  # 退回
    WRONG = "wrong"  # 错派
    REFUSED = "refused"  # 推诿
    OPEN = "open"  # 退回后待派


@dataclass
class HandingLine:
    """One department: the cases behind each number, a case as often as it was handed over so."""

    department: str
    cases: dict[Handing, list[int]] = field(default_factory=lambda: defaultdict(list))

    def number(self, what: Handing) -> int:
        """How many handings over of this kind."""
        return len(self.cases[what])


def handing_lines(steps: Iterable[Handed], span: Span) -> list[HandingLine]:
    """The departments that were given cases in the span or sent one back in it, by name.

    `steps` holds all of each case, in their order. What became of a case that was sent back in the
    span is told by what came after it, even after the span.
    """
    lines: dict[str, HandingLine] = {}

    def count(department: str, what: Handing, case_id: int) -> None:
        line = lines.setdefault(department, HandingLine(department))
        line.cases[what].append(case_id)

    for case_id, of_case in groupby(steps, key=lambda one: one.case_id):
        told = list(of_case)
        for place, one in enumerate(told):
            if not span.begins <= one.at < span.ends:
                continue
            if one.action in (Action.DISPATCH, Action.REASSIGN):
                count(one.department, Handing.GIVEN, case_id)
            if one.action is Action.REASSIGN:
                before = told[place - 1].department if place else ""
                if before and before != one.department:
                    count(before, Handing.WRONG, case_id)
            elif one.action is Action.SEND_BACK:
                count(one.department, Handing.SENT_BACK, case_id)
                if (judged := _judged(one, told[place + 1 :])) is not None:
                    count(one.department, judged, case_id)
    return [lines[name] for name in sorted(lines)]


def _judged(back: Handed, after: list[Handed]) -> Handing | None:
    """What became of a case that was sent back: by who had it in the end, or until it was sent back
    once more. A dispatch that the desk recalled was none. None where it is over and nobody had it.
    """
    holder, over = "", False
    for one in after:
        if one.action is Action.SEND_BACK:
            break
        over = one.action in ENDING or (over and one.action is not Action.UNMERGE)
        if one.action in (Action.DISPATCH, Action.REASSIGN):
            holder = one.department
        elif one.action is Action.RECALL:
            holder = ""
    if not holder:
        return None if over else Handing.OPEN
    return Handing.REFUSED if holder == back.department else Handing.WRONG

"""The papers of a case (文书): what stands on each, in which order.

The shape is the usual one of city-management centres: a head with title and number, the facts as a
table, the handling step by step, and who signs. A client edits the Word templates made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.domain.errors import Refusal
from app.domain.workflow import CaseStatus


class Paper(Enum):
    """Each kind of paper."""

    DISPATCH = "dispatch"  # 派遣单
    URGE = "urge"  # 催办通知书
    SUPERVISE = "supervise"  # 督办通知书
    CLOSE = "close"  # 结案报告


@dataclass(frozen=True)
class Shape:
    """What a paper says: its title, its words to the department, its facts, who signs."""

    title: str
    words: str  # filled in with the facts
    rows: tuple[tuple[str, str], ...]  # title of the row, name of the fact
    with_steps: bool
    signs: tuple[str, ...]


PLACE = (
    ("案件编号", "number"),
    ("来文编号", "order_number"),
    ("类别", "category"),
    ("小类", "subcategory"),
    ("问题描述", "description"),
    ("地点", "address"),
    ("区 / 街道", "place"),
    ("坐标", "position"),
    ("来源", "source"),
)
LIMIT = (
    ("责任单位", "department"),
    ("处置时限", "limit"),
    ("分派时间", "dispatched_at"),
    ("处置期限", "due_at"),
)

SHAPES: dict[Paper, Shape] = {
    Paper.DISPATCH: Shape(
        "案件派遣单",
        "{department}：现将下列案件派给贵单位，请在 {due_at} 前处置完毕并回复结果。",
        (*PLACE, ("反映人", "caller"), ("联系电话", "phone"), *LIMIT),
        False,
        ("派遣人", "签收人"),
    ),
    Paper.URGE: Shape(
        "催办通知书",
        "{department}：下列案件应于 {due_at} 前处置，截至 {printed_at} 尚未办结，请抓紧处置。",
        (*PLACE, *LIMIT),
        True,
        ("催办人", "签收人"),
    ),
    Paper.SUPERVISE: Shape(
        "督办通知书",
        "{department}：下列案件列为督办，请在 {supervised_until} 前办结并书面回复原因和结果。",
        (*PLACE, *LIMIT, ("督办期限", "supervised_until"), ("督办事由", "supervised_for")),
        True,
        ("督办人", "签收人"),
    ),
    Paper.CLOSE: Shape(
        "案件结案报告",
        "下列案件已经处置、核查、审定，于 {closed_at} 办结。",
        (
            *PLACE,
            ("反映人", "caller"),
            *LIMIT,
            ("处置时间", "resolved_at"),
            ("处置结果", "result"),
            ("是否按期", "in_time"),
            ("办结时间", "closed_at"),
            ("轮次", "round"),
        ),
        True,
        ("经办人", "审定人"),
    ),
}

NEEDS: dict[Paper, tuple[str, str]] = {
    Paper.DISPATCH: ("department", "还没有分派，不能出派遣单"),
    Paper.URGE: ("due_at", "还没有分派，没有可催办的期限"),
    Paper.SUPERVISE: ("supervised_until", "没有督办，不能出督办通知书"),
    Paper.CLOSE: ("closed_at", "还没有办结，不能出结案报告"),
}
"""The fact that a paper cannot do without, and what is said where it is missing."""


def check(paper: Paper, facts: dict[str, str]) -> None:
    """Refuse a paper that would say nothing."""
    needed, why = NEEDS[paper]
    if not facts[needed]:
        raise Refusal("{sentence}", sentence=why)


def offered(status: CaseStatus) -> tuple[Paper, ...]:
    """The papers that a case of this status may have."""
    if status is CaseStatus.CLOSED:
        return (Paper.CLOSE, Paper.DISPATCH)
    return (Paper.DISPATCH, Paper.URGE, Paper.SUPERVISE)

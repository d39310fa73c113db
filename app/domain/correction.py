"""Correcting a case (更正案情): which of its words may be corrected when, and what is kept of them.

The corrected words stand on the case; the step keeps the reason, and apart from it what stood there
before: that tells of who called, and is not for everybody who may read why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.draft import CaseDraft, Source, Urgency

CATEGORY = frozenset({"kind", "subcategory", "condition"})
EARLY = CATEGORY | {"source"}
"""What the limit, the department and the figures hang on: corrected before dispatch only."""

TITLES = {
    "subcategory": "类别", "condition": "立案条件", "source": "来源", "urgency": "紧急程度",
    "order_number": "来文编号", "address": "地点", "district": "区", "subdistrict": "街道",
    "position": "坐标", "grid_cell": "网格", "description": "问题描述", "caller": "反映人",
    "phone": "电话",
}  # fmt: skip

SPOKEN = {
    Source.VIDEO: "视频巡检", Source.PATROL: "综合巡查", Source.HOTLINE: "12345热线",
    Source.PUBLIC: "公众举报", Source.LEADER: "领导交办", Source.IMPORT: "批量导入",
    Urgency.NORMAL: "一般", Urgency.URGENT: "紧急",
}  # fmt: skip


def differing(before: CaseDraft, after: CaseDraft) -> dict[str, Any]:
    """The fields of `after` that say something else, blanks at the ends aside.

    Numbers of conditions are those of their category: with another category the condition is told
    even where its number is the same.
    """
    names = (*TITLES, "kind", "lon", "lat")
    told = {name: _plain(getattr(after, name)) for name in names if name != "position"}
    other = {name: new for name, new in told.items() if new != _plain(getattr(before, name))}
    if {"kind", "subcategory"} & other.keys():
        other["condition"] = after.condition
    return other


def was(before: CaseDraft, fields: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What stood in these fields. `names`: what codes of places are called, and the words of the
    category and of the condition as `subcategory` and `condition`.
    """
    changed = {"position" if name in ("lon", "lat") else name for name in fields}
    if "kind" in changed:
        changed.add("subcategory")
    said = [
        f"{title}原为“{old}”" if (old := _spoken(before, name, names)) else f"{title}原为空"
        for name, title in TITLES.items()
        if name in changed
    ]
    return "；".join(said)


def _spoken(before: CaseDraft, name: str, names: Mapping[str, str]) -> str:
    match name:
        case "subcategory" | "condition":
            return names.get(name, "")
        case "position":
            known = before.lon is not None and before.lat is not None
            return f"{before.lon:.6f}, {before.lat:.6f}" if known else ""
        case "source" | "urgency":
            return SPOKEN[getattr(before, name)]
    told = str(getattr(before, name))
    return names.get(told, told)


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value

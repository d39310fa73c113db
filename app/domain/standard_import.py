"""A city's own filing standard, row by row: each condition with its limit, or every reason why not.

A limit belongs to the filing condition (立案条件), not to the category: a manhole cover that is
gone has two hours, one that rattles two days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.catalogue import KIND_WORDS, CaseKind, Condition, padded
from app.domain.columns import Column, Wrong, checked
from app.domain.deadline import read_limit
from app.domain.errors import Refusal

COLUMNS: tuple[Column, ...] = (
    Column("kind", "部件或事件", ("kind", "类型", "分类", "类别"), 12, True),
    Column("category_code", "大类代码", ("big_code", "大类编码", "大类编号"), 8, True, True),
    Column("category", "大类", ("big_name", "大类名称", "category"), 60, True),
    Column("code", "小类代码", ("small_code", "小类编码", "小类编号"), 8, True, True),
    Column("name", "小类", ("小类名称", "subcategory"), 60, True, True),
    Column("number", "条件序号", ("cond_no", "序号", "立案条件序号", "number"), 4),
    Column("condition", "立案条件", ("filing_condition", "立案标准"), 500, False, True),
    Column("closing", "结案条件", ("closing_condition", "结案标准", "closing"), 500, True),
    Column("limit", "处置时限", ("limit_raw", "时限", "处置期限"), 40, False, True),
    Column(
        "department",
        "责任主体",
        ("responsible_body", "责任单位", "处置部门", "department"),
        200,
        True,
    ),
    Column("supervising", "监管主体", ("supervising_body", "监管单位"), 200, True),
    Column("basis", "法律依据", ("legal_basis", "依据"), 500, True),
)
BIG, SMALL = ("kind", "category_code", "category"), ("code", "name")
_CODE = re.compile(r"[0-9]{1,3}")
_NUMBER = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class StandardRow:
    """One filing condition with the category that it belongs to."""

    kind: CaseKind
    category_code: str
    category: str
    code: str
    name: str
    condition: Condition


def read_row(cells: Mapping[str, str], number: int) -> StandardRow | list[Wrong]:
    """One row, carried down already; `number` is the condition's place where none is written."""
    told = {column.field: cells.get(column.field, "").strip() for column in COLUMNS}
    wrong = checked(told, COLUMNS)
    kind = KIND_WORDS.get(told["kind"].lower()) if told["kind"] else CaseKind.EVENT
    if kind is None:
        wrong.append(Wrong("kind", Refusal("应为“部件”或“事件”")))
    for field in ("category_code", "code"):
        if told[field] and not _CODE.fullmatch(told[field]):
            wrong.append(Wrong(field, Refusal("代码应为两位或三位数字")))
    limit = None
    if told["limit"]:
        try:
            limit = read_limit(told["limit"])
        except Refusal as refusal:
            wrong.append(Wrong("limit", refusal))
    if wrong or kind is None or limit is None:
        return wrong
    place = int(told["number"]) if _NUMBER.fullmatch(told["number"]) else number
    condition = Condition(
        place, told["condition"], told["closing"], limit, told["department"],
        told["supervising"], told["basis"],
    )  # fmt: skip
    return StandardRow(
        kind, padded(told["category_code"]), told["category"] or told["category_code"],
        padded(told["code"]), told["name"], condition,
    )  # fmt: skip

"""A city's own filing standard, row by row: each condition with its limit, or every reason why not.

A limit belongs to the filing condition (立案条件), not to the category: a manhole cover that is
gone has two hours, one that rattles two days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.catalogue import CaseKind, Condition
from app.domain.deadline import read_limit
from app.domain.errors import Refusal


class Column(NamedTuple):
    """A field of a condition, its title on screen, and what standards call it."""

    field: str
    title: str
    aliases: tuple[str, ...]
    longest: int
    carried: bool = False  # merged cells: what stands above holds on


COLUMNS: tuple[Column, ...] = (
    Column("kind", "部件或事件", ("kind", "类型", "分类", "类别"), 12, True),
    Column(
        "category_code", "大类代码", ("big_code", "大类编码", "大类编号", "category_code"), 8, True
    ),
    Column("category", "大类", ("big_name", "大类名称", "category"), 60, True),
    Column("code", "小类代码", ("small_code", "小类编码", "小类编号", "code"), 8, True),
    Column("name", "小类", ("小类名称", "name", "subcategory"), 60, True),
    Column("number", "条件序号", ("cond_no", "序号", "立案条件序号", "number"), 4),
    Column("condition", "立案条件", ("filing_condition", "立案标准", "condition"), 500),
    Column("closing", "结案条件", ("closing_condition", "结案标准", "closing"), 500, True),
    Column("limit", "处置时限", ("limit_raw", "时限", "处置期限", "limit"), 40),
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
REQUIRED = ("category_code", "code", "name", "condition", "limit")
KINDS = {
    **dict.fromkeys(("component", "部件", "部件类"), CaseKind.COMPONENT),
    **dict.fromkeys(("event", "事件", "事件类"), CaseKind.EVENT),
}
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


class Wrong(NamedTuple):
    """One cell that is wrong: its field, and why."""

    field: str
    why: Refusal


def guess_columns(titles: Sequence[str]) -> dict[str, str]:
    """Field to title, as far as the titles tell."""
    plain = {re.sub(r"\s", "", title).lower(): title for title in titles if title.strip()}
    found = {}
    for column in COLUMNS:
        for alias in (column.title, column.field, *column.aliases):
            if alias.lower() in plain:
                found[column.field] = plain[alias.lower()]
                break
    return found


def missing(mapping: Mapping[str, str]) -> list[str]:
    """Titles of the columns that cannot be done without."""
    return [one.title for one in COLUMNS if one.field in REQUIRED and one.field not in mapping]


def carry_down(cells: dict[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """The row with what merged cells leave out filled in from the row above.

    A row that begins another small category carries nothing but its big one.
    """
    another = bool(cells.get("code") or cells.get("name"))
    told = dict(cells)
    for column in COLUMNS:
        big = column.field in ("kind", "category_code", "category")
        if column.carried and not told.get(column.field) and (big or not another):
            told[column.field] = above.get(column.field, "")
    return told


def read_row(cells: Mapping[str, str], number: int) -> StandardRow | list[Wrong]:
    """One row, carried down already; `number` is the condition's place where none is written."""
    told = {column.field: cells.get(column.field, "").strip() for column in COLUMNS}
    wrong = [
        Wrong(one.field, Refusal("不能为空")) for one in COLUMNS
        if one.field in REQUIRED and not told[one.field]
    ]  # fmt: skip
    wrong += [
        Wrong(one.field, Refusal("太长：最多 {n} 个字", n=one.longest)) for one in COLUMNS
        if len(told[one.field]) > one.longest
    ]  # fmt: skip
    kind = KINDS.get(told["kind"].lower()) if told["kind"] else CaseKind.EVENT
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
        kind, _padded(told["category_code"]), told["category"] or told["category_code"],
        _padded(told["code"]), told["name"], condition,
    )  # fmt: skip


def _padded(code: str) -> str:
    """Codes are strings of two or three digits; a spreadsheet program drops the first nought."""
    return code.zfill(2)

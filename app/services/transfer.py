"""Cases out as files: a workbook for people, csv and geojson for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, NamedTuple

from app.domain.case_list import CaseFilter, CaseRow
from app.domain.catalogue import CaseKind
from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.scheme import Ours, SchemeEntry
from app.services.schemes import telling
from app.services.sheets import Cell, write_workbook
from app.services.whole_file import whole
from db.unit_of_work import Work

Told = Callable[[int, int], bool]
"""Told how many rows are done of how many; answers whether to go on."""

Words = Callable[[str, Any], str]
"""What a person reads for a column's value: a status, a source, the code of a district."""

PAGE = 1000

TITLES = {
    "number": "编号", "order_number": "来文编号", "status": "状态", "category": "大类",
    "subcategory_code": "类别代码",
    "subcategory": "小类", "description": "问题描述", "address": "地点", "district": "区",
    "subdistrict": "街道", "department": "责任单位", "source": "来源", "urgency": "紧急程度",
    "registered_at": "登记时间", "due_at": "处置期限", "resolved_at": "处置时间", "round": "轮次",
    "lon": "经度", "lat": "纬度",
}  # fmt: skip
"""Columns of the workbook, and what they are called there."""

WORDED = frozenset({"status", "district", "subdistrict", "source", "urgency"})

CASE_COLUMNS = (
    "number", "order_number", "status", "subcategory", "description", "address", "district",
    "subdistrict", "department", "registered_at", "due_at", "resolved_at", "source", "kind",
    "category", "subcategory_code", "lon", "lat",
)  # fmt: skip
"""Columns of csv and properties of geojson, under their own names."""


class OtherScheme(NamedTuple):
    """Another scheme in which categories are told as well; of none, no columns."""

    scheme: str
    names: Mapping[Ours, SchemeEntry]

    @property
    def titles(self) -> list[str]:
        return [f"{self.scheme} 代码", f"{self.scheme} 小类"] if self.scheme else []

    @property
    def columns(self) -> list[str]:
        return ["scheme_code", "scheme_subcategory"] if self.scheme else []

    def cells(self, row: CaseRow) -> list[str]:
        """Code and name there; empty where the scheme has no such category."""
        if not self.scheme:
            return []
        found = self.names.get(Ours(CaseKind(row.kind), row.subcategory_code))
        return [found.full_code, found.name] if found else ["", ""]


def export_cases(
    work: Work,
    out: Path,
    chosen: CaseFilter,
    words: Words = lambda column, value: str(_plain(value)),
    told: Told = lambda done, of: True,
    scheme: str = "",
) -> int:
    """Write the cases that the filter lets through; how many there were.

    `scheme` names another scheme whose codes and names are written beside ours. The file appears
    when it is whole; a Refusal where it was cancelled or its kind is not known.
    """
    other = OtherScheme(scheme, telling(work, scheme) if scheme else {})
    chosen = replace(chosen, callers=work.by.role is not Role.PRESENTER)
    rows = _watched(every_row(work, chosen), work.cases.count(chosen), told)
    match out.suffix.lower():
        case ".xlsx":
            cells = (
                [*(_cell(row, name, words) for name in TITLES), *other.cells(row)] for row in rows
            )
            return write_workbook(out, [*TITLES.values(), *other.titles], cells)
        case ".csv":
            return _written(out, "utf-8-sig", lambda file: _write_csv(file, rows, other))
        case ".geojson":
            return _written(out, "utf-8", lambda file: _write_geojson(file, rows, other))
    raise Refusal("导出文件应以 .xlsx、.csv 或 .geojson 结尾")


def every_row(work: Work, chosen: CaseFilter) -> Iterator[CaseRow]:
    """All rows, page by page, oldest first."""
    cursor = None
    while True:
        page = work.cases.page(chosen, "registered_at", False, cursor, PAGE)
        yield from page.rows
        cursor = page.next
        if cursor is None:
            return


def _watched(rows: Iterator[CaseRow], total: int, told: Told) -> Iterator[CaseRow]:
    for done, row in enumerate(rows):
        if done % PAGE == 0 and not told(done, total):
            raise Refusal("已取消，没有导出")
        yield row
    told(total, total)


def _written(out: Path, encoding: str, write: Callable[[IO[str]], int]) -> int:
    with whole(out) as part, part.open("w", encoding=encoding, newline="") as file:
        return write(file)


def _write_csv(file: IO[str], rows: Iterator[CaseRow], other: OtherScheme) -> int:
    count = 0
    writer = csv.writer(file)
    writer.writerow([*CASE_COLUMNS, *other.columns])
    for count, row in enumerate(rows, 1):  # noqa: B007
        told = [_plain(getattr(row, name)) for name in CASE_COLUMNS]
        writer.writerow([_harmless(cell) for cell in (*told, *other.cells(row))])
    return count


def _write_geojson(file: IO[str], rows: Iterator[CaseRow], other: OtherScheme) -> int:
    """Feature by feature: a hundred thousand of them need not stand in memory at once."""
    count = 0
    file.write('{"type": "FeatureCollection", "features": [')
    for count, row in enumerate(rows, 1):
        placed = {"type": "Point", "coordinates": [row.lon, row.lat]}
        told = {name: _plain(getattr(row, name)) for name in CASE_COLUMNS[:-2]}
        told |= dict(zip(other.columns, other.cells(row), strict=True))
        feature = {
            "type": "Feature",
            "geometry": None if row.lon is None else placed,
            "properties": told,
        }
        file.write(("," if count > 1 else "") + "\n" + json.dumps(feature, ensure_ascii=False))
    file.write("\n]}\n")
    return count


def _cell(row: CaseRow, name: str, words: Words) -> Cell:
    value = getattr(row, name)
    return words(name, value) if name in WORDED else value


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "value", value)


def _harmless(value: Any) -> Any:
    """A cell that no spreadsheet program runs as a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value

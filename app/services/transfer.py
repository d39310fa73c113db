"""Cases out as files: a workbook for people, csv and geojson for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from app.domain.case_list import CaseFilter, CaseRow
from app.domain.errors import Refusal
from app.domain.people import Role
from app.services.sheets import Cell, write_workbook
from app.services.whole_file import whole
from db.unit_of_work import Work

Told = Callable[[int, int], bool]
"""Told how many rows are done of how many; answers whether to go on."""

Words = Callable[[str, Any], str]
"""What a person reads for a column's value: a status, a source, the code of a district."""

PAGE = 1000

TITLES = {
    "number": "编号", "status": "状态", "subcategory": "小类", "description": "问题描述",
    "address": "地点", "district": "区", "subdistrict": "街道", "department": "责任单位",
    "source": "来源", "urgency": "紧急程度", "registered_at": "登记时间", "due_at": "处置期限",
    "resolved_at": "处置时间", "round": "轮次", "lon": "经度", "lat": "纬度",
}  # fmt: skip
"""Columns of the workbook, and what they are called there."""

WORDED = frozenset({"status", "district", "subdistrict", "source", "urgency"})

CASE_COLUMNS = (
    "number", "status", "subcategory", "description", "address", "district", "subdistrict",
    "department", "registered_at", "due_at", "resolved_at", "source", "lon", "lat",
)  # fmt: skip
"""Columns of csv and properties of geojson, under their own names."""


def export_cases(
    work: Work,
    out: Path,
    chosen: CaseFilter,
    words: Words = lambda column, value: str(_plain(value)),
    told: Told = lambda done, of: True,
) -> int:
    """Write the cases that the filter lets through; how many there were.

    The file appears when it is whole; a Refusal where it was cancelled or its kind is not known.
    """
    chosen = replace(chosen, callers=work.by.role is not Role.PRESENTER)
    rows = _watched(every_row(work, chosen), work.cases.count(chosen), told)
    match out.suffix.lower():
        case ".xlsx":
            cells = ([_cell(row, name, words) for name in TITLES] for row in rows)
            return write_workbook(out, list(TITLES.values()), cells)
        case ".csv":
            return _written(out, "utf-8-sig", lambda file: _write_csv(file, rows))
        case ".geojson":
            return _written(out, "utf-8", lambda file: _write_geojson(file, rows))
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


def _write_csv(file: IO[str], rows: Iterator[CaseRow]) -> int:
    count = 0
    writer = csv.writer(file)
    writer.writerow(CASE_COLUMNS)
    for count, row in enumerate(rows, 1):  # noqa: B007
        writer.writerow([_harmless(_plain(getattr(row, name))) for name in CASE_COLUMNS])
    return count


def _write_geojson(file: IO[str], rows: Iterator[CaseRow]) -> int:
    """Feature by feature: a hundred thousand of them need not stand in memory at once."""
    count = 0
    file.write('{"type": "FeatureCollection", "features": [')
    for count, row in enumerate(rows, 1):
        placed = {"type": "Point", "coordinates": [row.lon, row.lat]}
        feature = {
            "type": "Feature",
            "geometry": None if row.lon is None else placed,
            "properties": {name: _plain(getattr(row, name)) for name in CASE_COLUMNS[:-2]},
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

"""Cases in and out as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.domain.case_list import CaseFilter, CaseRow
from app.domain.errors import Refusal
from db.unit_of_work import Work

Report = dict[str, Any]

CASE_COLUMNS = (
    "number", "status", "subcategory", "description", "address", "district", "subdistrict",
    "department", "registered_at", "due_at", "resolved_at", "source", "lon", "lat",
)  # fmt: skip


def export_cases(work: Work, out: Path, chosen: CaseFilter) -> int:
    """Write the cases that the filter lets through; how many there were."""
    rows = every_row(work, chosen)
    if out.suffix == ".csv":
        return _write_csv(out, rows)
    if out.suffix == ".geojson":
        return _write_geojson(out, rows)
    raise Refusal("导出文件应以 .csv 或 .geojson 结尾")


def every_row(work: Work, chosen: CaseFilter) -> Iterator[CaseRow]:
    """All rows, page by page, oldest first."""
    cursor = None
    while True:
        page = work.cases.page(chosen, "registered_at", False, cursor, 1000)
        yield from page.rows
        cursor = page.next
        if cursor is None:
            return


def _write_csv(out: Path, rows: Iterator[CaseRow]) -> int:
    count = 0
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CASE_COLUMNS)
        for count, row in enumerate(rows, 1):  # noqa: B007
            writer.writerow([_cell(getattr(row, name)) for name in CASE_COLUMNS])
    return count


def _write_geojson(out: Path, rows: Iterator[CaseRow]) -> int:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]}
            if row.lon is not None
            else None,
            "properties": {name: _plain(getattr(row, name)) for name in CASE_COLUMNS[:-2]},
        }
        for row in rows
    ]
    told = {"type": "FeatureCollection", "features": features}
    out.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return len(features)


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "value", value)


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula."""
    plain = _plain(value)
    if isinstance(plain, str) and plain[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + plain
    return plain

"""Cases in and out as files."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.domain.case_list import CaseFilter, CaseRow
from app.domain.catalogue import Subcategory
from app.domain.draft import CaseDraft, Source
from app.domain.errors import Refusal
from app.resources import districts
from app.services import cases
from app.services.sheets import read_sheet, records
from db.unit_of_work import Work

Report = dict[str, Any]

CASE_COLUMNS = (
    "number", "status", "subcategory", "description", "address", "district", "subdistrict",
    "department", "registered_at", "due_at", "resolved_at", "source", "lon", "lat",
)  # fmt: skip


def import_cases(work: Work, file: Path) -> Report:
    """Register a case for each row; a row already imported (same content) is not taken again.

    Columns: subcategory (name or full code), description, address, district, and optionally
    subdistrict, lon, lat, caller, phone. The whole file is one transaction; bad rows are told.
    """
    by_word: dict[str, Subcategory] = {}
    for entry in work.cases.catalogue():
        by_word.setdefault(entry.full_code, entry)
        by_word[entry.name] = entry
    report = _report()
    for number, row in records(read_sheet(file)):
        report["rows"] += 1
        named = by_word.get((row.get("subcategory") or "").strip())
        if named is None:
            _refuse(report, number, "subcategory", "立案标准里没有这个类别")
            continue
        if work.cases.id_of_number(row.get("number", "")):
            report["same"] += 1
            continue
        uid = str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(row, sort_keys=True)))
        if work.cases.id_of(uid):
            report["same"] += 1
            continue
        try:
            draft = CaseDraft(
                uid,
                named.kind.value,
                named.full_code,
                row.get("description") or "",
                row.get("address") or "",
                _district(row.get("district", "")),
                (row.get("subdistrict") or "").strip(),
                lon=_real(row.get("lon")),
                lat=_real(row.get("lat")),
                source=Source.IMPORT,
                caller=row.get("caller") or "",
                phone=row.get("phone") or "",
            )
        except ValueError:
            _refuse(report, number, "lon/lat", "坐标应为数字")
            continue
        if problems := draft.problems():
            _refuse(report, number, problems[0].field, problems[0].sentence)
            continue
        cases.register(work, draft)
        report["added"] += 1
    return report


def _district(told: str) -> str:
    """The 6-digit code of a district given by code or by name; what is neither is a problem."""
    told = told.strip()
    return next((d.code for d in districts() if told in (d.code, d.name, d.name[:-1])), "")


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


def _real(text: str | None) -> float | None:
    return float(text) if text and text.strip() else None


def _report() -> Report:
    return {"rows": 0, "added": 0, "same": 0, "refused": [], "warnings": []}


def _refuse(report: Report, row: int, column: str, reason: str) -> None:
    report["refused"].append({"row": row, "column": column, "reason": reason})

"""Cases in and out as files."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from app.domain.case_list import CaseFilter
from app.domain.errors import Refusal
from app.domain.people import Role
from app.services import cases, transfer
from app.services.sheets import read_sheet
from tests.builders import draft
from tests.conftest import OpenDesk
from ui.labels import case_word


def test_that_what_is_exported_is_what_is_listed_and_no_formula(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.OPERATOR)
    desk.do_now(cases.register, draft(address="=HYPERLINK(1)"))
    desk.do_now(cases.register, draft(lon=None, lat=None))
    out = tmp_path / "cases.csv"
    assert desk.ask_now(transfer.export_cases, out, CaseFilter()) == 2
    with out.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["address"] for row in rows] == ["'=HYPERLINK(1)", "天河区体育西路 1 号"]
    out = tmp_path / "cases.geojson"
    assert desk.ask_now(transfer.export_cases, out, CaseFilter()) == 2
    told = json.loads(out.read_text(encoding="utf-8"))
    assert [f["geometry"] is None for f in told["features"]] == [False, True]
    with pytest.raises(Refusal, match="csv"):
        desk.ask_now(transfer.export_cases, tmp_path / "x.doc", CaseFilter())


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "geojson"])
def test_that_what_was_cancelled_leaves_the_old_file(
    open_desk: OpenDesk, tmp_path: Path, suffix: str
) -> None:
    desk = open_desk(Role.OPERATOR)
    desk.do_now(cases.register, draft())
    out = tmp_path / f"cases.{suffix}"
    assert desk.ask_now(transfer.export_cases, out, CaseFilter()) == 1
    before = out.read_bytes()
    with pytest.raises(Refusal, match="已取消"):
        desk.ask_now(transfer.export_cases, out, CaseFilter(), case_word, lambda done, of: False)
    assert out.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if "cases" in file.name] == [out.name]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "geojson"])
def test_that_a_folder_that_is_gone_is_said(
    open_desk: OpenDesk, tmp_path: Path, suffix: str
) -> None:
    desk = open_desk(Role.OPERATOR)
    desk.do_now(cases.register, draft())
    with pytest.raises(Refusal, match="没有写成"):
        desk.ask_now(transfer.export_cases, tmp_path / "gone" / f"cases.{suffix}", CaseFilter())


def test_that_a_workbook_is_read_by_people(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk(Role.OPERATOR)
    desk.do_now(cases.register, draft(description="=cmd|' /c calc'!A0"))
    out = tmp_path / "cases.xlsx"
    desk.ask_now(transfer.export_cases, out, CaseFilter(), case_word)
    sheet = read_sheet(out)
    ((_, cells),) = sheet.rows
    told = dict(zip(sheet.titles, cells, strict=True))
    assert (told["状态"], told["区"], told["来源"]) == ("已登记", "天河区", "视频巡检")
    assert told["问题描述"] == "=cmd|' /c calc'!A0", "text, and no formula"
    assert 't="str"' not in sheet_xml(out)
    assert "<f>" not in sheet_xml(out)
    assert told["登记时间"].startswith("2026-03-04T09:30")


def sheet_xml(workbook: Path) -> str:
    with zipfile.ZipFile(workbook) as inside:
        return inside.read("xl/worksheets/sheet1.xml").decode()

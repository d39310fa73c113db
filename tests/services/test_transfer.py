"""Cases in and out as files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app.domain.case_list import CaseFilter
from app.domain.errors import Refusal
from app.domain.people import Role
from app.services import cases, transfer
from tests.builders import draft
from tests.conftest import OpenDesk

HEAD = "subcategory,description,address,district,lon,lat\n"
GOOD = "占道经营,人行道摆卖水果,天河区体育西路 1 号,天河区,113.32,23.13,多一格\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_that_a_file_is_taken_once_and_bad_rows_are_named(
    open_desk: OpenDesk, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "cases.csv"
    bad = (
        "没有的类别,描述描述,某路,440106,,\n"
        "占道经营,短,某路,440106,x,1\n"
        "0401,人行道摆卖,,440106,,\n"
    )
    file.write_text(HEAD + GOOD + bad, encoding=encoding)
    desk = open_desk(Role.DISPATCHER)
    report, _ = desk.do_now(transfer.import_cases, file)
    assert (report["rows"], report["added"], report["same"]) == (4, 1, 0)
    assert [(r["row"], r["column"]) for r in report["refused"]] == [
        (3, "subcategory"),
        (4, "lon/lat"),
        (5, "address"),
    ]
    again, _ = desk.do_now(transfer.import_cases, file)
    assert (again["added"], again["same"]) == (0, 1)
    out = tmp_path / "out.csv"
    desk.ask_now(transfer.export_cases, out, CaseFilter())
    back, _ = desk.do_now(transfer.import_cases, out)
    assert (back["added"], back["same"]) == (0, 1)
    assert desk.ask_now(cases.count, CaseFilter()) == 1


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
    with pytest.raises(Refusal, match="打不开"):
        desk.do_now(transfer.import_cases, tmp_path / "gone.csv")

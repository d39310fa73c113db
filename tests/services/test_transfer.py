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

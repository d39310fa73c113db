"""Lists of orders from other offices: read as they write them, taken once, taken back whole."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.domain.coordinates import System, to_cgcs2000, to_gcj02
from app.domain.deadline import CITY
from app.domain.draft import Source
from app.domain.errors import Conflict, Refusal
from app.domain.order_columns import PRESETS, guess
from app.domain.order_import import read_time
from app.domain.people import Role
from app.domain.place import metres
from app.domain.workflow import Action, CaseStatus
from app.services import cases, intake, presets, transfer
from app.services.sheets import write_workbook
from db.batch_store import BatchStore
from db.unit_of_work import Work
from tests.builders import draft
from tests.conftest import SHARED, FakeClock, OpenDesk

GOOD_ORDER = {
    "工单编号": "440100202603040001",
    "诉求内容": "人行道有人摆卖\n水果",
    "事发地址": "体育西路1号",
    "所属区域": "天河区",
    "来电人": "陈先生",
    "来电号码": "138****8000",
    "诉求类型": "占道经营",
    "来电时间": "2026/3/4 8:05",
    "经度": "113.3215",
    "纬度": "23.1315",
}
TITLES, GOOD = list(GOOD_ORDER), list(GOOD_ORDER.values())


def row(**changed: str) -> list[str]:
    return list({**GOOD_ORDER, **changed}.values())


def workbook(file: Path, rows: list[list[str]]) -> Path:
    write_workbook(file, TITLES, rows)
    return file


def bring(
    desk: Desk, file: Path, dry: bool = False, **changed: Any
) -> tuple[intake.Plan, intake.Outcome]:
    sheet, preset = intake.read_file(file, desk.ask_now(presets.every))
    plan = intake.plan(file.name, sheet, replace(preset, **changed), desk.ask_now(intake.terms))
    outcome = desk.ask_now(intake.judge, plan)
    if not dry:
        numbers, _ = desk.do_now(intake.reserve, outcome.added)
        outcome, _ = desk.do_now(intake.carry_out, plan, numbers)
    return plan, outcome


def test_that_a_list_is_taken_once_and_every_bad_cell_is_named(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    file = workbook(
        tmp_path / "12345.xlsx",
        [
            GOOD,
            row(工单编号="440100202603040002", 经度="0", 纬度="0"),
            row(工单编号="440100202603040003", 诉求类型="没有的类别", 来电时间="昨天"),
            row(工单编号="4.401E+17"),
            row(
                工单编号="440100202603040004",
                事发地址="某路",
                所属区域="",
                经度="23.1315",
                纬度="113.3215",
            ),
            GOOD,
            row(工单编号="440100202603040005", 来电时间="2026-03-05 10:00"),
        ],
    )
    desk = open_desk(Role.DISPATCHER)
    plan, dry = bring(desk, file, dry=True)
    assert plan.preset.name == "12345"
    assert desk.ask_now(cases.count, CaseFilter()) == 0
    plan, told = bring(desk, file)
    assert dry.told() == {**told.told(), "batch": None}
    assert (told.rows, told.added, told.same) == (7, 2, 1)
    assert [(r["row"], r["column"]) for r in told.told()["refused"]] == [
        (4, "诉求类型"),
        (4, "来电时间"),
        (5, "工单编号"),
        (6, "所属区域"),
        (8, "来电时间"),
    ]
    assert [(w["row"], w["reason"]) for w in told.told()["warnings"]] == [
        (3, "坐标为 0，未采用"),
        (7, "与第 2 行是同一个工单，只收一次"),
    ]
    rows = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 9).rows
    first = desk.ask_now(cases.detail, rows[0].id)
    assert (first.order_number, first.phone) == ("440100202603040001", "138****8000")
    assert first.row.description == "人行道有人摆卖\n水果"
    assert first.row.source is Source.HOTLINE
    assert first.reported_at == datetime(2026, 3, 4, 8, 5, tzinfo=CITY)
    assert first.steps[0].note.endswith("12345.xlsx")
    assert rows[0].stage_due_at is not None
    assert rows[1].lon is None
    again = bring(desk, file)[1]
    assert (again.added, again.same, again.batch) == (0, 3, None)

    out = tmp_path / "refused.xlsx"
    assert intake.write_refused(plan, out) == 4
    _, sent_back = bring(desk, out)
    assert (sent_back.added, len(sent_back.refused)) == (0, 4), "refused rows can be mended there"


def test_that_a_batch_is_taken_back_whole_and_may_come_again(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "a.xlsx", [row(工单编号=str(n)) for n in range(1, 31)])
    desk, other = open_desk(Role.DISPATCHER), open_desk(Role.OPERATOR, "乙席")
    batch = bring(desk, file)[1].batch
    with pytest.raises(Refusal, match="本人或值班长"):
        other.do_now(intake.undo, batch)
    count, changes = desk.do_now(intake.undo, batch)
    assert count == 30
    assert [(one.kind, one.id) for one in changes] == [("batch", batch)]
    rows = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 99).rows
    assert {one.status for one in rows} == {CaseStatus.VOID}
    assert desk.ask_now(cases.detail, rows[0].id).steps[-1].note == f"撤销第 {batch} 批导入"
    with pytest.raises(Refusal, match="已由"):
        desk.do_now(intake.undo, batch)

    second = bring(desk, file)[1]
    assert (second.added, second.same) == (30, 0)
    newest = desk.ask_now(cases.page, CaseFilter(), "number", True, None, 1).rows[0]
    desk.do_now(cases.advance, newest.id, Action.ACCEPT)
    with pytest.raises(Refusal, match="有 1 宗已经办理"):
        desk.do_now(intake.undo, second.batch)
    assert [one.undone_at is None for one in desk.ask_now(intake.listed)] == [True, False]


def test_that_bulk_and_single_cases_never_get_one_number_or_id(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.DISPATCHER)
    desk.do_now(cases.register, draft())
    bring(desk, workbook(tmp_path / "a.xlsx", [row(工单编号=str(n)) for n in range(5)]))
    desk.do_now(cases.register, draft())
    rows = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 99).rows
    assert [one.number[-5:] for one in rows] == [f"{n:05d}" for n in range(1, 8)]
    assert len({one.id for one in rows}) == 7


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.json"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_that_files_of_every_kind_and_encoding_are_read(
    open_desk: OpenDesk, tmp_path: Path, name: str, encoding: str
) -> None:
    file = tmp_path / name
    if name.endswith("json"):
        told = [GOOD_ORDER]
        file.write_text(json.dumps(told, ensure_ascii=False), encoding=encoding)
    else:
        with file.open("w", encoding=encoding, newline="") as out:
            writer = csv.writer(out, delimiter="\t" if name.endswith("tsv") else ",")
            writer.writerows([TITLES, GOOD])
    _, told = bring(open_desk(Role.DISPATCHER), file)
    assert (told.rows, told.added) == (1, 1)


def test_that_what_was_exported_is_not_taken_again(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk, out = open_desk(Role.DISPATCHER), tmp_path / "out.csv"
    desk.do_now(cases.register, draft())
    desk.ask_now(transfer.export_cases, out, CaseFilter())
    told = bring(desk, out)[1]
    assert (told.added, told.same) == (0, 1)


def test_that_a_senders_way_is_saved_under_its_name(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk(Role.DISPATCHER)
    file = tmp_path / "街道.csv"
    file.write_text(
        "编码,说的事,在哪,哪一类\n7,人行道有人摆卖,天河区体育西路,摆摊\n", encoding="utf-8"
    )
    columns = {
        "number": "编码",
        "description": "说的事",
        "address": "在哪",
        "subcategory": "哪一类",
    }
    saved = replace(PRESETS[0], name="石牌街道", columns=columns, category_words={"摆摊": "0401"})
    desk.do_now(presets.save, saved)
    plan, outcome = bring(desk, file)
    assert (plan.preset.name, outcome.added) == ("石牌街道", 1)
    with pytest.raises(Refusal, match="现有：石牌街道、12345"):
        desk.ask_now(presets.named, "别的")


def test_that_the_columns_of_the_known_senders_are_recognised() -> None:
    for preset in PRESETS:
        told = guess([*preset.columns.values(), "多余的一列", ""])
        assert (told.name, told.columns) == (preset.name, preset.columns)


def test_that_a_map_services_shift_is_undone() -> None:
    lon, lat = 113.3215, 23.1315
    shifted = to_gcj02(lon, lat)
    assert 400 < metres(lon, lat, *shifted) < 700
    back = to_cgcs2000(*shifted, System.GCJ02)
    assert metres(lon, lat, *back) < 0.01


@pytest.mark.parametrize(
    ("text", "month_first", "told"),
    [
        ("2026-03-04T08:05:06", False, "2026-03-04 08:05:06"),
        ("2026/3/4 8:05", False, "2026-03-04 08:05:00"),
        ("2026年3月4日 8时5分", False, "2026-03-04 08:05:00"),
        ("2026.3.4", False, "2026-03-04 00:00:00"),
        ("20260304080506", False, "2026-03-04 08:05:06"),
        ("03/04/2026 12:05:06 AM", True, "2026-03-04 00:05:06"),
        ("03/04/2026 01:05:06 PM", True, "2026-03-04 13:05:06"),
        ("04/03/2026 13:05", False, "2026-03-04 13:05:00"),
    ],
)
def test_that_times_are_read_as_they_are_written(text: str, month_first: bool, told: str) -> None:
    assert f"{read_time(text, month_first):%Y-%m-%d %H:%M:%S}" == told


def test_that_an_open_list_of_new_york_is_read_by_its_own_titles(open_desk: OpenDesk) -> None:
    """Real data: US dates, positions of another city, words of another catalogue."""
    file = SHARED / "cases" / "nyc311_animal_5895.csv"
    if not file.exists():
        pytest.skip("the shared data is not beside the project")
    desk = open_desk(Role.DISPATCHER)
    plan, told = bring(desk, file, dry=True, fallback="0401", district="440106")
    assert plan.preset.name == "nyc"
    assert told.rows == 5895
    assert told.added + told.same + len(told.refused) == 5895
    assert told.added > 5000
    reasons = {str(why) for _, why in told.warnings}
    assert {"坐标不在本市，未采用", "类别不在立案标准里，按指定的类别收下"} <= reasons
    assert plan.orders[0].order.reported_at == datetime(2020, 2, 17, 12, 19, tzinfo=CITY)


def test_that_two_offices_that_count_from_one_lose_no_order(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.DISPATCHER)
    for name, words in (("a.csv", "人行道有人摆卖"), ("b.csv", "路口垃圾成堆")):
        file = tmp_path / name
        file.write_text(f"id,描述,地址,类别\n1,{words},天河区某路,0401\n", encoding="utf-8")
        assert bring(desk, file)[1].added == 1, name
    again = bring(desk, tmp_path / "a.csv")[1]
    assert (again.added, again.same) == (0, 1)
    number = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 1).rows[0].number
    assert [str(why) for _, why in again.warnings] == [f"已是案件 {number}"]
    named = bring(desk, tmp_path / "a.csv", name="市局")[1]
    assert (named.added, named.same) == (0, 1), "whatever the sender is called"


@pytest.mark.parametrize(
    "title", ["Phone Number", "网格ID", "来电人ID", "身份证号ID", "Latitude of office"]
)
def test_that_no_other_column_is_taken_for_the_order_number(title: str) -> None:
    told = guess([title, "描述", "地址", "类别"])
    assert "number" not in told.columns
    assert told.columns.get("lat") is None


def test_that_a_desk_that_was_quicker_keeps_its_work(
    open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the writing somebody accepts a case: the batch is not taken back."""
    desk, other = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER, "乙席")
    if desk.engine.dialect.name == "sqlite":
        pytest.skip("an embedded database has one writer at a time: nobody comes between")
    batch = bring(desk, workbook(tmp_path / "a.xlsx", [row(工单编号="1"), row(工单编号="2")]))[
        1
    ].batch
    first = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 1).rows[0]
    look = BatchStore.touched

    def look_and_be_overtaken(store: BatchStore, batch_id: int) -> int:
        told = look(store, batch_id)
        other.do_now(cases.advance, first.id, Action.ACCEPT)
        return told

    monkeypatch.setattr(BatchStore, "touched", look_and_be_overtaken)
    with pytest.raises(Conflict, match="另一席位"):
        desk.do_now(intake.undo, batch)
    rows = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 9).rows
    assert [one.status for one in rows] == [CaseStatus.ACCEPTED, CaseStatus.REPORTED]


def test_that_a_long_import_keeps_nobody_from_registering(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    """The day's counter is free while the list is written: on a server, others register on."""
    desk, other = open_desk(Role.DISPATCHER), open_desk(Role.OPERATOR, "乙席")
    if desk.engine.dialect.name == "sqlite":
        pytest.skip("an embedded database has one writer at a time")
    file = workbook(tmp_path / "a.xlsx", [row(工单编号=str(n)) for n in range(20)])
    sheet, preset = intake.read_file(file, [])
    plan = intake.plan(file.name, sheet, preset, desk.ask_now(intake.terms))
    numbers, _ = desk.do_now(intake.reserve, 20)

    def write_and_meet_another(work: Work) -> None:
        intake.carry_out(work, plan, numbers)
        other.do_now(cases.register, draft())

    desk.do_now(write_and_meet_another)
    rows = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 99).rows
    assert [one.number[-5:] for one in rows] == [f"{n:05d}" for n in range(1, 22)]


def test_that_a_list_is_written_in_the_name_of_who_confirms_it(
    open_desk: OpenDesk, tmp_path: Path, clock: FakeClock
) -> None:
    first, second = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER, "乙席")
    file = workbook(tmp_path / "a.xlsx", [GOOD])
    sheet, preset = intake.read_file(file, [])
    plan = intake.plan(file.name, sheet, preset, first.ask_now(intake.terms))
    clock.go_on(minutes=9)
    numbers, _ = second.do_now(intake.reserve, 1)
    second.do_now(intake.carry_out, plan, numbers)
    told = second.ask_now(cases.page, CaseFilter(), "number", False, None, 1).rows[0]
    detail = second.ask_now(cases.detail, told.id)
    assert detail.registered_by == detail.steps[0].person == second.signed.name
    assert detail.steps[0].desk == "乙席"
    assert told.stage_due_at == clock.now + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"a,b\n" + b'"' + b"x" * 200_000, "引号没有配对"),
        ("a.json", b"[" * 200_000, "不是完整的 JSON"),
        ("a.csv", "编号,描述\n1,x\n".encode("utf-16-le"), "编码无法识别"),
    ],
)
def test_that_a_broken_file_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(Refusal, match=why):
        intake.read_file(file, [])


def test_that_cut_characters_and_empty_dates_spoil_one_cell_and_no_list(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    told = [
        {**GOOD_ORDER, "诉求内容": "人行道有人摆卖\ud83d\u0000"},
        {**GOOD_ORDER, "工单编号": "2", "来电时间": "0001-01-01 00:00:00"},
    ]
    file.write_text(json.dumps({"errors": [], "data": told}), encoding="utf-8")
    outcome = bring(open_desk(Role.DISPATCHER), file)[1]
    assert (outcome.added, len(outcome.refused)) == (1, 1)


def test_that_a_title_above_the_head_hides_no_tabs(open_desk: OpenDesk, tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    lines = ["某局工单,2026 年 3 月", "\t".join(TITLES), "\t".join(GOOD).replace("\n", " ")]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert bring(open_desk(Role.DISPATCHER), file)[1].added == 1


def test_that_a_preset_without_columns_is_not_kept(open_desk: OpenDesk) -> None:
    with pytest.raises(Refusal, match="还没有指定这些列"):
        open_desk(Role.DISPATCHER).do_now(presets.save, replace(PRESETS[0], name="x", columns={}))


def test_that_a_list_taken_back_was_never_registered_and_a_number_twice_is_said(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path
) -> None:
    desk = open_desk(Role.DISPATCHER)
    file = tmp_path / "list.csv"
    file.write_text(
        "工单号,内容,地点,小类\n7,摆卖水果,天河区体育西路1号,占道经营\n7,摆卖玩具,天河区体育西路3号,占道经营\n",
        "utf-8",
    )
    plan, outcome = bring(desk, file)
    assert outcome.added == 2
    assert [(row, str(why)) for row, why in plan.warnings] == [
        (3, "编号与第 2 行相同而内容不同，按两个工单收")
    ]
    clock.go_on(minutes=1)
    assert desk.ask_now(cases.figures)[0] == 2
    assert outcome.batch is not None
    desk.do_now(intake.undo, outcome.batch)
    assert desk.ask_now(cases.figures)[0] == 0

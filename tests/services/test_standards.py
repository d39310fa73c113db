"""A city's own filing standard: every condition with its limit, or the reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from app.domain.catalogue import CaseKind
from app.domain.change import Change
from app.domain.deadline import TimeLimit, Unit
from app.domain.errors import Refusal
from app.domain.people import Role
from app.services import cases, schemes, standards
from tests.builders import draft
from tests.conftest import SHARED, OpenDesk

TITLES = (
    "类型",
    "大类代码",
    "大类",
    "小类代码",
    "小类",
    "序号",
    "立案条件",
    "结案条件",
    "处置时限",
    "责任主体",
)


def merged_workbook(path: Path) -> Path:
    """As cities print their standards: what is the same for several rows stands in merged cells."""
    rows = [
        (
            "部件",
            "01",
            "公用设施",
            "01",
            "上水井盖",
            1,
            "缺失、移位",
            "恢复",
            "2紧急工作时",
            "排水公司",
        ),
        ("", "", "", "", "", 2, "破损", "更换", "4小时", ""),
        ("", "", "", "", "", 3, "弹跳产生声响", "更换", "2天", ""),
        ("", "", "", "02", "污水井盖", 1, "缺失", "恢复", "2紧急工作时", "水务局"),
        ("", "", "", "", "", 2, "溢流", "疏通", "随时", ""),
        ("事件", "04", "街面秩序", "01", "占道经营", 1, "占用盲道", "清走", "2工作时", "执法队"),
        ("", "", "", "", "", 1, "重复的序号", "清走", "2工作时", ""),
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for column, title in enumerate(TITLES):
            sheet.write_string(0, column, title)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell)
        for column in (0, 1, 2):
            sheet.merge_range(1, column, 5, column, rows[0][column])
        for column in (3, 4, 9):
            sheet.merge_range(1, column, 3, column, rows[0][column])
    return path


def test_that_a_workbook_with_merged_cells_becomes_conditions(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    admin, desk = open_desk(Role.ADMINISTRATOR), open_desk(Role.DISPATCHER)
    made = standards.plan(merged_workbook(tmp_path / "a.xlsx"))
    assert made.rows == 7
    assert [(row, column) for row, column, _ in made.refused] == [(6, "处置时限"), (8, "条件序号")]
    tried, _ = admin.do_now(standards.carry_out, made, True)
    assert (tried.added, tried.changed, tried.categories) == (2, 3, 0), "there under other names"
    with pytest.raises(Refusal, match="管理员"):
        desk.do_now(standards.carry_out, made)
    assert [(one.was, one.name, one.cases) for one in tried.renamed] == []
    outcome, changes = admin.do_now(standards.carry_out, made)
    assert Change("catalogue", 0) in changes  # desks that are open fetch it anew
    assert (outcome.added, outcome.changed, outcome.same) == (2, 3, 0)
    again, _ = admin.do_now(standards.carry_out, made)
    assert (again.added, again.changed, again.same, again.categories) == (0, 0, 5, 0)

    entries = {(e.kind, e.full_code): e for e in desk.ask_now(cases.catalogue)}
    cover = entries[CaseKind.COMPONENT, "0101"]
    assert cover.initials == "ssjg"
    assert [one.limit for one in cover.conditions] == [
        TimeLimit(2, Unit.URGENT_HOUR), TimeLimit(4, Unit.WORK_HOUR), TimeLimit(2, Unit.WORK_DAY),
    ]  # fmt: skip
    assert {one.department for one in cover.conditions} == {"排水公司"}, "a merged cell holds on"
    assert entries[CaseKind.COMPONENT, "0102"].department == "水务局"
    stalls = entries[CaseKind.EVENT, "0401"]
    assert (stalls.name, stalls.limit) == ("占道经营", TimeLimit(2, Unit.WORK_HOUR))

    told = draft(kind="component", subcategory="0101", condition=3, description="井盖弹跳有响声")
    case_id, _ = desk.do_now(cases.register, told)
    detail = desk.ask_now(cases.detail, case_id)
    assert (detail.limit, detail.condition) == ("2工作日", "弹跳产生声响")
    usual, _ = desk.do_now(cases.register, draft(kind="component", subcategory="0101"))
    assert desk.ask_now(cases.detail, usual).limit == "2紧急工作时"
    with pytest.raises(Refusal, match="没有第 9 条"):
        desk.do_now(cases.register, draft(kind="component", subcategory="0101", condition=9))


def test_that_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("小类,立案条件\n井盖,缺失\n", "utf-8")
    with pytest.raises(Refusal, match="处置时限"):
        standards.plan(file)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not there")
def test_that_all_of_a_published_standard_loads_or_is_named(open_desk: OpenDesk) -> None:
    made = standards.plan(SHARED / "catalogue" / "categories_conditions.csv")
    assert made.rows == 519
    assert len(made.taken) + len(made.refused) == 519
    assert [str(why) for _, _, why in made.refused] == [
        "看不懂时限“1紧急工作时制止”：应如 4工作时、2工作日、1紧急工作时"
    ]
    admin = open_desk(Role.ADMINISTRATOR)
    outcome, _ = admin.do_now(standards.carry_out, made)
    assert (outcome.added, outcome.changed) == (469, 49), "49 codes are those of shipped ones"
    entries = admin.ask_now(cases.catalogue)
    assert sum(len(entry.conditions) for entry in entries) == 518


def test_that_what_goes_out_comes_in_again_unchanged(open_desk: OpenDesk, tmp_path: Path) -> None:
    admin, out = open_desk(Role.ADMINISTRATOR), tmp_path / "out.xlsx"
    shipped = standards.write_standard(admin.ask_now(cases.catalogue), out)
    told, _ = admin.do_now(standards.carry_out, standards.plan(out), True)
    assert (told.added, told.changed, told.same, told.refused) == (0, 0, shipped, [])
    admin.do_now(standards.carry_out, standards.plan(merged_workbook(tmp_path / "a.xlsx")))
    every = standards.write_standard(admin.ask_now(cases.catalogue), out)
    told, _ = admin.do_now(standards.carry_out, standards.plan(out), True)
    assert (told.added, told.changed, told.same) == (0, 0, every)


def test_that_a_code_that_cases_have_is_not_renamed_unseen(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    admin, desk = open_desk(Role.ADMINISTRATOR), open_desk(Role.DISPATCHER)
    scheme = tmp_path / "scheme.csv"
    scheme.write_text("大类代码,小类代码,小类\n07,01,暴露垃圾\n", "utf-8")
    admin.do_now(schemes.carry_out, schemes.plan(scheme, "别的方案"))
    desk.do_now(cases.register, draft(subcategory="0101"))
    file = tmp_path / "a.csv"
    file.write_text(
        "类型,大类代码,大类,小类代码,小类,立案条件,处置时限\n"
        "事件,01,市容环境,01,私搭乱建,有违建,5工作日\n",
        "utf-8",
    )
    made = standards.plan(file)
    tried, _ = admin.do_now(standards.carry_out, made, True)
    assert tried.renamed == [("0101", "市容环境 › 暴露垃圾", "市容环境 › 私搭乱建", 1)]
    assert [str(one.was.limit) for one in tried.changes] == ["4工作时"]
    with pytest.raises(Refusal, match="1 宗案件"):
        admin.do_now(standards.carry_out, made)
    assert {e.name for e in desk.ask_now(cases.catalogue)} >= {"暴露垃圾"}
    admin.do_now(standards.carry_out, made, False, True)
    (entry,) = desk.ask_now(schemes.entries, "别的方案")
    assert entry.ours is None, "it meant ours by its name, which is gone"
    file.write_text(file.read_text("utf-8").replace("私搭乱建", "暴露垃圾"), "utf-8")
    admin.do_now(standards.carry_out, standards.plan(file), False, True)
    (entry,) = desk.ask_now(schemes.entries, "别的方案")
    assert entry.ours is not None, "and means it again"

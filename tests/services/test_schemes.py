"""Other schemes of categories: from their workbook to lists read and figures told by them."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.case_list import CaseFilter
from app.domain.catalogue import CaseKind
from app.domain.errors import Refusal
from app.domain.figures import Count, Facet, Span
from app.domain.people import Role
from app.domain.scheme import Matched, Ours
from app.services import cases, figures, intake, schemes, transfer
from app.services.sheets import write_workbook
from tests.builders import draft
from tests.conftest import SHARED, FakeClock, OpenDesk
from tests.services.test_intake import bring, row, workbook

OLD = """部件或事件,大类代码,大类,小类代码,小类,对应本市类别
事件,05,街面秩序,,,
事件,5,街面秩序,1,占道经营,
,,,02,乱设摊点,0403
,,,03,没人认识,
,,,03,又一个,
,,,04,写错了,0999
"""


def old_scheme(folder: Path) -> Path:
    """04 and 05 are swapped there: 0501 is our 0401."""
    file = folder / "old.csv"
    file.write_text(OLD, "utf-8")
    return file


def test_that_a_scheme_is_mapped_by_name_by_file_and_by_hand(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    admin, desk = open_desk(Role.ADMINISTRATOR), open_desk(Role.DISPATCHER)
    made = schemes.plan(old_scheme(tmp_path), "旧方案")
    assert made.rows == 5
    with pytest.raises(Refusal, match="管理员"):
        desk.do_now(schemes.carry_out, made)
    tried, _ = admin.do_now(schemes.carry_out, made, True)
    assert (tried.added, tried.changed, tried.same) == (3, 0, 0)
    assert [(at, column) for at, column, _ in tried.refused] == [
        (6, "小类代码"), (7, "对应本市类别"),
    ]  # fmt: skip
    assert [one.name for one in tried.unmapped] == ["没人认识"]
    assert desk.ask_now(schemes.listed) == []

    outcome, _ = admin.do_now(schemes.carry_out, made)
    assert outcome.schemes == ["旧方案"]
    assert desk.ask_now(schemes.listed) == [("旧方案", 3, 2)]
    found = {one.full_code: one for one in desk.ask_now(schemes.entries, "旧方案")}
    assert found["0501"].ours == Ours(CaseKind.EVENT, "0401")
    assert (found["0501"].matched, found["0502"].matched) == (Matched.NAME, Matched.FILE)

    with pytest.raises(Refusal, match="管理员"):
        desk.do_now(schemes.put_meanings, [found["0503"]], Ours(CaseKind.EVENT, "0401"))
    with pytest.raises(Refusal, match="9999"):
        admin.do_now(schemes.put_meanings, [found["0503"]], Ours(CaseKind.EVENT, "9999"))
    admin.do_now(schemes.put_meanings, [found["0503"]], Ours(CaseKind.EVENT, "0403"))
    again, _ = admin.do_now(schemes.carry_out, made)
    assert (again.added, again.changed, again.same) == (0, 0, 3), "what was said by hand stays"
    assert again.overruled == []
    covers = Ours(CaseKind.COMPONENT, "0101")
    admin.do_now(schemes.put_meanings, [found["0502"]], covers)
    other, _ = admin.do_now(schemes.carry_out, made, True)
    assert [one.name for one in other.overruled] == ["乱设摊点"], "the file says something else"

    entry = next(e for e in desk.ask_now(cases.catalogue) if e.full_code == "0403")
    assert [(one.code, one.name) for one in entry.elsewhere] == [
        ("0503", "没人认识")
    ]  # fmt: skip
    case_id, _ = desk.do_now(cases.register, draft())
    (told,) = desk.ask_now(cases.detail, case_id).elsewhere
    assert (told.scheme, told.code) == ("旧方案", "0501")

    out = tmp_path / "out.xlsx"
    assert schemes.write_mapping(desk.ask_now(schemes.entries, "旧方案"), out) == 3
    before = {one.key: one.ours for one in desk.ask_now(schemes.entries, "旧方案")}
    assert covers in before.values()
    back, _ = admin.do_now(schemes.carry_out, schemes.plan(out))
    assert (back.added, back.unmapped, back.overruled) == (0, [], [])
    after = {one.key: one.ours for one in desk.ask_now(schemes.entries, "旧方案")}
    assert after == before, "what goes out comes in again, an event of ours for an event"
    with pytest.raises(Refusal, match="管理员"):
        desk.do_now(schemes.drop, "旧方案")
    admin.do_now(schemes.drop, "旧方案")
    with pytest.raises(Refusal, match="没有类别方案"):
        admin.do_now(schemes.drop, "旧方案")
    assert desk.ask_now(cases.detail, case_id).subcategory_code == "0401", "no case has changed"


def test_that_lists_come_in_and_figures_go_out_by_a_scheme(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path
) -> None:
    admin, desk = open_desk(Role.ADMINISTRATOR), open_desk(Role.DISPATCHER)
    admin.do_now(schemes.carry_out, schemes.plan(old_scheme(tmp_path), "旧方案"))
    rows = [
        row(工单编号="1", 诉求类型="0501"),
        row(工单编号="2", 诉求类型="乱设摊点"),
        row(工单编号="3", 诉求类型="0401"),  # our code, which means nothing there
        row(工单编号="4", 诉求类型="没人认识"),
    ]
    file = workbook(tmp_path / "12345.xlsx", rows)
    with pytest.raises(Refusal, match="没有类别方案“新方案”，现有：旧方案"):
        bring(desk, file, scheme="新方案")
    plan, outcome = bring(desk, file, scheme="旧方案")
    assert outcome.added == 2
    said = [str(why) for one in plan.refused for _, why in one.problems]
    assert said[0] == "方案“旧方案”里没有“0401”这个类别"
    assert "没有对应" in said[1]
    taken, _ = bring(desk, file, dry=True, scheme="旧方案", fallback="0101")
    assert taken.refused == [], "what means nothing here is taken as it was asked for"
    assert {one.order.draft.subcategory for one in plan.orders} == {"0401", "0403"}

    desk.do_now(cases.register, draft(kind="component", subcategory="0101"))
    clock.go_on(minutes=1)
    span = Span(clock.now - timedelta(days=1), clock.now)
    ask = figures.grouped
    total, told = desk.ask_now(
        ask, Count.REGISTERED, span, [Facet.SUBCATEGORY, Facet.DISTRICT], (), "旧方案"
    )
    assert total == 3
    assert told == {
        ("event:0501", "440106"): 1, ("event:0502", "440106"): 1, ("", "440106"): 1,
    }  # fmt: skip
    _, big = desk.ask_now(ask, Count.REGISTERED, span, [Facet.CATEGORY], (), "旧方案")
    assert big == {("event:05",): 2, ("",): 1}
    names = desk.ask_now(figures.names_of, Facet.SUBCATEGORY, "旧方案")
    assert names["event:0502"] == "乱设摊点"

    out = tmp_path / "cases.csv"
    desk.ask_now(transfer.export_cases, out, CaseFilter(), scheme="旧方案")
    with out.open(encoding="utf-8-sig") as opened:
        written = [
            (line["subcategory_code"], line["scheme_code"], line["scheme_subcategory"])
            for line in csv.DictReader(opened)
        ]
    assert sorted(written) == [
        ("0101", "", ""), ("0401", "0501", "占道经营"), ("0403", "0502", "乱设摊点"),
    ]  # fmt: skip
    with pytest.raises(Refusal, match="没有类别方案"):
        desk.ask_now(transfer.export_cases, out, CaseFilter(), scheme="新方案")


def test_that_a_file_without_names_wants_one(tmp_path: Path) -> None:
    made = schemes.plan(old_scheme(tmp_path))
    assert {str(why) for _, column, why in made.refused if column == "类别方案"} == {
        "请填写方案的名称"
    }
    broken = tmp_path / "broken.xlsx"
    write_workbook(broken, ["小类", "备注"], [["甲", "乙"]])
    with pytest.raises(Refusal, match="大类代码"):
        schemes.plan(broken)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not there")
def test_that_four_published_schemes_stand_side_by_side(open_desk: OpenDesk) -> None:
    admin = open_desk(Role.ADMINISTRATOR)
    made = schemes.plan(SHARED / "catalogue" / "categories.csv")
    assert (made.rows, made.refused) == (539, [])
    outcome, _ = admin.do_now(schemes.carry_out, made)
    assert outcome.added == 539
    lines = admin.ask_now(schemes.listed)
    assert [line.entries for line in lines] == [190, 54, 107, 188]
    assert all(line.mapped for line in lines)
    words = admin.ask_now(intake.terms).known.schemes
    assert words["B-CJ/T214-style events"].meaning["0102"].name == "暴露垃圾"

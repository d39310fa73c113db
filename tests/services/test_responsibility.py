"""The table of responsibilities, brought in from a workbook and asked at dispatch."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import Refusal
from app.domain.people import Role
from app.domain.workflow import Action
from app.services import cases, responsibility, standards
from tests.builders import draft
from tests.conftest import OpenDesk
from tests.services.test_standards import merged_workbook

HEAD = "序号,部件或事件,类别代码,区,街道,时段,责任单位\n"


def test_that_a_dispatch_knows_who_answers_and_why(open_desk: OpenDesk, tmp_path: Path) -> None:
    admin, desk = open_desk(Role.ADMINISTRATOR), open_desk(Role.DISPATCHER)
    file = tmp_path / "rules.csv"
    file.write_text(
        f"{HEAD}1,事件,04,,,,城管执法队\n14,事件,0401,天河区,,,天河执法队\n"
        "15,事件,0401,天河区,,22-6,夜队\n",
        "utf-8",
    )
    case_id, _ = desk.do_now(cases.register, draft())
    assert desk.ask_now(cases.detail, case_id).responsible is None
    made = responsibility.plan(file)
    with pytest.raises(Refusal, match="管理员"):
        desk.do_now(responsibility.carry_out, made)
    assert admin.do_now(responsibility.carry_out, made, True)[0].rules == 3
    assert desk.ask_now(responsibility.rules) == [], "a trial writes nothing"
    assert admin.do_now(responsibility.carry_out, made)[0].rules == 3
    out = tmp_path / "out.xlsx"
    assert responsibility.write_rules(desk.ask_now(responsibility.rules), out) == 3
    assert responsibility.plan(out).rules == made.rules, "what goes out comes in again"
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, case_id, action)
    told = desk.ask_now(cases.detail, case_id).responsible
    assert told is not None
    assert (told.department, told.rule.number) == ("天河执法队", 14)
    assert str(told.why) == "规则 14 → 天河执法队"
    checked = admin.ask_now(responsibility.check)
    assert checked.overlaps == []
    assert ("event", "0401") not in {(one.kind, one.code) for one in checked.gaps}
    assert checked.gaps, "nothing is said of components"


def test_that_a_table_with_a_mistake_replaces_nothing(open_desk: OpenDesk, tmp_path: Path) -> None:
    admin = open_desk(Role.ADMINISTRATOR)
    file = tmp_path / "rules.csv"
    file.write_text(f"{HEAD}1,事件,04,,,,甲\n", "utf-8")
    admin.do_now(responsibility.carry_out, responsibility.plan(file))
    file.write_text(
        f"{HEAD}1,天上,04,,,,甲\n2,事件,04,天合区,,,甲\n3,事件,04,,,白天,甲\n4,事件,x,,,,甲\n5,,,,,,\n",
        "utf-8",
    )
    made = responsibility.plan(file)
    assert [(row, column) for row, column, _ in made.refused] == [
        (2, "部件或事件"), (3, "区"), (4, "时段"), (5, "类别代码"), (6, "责任单位"),
    ]  # fmt: skip
    numeric = tmp_path / "numeric.csv"
    numeric.write_text(f"{HEAD}①,事件,401,,,,甲\n", "utf-8")
    dropped = responsibility.plan(numeric)
    assert [rule.number for rule in dropped.rules] == [1]
    admin.do_now(responsibility.carry_out, dropped)
    (rule,) = admin.ask_now(responsibility.rules)
    assert rule.code == "0401", "the nought that a spreadsheet dropped is back"
    numeric.write_text(f"{HEAD}1,事件,9999,,,,甲\n", "utf-8")
    strange = responsibility.plan(numeric)
    told, _ = admin.do_now(responsibility.carry_out, strange, True)
    assert [(row, str(why)) for row, _, why in told.refused] == [
        (2, "立案标准里没有“9999”这个类别")
    ]
    with pytest.raises(Refusal, match="1 行"):
        admin.do_now(responsibility.carry_out, strange)
    numeric.write_text(HEAD, "utf-8")
    with pytest.raises(Refusal, match="没有规则"):
        admin.do_now(responsibility.carry_out, responsibility.plan(numeric))
    with pytest.raises(Refusal, match="5 行"):
        admin.do_now(responsibility.carry_out, made)
    assert admin.ask_now(responsibility.check).rules == 1


def test_that_a_rule_may_speak_of_one_filing_condition(open_desk: OpenDesk, tmp_path: Path) -> None:
    admin, desk = open_desk(Role.ADMINISTRATOR), open_desk(Role.DISPATCHER)
    admin.do_now(standards.carry_out, standards.plan(merged_workbook(tmp_path / "a.xlsx")))
    file = tmp_path / "rules.csv"
    head = "序号,部件或事件,类别代码,条件序号,责任单位\n"
    file.write_text(
        f"{head}1,部件,101,,排水公司\n2,部件,0101,3,井盖抢修队\n3,部件,0101,9,无\n", "utf-8"
    )
    told, _ = admin.do_now(responsibility.carry_out, responsibility.plan(file), True)
    assert [(row, column) for row, column, _ in told.refused] == [(4, "条件序号")]
    file.write_text(f"{head}1,部件,101,,排水公司\n2,部件,0101,3,井盖抢修队\n", "utf-8")
    admin.do_now(responsibility.carry_out, responsibility.plan(file))

    def responsible(condition: int) -> str:
        told = draft(kind="component", subcategory="0101", condition=condition)
        case_id, _ = desk.do_now(cases.register, told)
        for action in (Action.ACCEPT, Action.FILE):
            desk.do_now(cases.advance, case_id, action)
        decision = desk.ask_now(cases.detail, case_id).responsible
        return decision.department if decision else ""

    assert (responsible(3), responsible(1)) == ("井盖抢修队", "排水公司")
    out = tmp_path / "out.xlsx"
    responsibility.write_rules(desk.ask_now(responsibility.rules), out)
    assert [rule.condition for rule in responsibility.plan(out).rules] == [None, 3]

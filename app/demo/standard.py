"""The demo city's table of responsibilities, and the hotline's own scheme of categories."""

from __future__ import annotations

from app.domain.catalogue import CaseKind
from app.domain.responsibility import Rule
from app.domain.scheme import SchemeEntry, SchemeRow, Standing, matched
from app.resources import districts
from db.unit_of_work import Work

HOTLINE = "12345 热线诉求分类"

BY_CATEGORY = (
    ("event", "01", "环卫保洁所"), ("event", "02", "城管执法队"), ("event", "03", "建设工地监管站"),
    ("event", "0302", "城管执法队"), ("event", "05", "市政设施所"),
    ("component", "01", "市政设施所"), ("component", "0106", "路灯管理所"),
    ("component", "02", "市政设施所"),
    ("component", "0204", "交警大队"), ("component", "03", "环卫保洁所"),
    ("component", "04", "园林绿化所"),
)  # fmt: skip
"""Whole-city rules: half of the catalogue, code, department."""

DEMANDS = (
    ("001", "市容管理", "001", "占道经营", ""),
    ("001", "市容管理", "002", "流动商贩扰民", "0403"),
    ("001", "市容管理", "003", "门店越门经营", "0402"),
    ("001", "市容管理", "004", "乱张贴乱涂写", "0201"),
    ("001", "市容管理", "005", "户外广告违规", "0202"),
    ("001", "市容管理", "006", "共享单车乱停放", ""),
    ("002", "环境卫生", "001", "垃圾无人清运", "0101"),
    ("002", "环境卫生", "002", "道路不洁", ""),
    ("002", "环境卫生", "003", "公厕脏臭", "0301"),
    ("003", "工地管理", "001", "夜间施工噪声", ""),
    ("003", "工地管理", "002", "工地扬尘", ""),
    ("003", "工地管理", "003", "渣土车撒漏", "0302"),
    ("004", "市政设施", "001", "井盖缺失破损", ""),
    ("004", "市政设施", "002", "路灯不亮", "0106"),
    ("004", "市政设施", "003", "道路积水", ""),
    ("004", "市政设施", "004", "路面坑洼", "0202"),
    ("005", "其他", "001", "咨询政策", ""),
)
"""Codes of three digits, as another office keeps them, and what they mean here; "" for the one of
the same name."""

COMPONENTS = frozenset({"公厕脏臭", "路灯不亮", "路面坑洼"})


def make_standard(work: Work) -> None:
    """Rules for most of the catalogue, one gap left to be seen, and the hotline's scheme."""
    work.standards.put_rules(list(_rules()))
    standing = Standing(work.standards.catalogue())
    work.schemes.put_all([matched(row, None, standing) for row in _rows()])


def _rules() -> list[Rule]:
    rules = [
        Rule(number, department, kind, code)
        for number, (kind, code, department) in enumerate(BY_CATEGORY, 1)
    ]
    for place, district in enumerate(districts()):
        name = f"{district.name}城管执法队"
        rules.append(Rule(101 + place, name, "event", "04", district.code))
    rules.append(Rule(201, "天河区夜间机动队", "event", "0403", "440106", begins=22, ends=6))
    return rules


def _rows() -> list[SchemeRow]:
    return [
        SchemeRow(
            SchemeEntry(
                HOTLINE,
                CaseKind.COMPONENT if name in COMPONENTS else CaseKind.EVENT,
                big,
                category,
                code,
                name,
            ),
            ours,
        )
        for big, category, code, name, ours in DEMANDS
    ]

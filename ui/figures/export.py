"""Figures as a workbook: every table, and every rate with its definition."""

from __future__ import annotations

from app.domain.handing import Handing
from app.services.figures import HEAD, Report, Trouble
from app.services.sheets import Cell, Table
from ui.figures.tables import definition
from ui.labels import facet_word, label
from ui.words import tr


def tables_of(report: Report, trouble: Trouble, words: str) -> list[Table]:
    """The sheets of a report; `words` name its span."""
    totals: list[list[Cell]] = [
        [label(one.what), one.now, one.before, one.since_before, one.year_ago, one.since_year_ago]
        for one in report.totals
    ]
    rates: list[list[Cell]] = [
        [tr(one.rate.name), one.above, one.below, one.percent, definition(one)]
        for one in report.rates
    ]
    lines: list[list[Cell]] = [
        [
            facet_word(report.facet, line.key, line.name),
            *(line.counts.get(what, 0) for what in HEAD),
        ]
        for line in report.lines
    ]
    lines.append([tr("合计"), *(one.now for one in report.totals)])
    recurring: list[list[Cell]] = [
        [one.name, one.address, len(one.cases), one.first, one.last] for one in trouble.recurring
    ]
    handling: list[list[Cell]] = [
        [one.department, one.cases, round(one.median, 2), round(one.p90, 2), round(one.longest, 2)]
        for one in trouble.handling
    ]
    handed: list[list[Cell]] = [
        [line.department, *(line.number(what) for what in Handing)] for line in trouble.handed
    ]
    change = tr("变化（%）")
    return [
        Table(
            tr("数量"),
            [f"{tr('指标（宗）')} {words}", tr("本期"), tr("上期"), change, tr("去年同期"), change],
            totals,
        ),
        Table(
            tr("比率"),
            [tr("比率"), tr("分子"), tr("分母"), tr("比率值（%）"), tr("定义")],
            rates,
        ),
        Table(tr("分组"), [label(report.facet), *map(label, HEAD)], lines),
        Table(
            tr("反复问题"),
            [tr("小类"), tr("地点"), tr("次数（宗）"), tr("首次"), tr("最近")],
            recurring,
        ),
        Table(
            tr("处置用时"),
            [
                tr("责任单位"),
                tr("案件（宗）"),
                tr("中位（小时）"),
                tr("90% 在（小时）"),
                tr("最长（小时）"),
            ],
            handling,
        ),
        Table(
            tr("分派质量"),
            [tr("责任单位"), *(tr("{what}（次）", what=label(one)) for one in Handing)],
            handed,
        ),
    ]

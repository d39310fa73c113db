"""Cases by command: in, out, found, counted, and their deadlines explained."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.parts import (
    As,
    Database,
    Json,
    cli,
    desk_as,
    exports,
    found,
    imports,
    say,
    settings_with,
    tell,
    tell_import,
)
from app.domain.draft import Source
from app.domain.errors import Refusal
from app.domain.figures import Count, Facet
from app.domain.workflow import CaseStatus
from app.settings import Settings

if TYPE_CHECKING:
    from app.domain.deadline import Calendar

DAYS = ["%Y-%m-%d"]
From = Annotated[
    datetime | None, typer.Option("--from", formats=DAYS, help="登记日从 / registered from")
]
To = Annotated[
    datetime | None, typer.Option("--to", formats=DAYS, help="到这一天 / to this day, included")
]


@cli.command("deadline")
def tell_deadline(
    filed: Annotated[str, typer.Option("--filed", help="起算时刻 ISO / when the clock starts")],
    limit: Annotated[str, typer.Option("--limit", help="时限，如 4工作时 / limit")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """算出期限并逐行说明 / Work out a due time, and say why line by line."""
    from app.domain.deadline import CITY
    from app.services.deadlines import explain, read_time

    begun = read_time(filed)
    settings = settings_with(database)
    told = explain(begun, limit, calendar_of(settings))
    lines = [str(line) for line in told.lines]
    value = {
        "due": told.due.at.astimezone(CITY).isoformat(),
        "provisional": told.due.provisional,
        "lines": lines,
    }
    tell(value, as_json, "\n".join(lines))


def calendar_of(settings: Settings) -> Calendar:
    """The calendar of this database; what is published where there is no database yet."""
    from app.main import open_desk
    from app.services import calendar

    if settings.is_new:
        return calendar.published
    with closing(open_desk(settings)) as desk:
        return desk.ask_now(calendar.in_force)


@imports.command("cases")
def import_cases(
    file: Path,
    acting: As,
    preset: Annotated[
        str, typer.Option("--preset", help="来文单位的预设；不填则按列名猜 / sender's preset")
    ] = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / write nothing")] = False,
    refused: Annotated[
        Path | None, typer.Option("--refused", help="未收的行存到此 xlsx / refused rows go here")
    ] = None,
    district: Annotated[
        str, typer.Option("--district", help="没写区的归入此区（6 位编码）/ district of the rest")
    ] = "",
    category: Annotated[
        str, typer.Option("--category", help="类别不认识时按此收下 / code for unknown categories")
    ] = "",
    scheme: Annotated[
        str, typer.Option("--scheme", help="类别按此方案读 / scheme that tells its categories")
    ] = "",
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导入 12345 工单等列表（xlsx、xls、csv、tsv、json）/ Bring in a list of orders."""
    from app.commands.watch import Reading, bring_in
    from app.services import intake
    from ui.words import sentence

    with closing(desk_as(acting, database)) as desk:
        plan, outcome = bring_in(desk, file, Reading(preset, district, category, scheme), dry)
    if refused is not None and plan.refused:
        intake.write_refused(plan, refused, sentence)
    tell_import(outcome.told(sentence), as_json)


@imports.command("watch")
def watch_folder(
    folder: Path,
    acting: As,
    preset: Annotated[
        str, typer.Option("--preset", help="来文单位的预设；不填则按列名猜 / sender's preset")
    ] = "",
    district: Annotated[
        str, typer.Option("--district", help="没写区的归入此区（6 位编码）/ district of the rest")
    ] = "",
    category: Annotated[
        str, typer.Option("--category", help="类别不认识时按此收下 / code for unknown categories")
    ] = "",
    scheme: Annotated[
        str, typer.Option("--scheme", help="类别按此方案读 / scheme that tells its categories")
    ] = "",
    each: Annotated[float, typer.Option("--each", help="每几秒看一次 / seconds", min=1)] = 10,
    once: Annotated[bool, typer.Option("--once", help="只看一次 / look once")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """看守一个目录，放进去的工单列表自动导入 / Bring in every list laid into a folder."""
    from app.commands.watch import Reading, watch
    from ui.words import sentence

    def told(one: dict[str, Any]) -> None:
        line = (
            f"{one['file']}：{one['error']}"
            if "error" in one
            else (
                f"{one['file']}：共 {one['rows']} 行，新增 {one['added']}，已有 {one['same']}，"
                f"未收 {len(one['refused'])}"
            )
        )
        say(json.dumps(one, ensure_ascii=False) if as_json else line)

    desk = desk_as(acting, database)
    try:
        watch(desk, folder, Reading(preset, district, category, scheme), sentence, told, each, once)
    except KeyboardInterrupt:
        say("已停止 / stopped")
    finally:
        desk.close()


@imports.command("undo")
def import_undo(batch: int, acting: As, as_json: Json = False, database: Database = None) -> None:
    """整批撤销一次导入 / Take a whole import back."""
    from app.services import intake

    with closing(desk_as(acting, database)) as desk:
        count, _ = desk.do_now(intake.undo, batch)
    tell({"batch": batch, "voided": count}, as_json, f"已撤销第 {batch} 批，作废 {count} 宗")


@exports.command("cases")
def export_cases(
    out: Annotated[Path, typer.Option("--out", help="xlsx、csv 或 geojson 文件 / file to write")],
    acting: As,
    text: Annotated[str, typer.Option("--text", help="含这些字 / that say this")] = "",
    status: Annotated[
        list[CaseStatus] | None, typer.Option("--status", help="状态，可多次 / status, repeatable")
    ] = None,
    district: Annotated[
        list[str] | None, typer.Option("--district", help="区代码，可多次 / district, repeatable")
    ] = None,
    subcategory: Annotated[str, typer.Option("--subcategory", help="小类全码 / full code")] = "",
    department: Annotated[str, typer.Option("--department", help="责任单位 / department")] = "",
    source: Annotated[Source | None, typer.Option("--source", help="来源 / source")] = None,
    scheme: Annotated[
        str, typer.Option("--scheme", help="另附此方案的代码和名称 / codes of this scheme as well")
    ] = "",
    first: From = None,
    last: To = None,
    only_open: Annotated[bool, typer.Option("--open", help="未结束 / open only")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导出案件 / Export cases."""
    from app.domain.case_list import CaseFilter
    from app.services import transfer
    from ui.labels import case_word

    begins, ends = _days(first, last)
    chosen = CaseFilter(
        statuses=frozenset(status or ()),
        open_only=only_open,
        districts=frozenset(_district(name) for name in district or ()),
        subcategory=subcategory,
        department=department,
        source=source,
        registered_from=begins,
        registered_to=ends,
        text=text,
    )
    with closing(desk_as(acting, database)) as desk:
        count = desk.ask_now(transfer.export_cases, out, chosen, case_word, _progress, scheme)
    tell({"rows": count, "file": str(out)}, as_json, f"已导出 {count} 宗到 {out}")


def _district(told: str) -> str:
    """The code of a district that was told by its code or its name."""
    from app.resources import districts

    for one in districts():
        if told in (one.code, one.name):
            return one.code
    raise Refusal("没有“{name}”这个区", name=told)


def _days(first: datetime | None, last: datetime | None) -> tuple[datetime | None, datetime | None]:
    """From the first midnight of the city to the one after the last day; either may be missing."""
    from app.domain.figures import span_of

    if first and last:
        return span_of(first.date(), last.date())
    begins = span_of(first.date(), first.date()).begins if first else None
    return begins, span_of(last.date(), last.date()).ends if last else None


def _progress(done: int, of: int) -> bool:
    """On a terminal, how far it is; Ctrl+C ends it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} / {of}" + ("\n" if done == of else ""))
    return True


@found.command("search")
def search_cases(
    text: str,
    acting: As,
    limit: Annotated[int, typer.Option("--limit", help="最多几宗 / at most", min=1)] = 50,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """按编号、地点、描述、来电人查找，新的在前 / Find cases by any words, newest first."""
    from app.domain.case_list import CaseFilter
    from app.services import cases

    with closing(desk_as(acting, database)) as desk:
        chosen = CaseFilter(text=text)
        rows = desk.ask_now(cases.page, chosen, "registered_at", True, None, limit).rows
    told = [
        {
            "id": row.id,
            "number": row.number,
            "address": row.address,
            "description": row.description,
        }
        for row in rows
    ]
    lines = [f"{row.number}  {row.address}  {row.description}" for row in rows]
    tell(told, as_json, "\n".join(lines) or f"没有找到“{text}” / nothing found")


@cli.command()
def stats(
    first: Annotated[datetime, typer.Option("--from", formats=DAYS, help="起始日 / first day")],
    last: Annotated[datetime, typer.Option("--to", formats=DAYS, help="截止日 / last day")],
    acting: As,
    by: Annotated[
        str, typer.Option("--by", help="district,category,source,department … 可几项 / facets")
    ] = "",
    scheme: Annotated[
        str, typer.Option("--scheme", help="类别按此方案统计 / scheme for categories")
    ] = "",
    what: Annotated[
        Count, typer.Option("--count", help="统计什么 / what is counted")
    ] = Count.REGISTERED,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """案件统计：合计、分组与各项比率 / Counts by any facets, and the rates."""
    from app.domain.figures import span_of
    from app.services import figures, schemes
    from ui.labels import facet_word
    from ui.words import tr

    span = span_of(first.date(), last.date())
    facets = [_facet(name) for name in by.split(",") if name]
    with closing(desk_as(acting, database)) as desk:
        if scheme:
            desk.ask_now(schemes.entries, scheme)  # a wrong name is said, whatever is asked
        total, groups = desk.ask_now(figures.grouped, what, span, facets, (), scheme)
        rates = desk.ask_now(figures.rates, span)
        names = [desk.ask_now(figures.names_of, facet, scheme) for facet in facets]

    def named(keys: tuple[str, ...]) -> str:
        told = zip(facets, keys, names, strict=True)
        return " / ".join(
            facet_word(facet, key, known.get(key, ""))
            if key or not scheme or facet not in figures.CATEGORIES
            else tr("方案里没有的类别")
            for facet, key, known in told
        )

    ordered = sorted(groups.items(), key=lambda item: (-item[1], item[0]))
    value = {
        "total": total,
        "groups": [
            {"key": ",".join(keys), "name": named(keys), "count": number}
            for keys, number in ordered
        ],
        "count": what.value,
        "rates": [
            {
                "key": line.rate.key,
                "name": line.rate.name,
                "numerator": line.above,
                "denominator": line.below,
                "percent": line.percent,
                "definition": line.rate.definition,
                "version": line.rate.version,
            }
            for line in rates
        ],
    }
    lines = [f"合计 total  {total}"]
    lines += [f"{named(keys)}  {number}" for keys, number in ordered]
    lines += [
        f"{line.rate.name}  {line.above} / {line.below} = "
        + ("—" if line.percent is None else f"{line.percent:.2f} %")
        for line in rates
    ]
    tell(value, as_json, "\n".join(lines))


def _facet(name: str) -> Facet:
    try:
        return Facet(name.strip())
    except ValueError:
        known = "、".join(one.value for one in Facet)
        raise Refusal("不能按“{name}”统计：可用 {known}", name=name, known=known) from None


@cli.command()
def sums(file: Path, as_json: Json = False) -> None:
    """核对报表的合计：各行相加是否等于“合计”行 / Add a report's columns up."""
    from app.services.footing import check_sheet

    told = check_sheet(file)
    value = {
        "rows": told.rows,
        "differences": [
            {"column": one.column, "added": one.added, "printed": one.printed}
            for one in told.differences
        ],
    }
    lines = [
        f"{one.column}：各行相加 {one.added}，表上写的是 {one.printed}" for one in told.differences
    ]
    tell(value, as_json, "\n".join(lines) or f"{told.rows} 行，合计全部相符 / all sums are right")
    raise typer.Exit(1 if told.differences else 0)

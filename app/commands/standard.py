"""The standard by command: filing conditions, responsibility rules, other schemes of categories."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from app.commands.parts import (
    As,
    Database,
    Json,
    desk_as,
    exports,
    imports,
    refused_lines,
    tell,
)


@imports.command("standard")
def import_standard(
    file: Path,
    acting: As,
    dry: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / write nothing")] = False,
    rename: Annotated[
        bool, typer.Option("--rename", help="有案件的类别也改名 / rename codes that cases have")
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导入本市立案标准：类别、立案条件、时限 / Bring in a city's filing standard."""
    from app.services import standards
    from ui.words import sentence

    with closing(desk_as(acting, database)) as desk:
        outcome, _ = desk.do_now(standards.carry_out, standards.plan(file), dry, rename)
    told = outcome.told(sentence)
    head = (
        f"共 {outcome.rows} 条，新增 {outcome.added}，更新 {outcome.changed}，相同 {outcome.same}，"
        f"新类别 {outcome.categories}，未收 {len(outcome.refused)}"
    )
    lines = refused_lines(told) + [
        f"  改名 renamed：{one.code} {one.was} → {one.name}（{one.cases} 宗案件）"
        for one in outcome.renamed
    ]
    tell(told, as_json, "\n".join([head, *lines]))
    raise typer.Exit(1 if outcome.refused else 0)


@imports.command("rules")
def import_rules(
    file: Path,
    acting: As,
    dry: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / write nothing")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导入权责规则，替换现有的，并检查空缺与矛盾 / Who answers for what, where and when."""
    from app.services import responsibility
    from ui.words import sentence

    made = responsibility.plan(file)
    with closing(desk_as(acting, database)) as desk:
        checked, _ = desk.do_now(responsibility.carry_out, made, True)
        if not dry and not checked.refused:
            checked, _ = desk.do_now(responsibility.carry_out, made)
    refused = [
        {"row": row, "column": column, "reason": sentence(why)}
        for row, column, why in checked.refused
    ]
    value = {"read": len(made.rules), "refused": refused, **checked.told()}
    lines = [f"读到 {len(made.rules)} 条规则，未收 {len(refused)} 行；核对 {checked.rules} 条"]
    lines += refused_lines(value)
    lines += [
        f"  空缺 gap：{one.kind} {one.code} 在 {len(one.districts)} 个区没有规则"
        for one in checked.gaps
    ]
    lines += [
        f"  矛盾 overlap：规则 {one.number}（{one.department}）与 {two.number}（{two.department}）"
        for one, two in checked.overlaps
    ]
    tell(value, as_json, "\n".join(lines))
    raise typer.Exit(1 if refused else 0)


@imports.command("scheme")
def import_scheme(
    file: Path,
    acting: As,
    name: Annotated[
        str, typer.Option("--name", help="方案的名称，文件里没写时用 / name of the scheme")
    ] = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / write nothing")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导入另一套类别方案及其与本市类别的对应 / Another scheme of categories, mapped onto ours."""
    from app.services import schemes
    from ui.words import sentence

    with closing(desk_as(acting, database)) as desk:
        outcome, _ = desk.do_now(schemes.carry_out, schemes.plan(file, name), dry)
    told = outcome.told(sentence)
    head = (
        f"{'、'.join(outcome.schemes)}：共 {outcome.rows} 个类别，新增 {outcome.added}，"
        f"更新 {outcome.changed}，相同 {outcome.same}，未对应 {len(outcome.unmapped)}，"
        f"未收 {len(outcome.refused)}"
    )
    lines = refused_lines(told)
    lines += [f"  未对应 not mapped：{one.full_code} {one.name}" for one in outcome.unmapped]
    lines += [
        f"  改了人工对应 was mapped by hand：{one.full_code} {one.name}"
        for one in outcome.overruled
    ]
    tell(told, as_json, "\n".join([head, *lines]))
    raise typer.Exit(1 if outcome.refused else 0)


@exports.command("scheme")
def export_scheme(
    name: str,
    acting: As,
    out: Annotated[Path, typer.Option("--out", help="xlsx 文件 / file to write")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导出一套类别方案的对照表，改好可再导入 / A scheme's mapping as a workbook."""
    from app.services import schemes

    with closing(desk_as(acting, database)) as desk:
        count = schemes.write_mapping(desk.ask_now(schemes.entries, name), out)
    tell({"rows": count, "file": str(out)}, as_json, f"已导出 {count} 个类别到 {out}")

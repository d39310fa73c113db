"""Cameras brought in, and evidence verified."""

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
    evidences,
    imports,
    settings_with,
    tell,
    tell_import,
)
from app.domain.errors import Refusal


@imports.command("cameras")
def import_cameras(
    file: Path,
    acting: As,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="字段=列名，如 code=通道编码 / field=title", metavar="F=T"),
    ] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / write nothing")] = False,
    refused: Annotated[
        Path | None, typer.Option("--refused", help="未收的行存到此 xlsx / refused rows go here")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导入监控点位 xlsx、xls、csv / Import cameras from a workbook or CSV."""
    from app.domain.network import Networks
    from app.secrets import Seal
    from app.services import directory
    from ui.words import choose_language, sentence

    settings = settings_with(database)
    choose_language(settings.language)
    seal = Seal(settings.home)
    with closing(desk_as(acting, database)) as desk:
        sheet, mapping = directory.read_file(file)
        for told in columns or []:
            name, _, title = told.partition("=")
            mapping[name] = title
        plan = directory.plan(sheet, mapping, Networks(settings.camera_networks))
        outcome, _ = desk.do_now(directory.carry_out, plan, seal.seal, seal.open, dry)
        if refused and plan.refused:
            directory.write_refused(plan, refused, sentence)
    tell_import(outcome.told(sentence), as_json)


@evidences.command("verify")
def verify_evidence(
    folder: Annotated[
        str | None,
        typer.Argument(help="证据目录或 s3://桶/前缀，缺省为本机的 / evidence folder or store"),
    ] = None,
    as_json: Json = False,
) -> None:
    """核对证据文件有没有被改动，不需要数据库 / Find any changed byte, offline."""
    from app.sidecar import verify

    settings = settings_with()
    where = folder or str(settings.evidence)
    if "://" not in where and not Path(where).is_dir():
        raise Refusal("没有证据目录 {path}", path=where)
    found = verify(where, settings.evidence_endpoint)
    lines = [f"核对 {found.checked} 个文件，被改动或缺失 {len(found.changed)} 个", *found.changed]
    if found.untold:
        lines.append(f"另有 {found.untold} 个画面文件没有登记，无法核对 / not on record")
    tell(found.told(), as_json, "\n".join(lines))
    raise typer.Exit(1 if found.changed else 0)

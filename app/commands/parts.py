"""What all commands share: the groups they stand in, their usual options, and how they speak."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.domain.errors import Refusal
from app.settings import Settings, read_settings

if TYPE_CHECKING:
    from app.desk import Desk

cli = typer.Typer(
    name="zhishou",
    help="值守：城市管理监控指挥中心席位。不带命令时打开控制台。\n\n"
    "The console of a city-management command centre. Without a command, opens the window.\n\n"
    "ZHISHOU_HOME 数据目录 data folder · ZHISHOU_DATABASE 数据库地址 database URL · "
    "ZHISHOU_PASSWORD 密码 password\n\n"
    "./zhishou test 安装所需并运行全部测试 / installs what is needed and runs the whole suite",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
imports = typer.Typer(help="批量导入 / Import", no_args_is_help=True)
exports = typer.Typer(help="批量导出 / Export", no_args_is_help=True)
evidences = typer.Typer(help="证据 / Evidence", no_args_is_help=True)
found = typer.Typer(help="案件 / Cases", no_args_is_help=True)
bench = typer.Typer(help="实测 / Measure: wall, ui, cases …", no_args_is_help=True)
cli.add_typer(imports, name="import")
cli.add_typer(exports, name="export")
cli.add_typer(found, name="cases")
cli.add_typer(bench, name="bench")
cli.add_typer(evidences, name="evidence")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
As = Annotated[str, typer.Option("--as", help="以哪个账号操作 / account that acts")]
Language = Annotated[str, typer.Option("--lang", help="界面语言 zh 或 en / language of the screen")]
Database = Annotated[
    str | None, typer.Option("--database", help="数据库地址 / database URL", metavar="URL")
]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def tell(value: Any, as_json: bool, text: str) -> None:
    """Print the value as JSON or the text for a person."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str) if as_json else text)


def settings_with(database: str | None = None, language: str | None = None) -> Settings:
    settings = read_settings()
    if database:
        settings = replace(settings, database=database)
    return replace(settings, language=language) if language else settings


def ask_password(prompt: str = "密码 / password") -> str:
    """From ZHISHOU_PASSWORD, or asked for without showing it."""
    if told := os.environ.get("ZHISHOU_PASSWORD"):
        return told
    if not sys.stdin.isatty():
        raise Refusal("没有密码：请设置 ZHISHOU_PASSWORD，或在终端里运行以便输入")
    return str(typer.prompt(prompt, hide_input=True))


def new_password() -> str:
    """From ZHISHOU_NEW_PASSWORD, or asked for without showing it."""
    told = os.environ.get("ZHISHOU_NEW_PASSWORD")
    return told or str(typer.prompt("新密码 / new password", hide_input=True))


def desk_as(login: str, database: str | None = None) -> Desk:
    """A desk at which this account sits, after its password was checked; to be closed."""
    from app.main import open_desk
    from app.services import accounts

    password = ask_password()
    desk = open_desk(settings_with(database))
    answer, _ = desk.do_now(accounts.sign_in, login, password, desk.name)
    if isinstance(answer, Refusal):
        desk.close()
        raise answer
    desk.sign(answer)
    return desk


def refused_lines(report: Any) -> list[str]:
    """What was not taken of a file, a line for each wrong cell."""
    return [f"  第 {r['row']} 行 {r['column']}：{r['reason']}" for r in report["refused"]]


def tell_import(report: Any, as_json: bool) -> None:
    refused = "\n".join(refused_lines(report))
    text = f"共 {report['rows']} 行，新增 {report['added']}，已有 {report['same']}，"
    if "changed" in report:
        text += f"更新 {report['changed']}，"
    text += f"未收 {len(report['refused'])}" + (f"\n{refused}" if refused else "")
    tell(report, as_json, text)
    raise typer.Exit(1 if report["refused"] else 0)

"""The console itself, its accounts, the demo, and what examines a machine."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.commands.parts import (
    As,
    Database,
    Json,
    Language,
    ask_password,
    cli,
    desk_as,
    new_password,
    say,
    settings_with,
    tell,
)
from app.domain.errors import Refusal
from app.domain.people import Role


@cli.callback(invoke_without_command=True)
def console(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="版本 / version")] = False,
    language: Language = "",
    database: Database = None,
) -> None:
    """打开控制台 / Open the console."""
    if version:
        from app import __version__

        say(f"zhishou {__version__}")
        return
    if context.invoked_subcommand is not None:
        # Said before the command they hold for it, unless it says something else itself.
        for name, told in (("ZHISHOU_DATABASE", database), ("ZHISHOU_LANG", language)):
            if told:
                os.environ[name] = told
        return
    from app.display import is_there
    from app.main import open_desk, run_console, start_log
    from app.services import accounts

    settings = settings_with(database, language or None)
    if not is_there():
        raise Refusal("没有显示器，不能打开窗口；服务器上请用 zhishou demo 或 zhishou selftest")
    start_log(settings)
    desk = open_desk(settings)
    if not desk.ask_now(accounts.has_anybody):
        desk.close()
        raise Refusal("数据库里还没有账号：请先运行 zhishou init --admin 账号名")
    raise typer.Exit(run_console(settings, desk))


@cli.command()
def demo(
    role: Annotated[
        Role, typer.Option("--role", help="以哪个岗位打开 / role at the desk")
    ] = Role.OPERATOR,
    language: Language = "",
    database: Database = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", help="多少分钟后自动结束 / end after minutes")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option("--pictures", help="各页面截图存到这里后结束 / take pictures")
    ] = None,
) -> None:
    """演示城市：真实 RTSP 点位、人员、排班、案件 / A demo city with real RTSP cameras."""
    from platformdirs import user_data_path

    from app.demo.demo import run_demo
    from app.display import some_display
    from app.main import start_log

    settings = settings_with(database, language or None)
    if not os.environ.get("ZHISHOU_HOME"):
        home = user_data_path("zhishou-demo")
        url = database or os.environ.get("ZHISHOU_DATABASE") or f"sqlite:///{home / 'zhishou.db'}"
        settings = replace(settings, home=home, database=url)
    settings = replace(settings, idle_lock_minutes=0)
    start_log(settings)
    with some_display() as virtual:
        picture = settings.home / "screen.png" if virtual else None
        if picture is not None:
            say(f"没有显示器 / no display: 屏幕内容写入 the screen is written to {picture}")
        raise typer.Exit(run_demo(settings, role, minutes, picture, pictures))


@cli.command()
def init(
    admin: Annotated[str, typer.Option("--admin", help="第一个管理员的账号 / first account")],
    name: Annotated[str, typer.Option("--name", help="姓名 / name")] = "系统管理员",
    database: Database = None,
) -> None:
    """建立数据库和第一个管理员 / Make the database and the first administrator."""
    from app.main import open_desk
    from app.services import accounts

    with closing(open_desk(settings_with(database))) as desk:
        if desk.ask_now(accounts.has_anybody):
            raise Refusal("这个数据库已经有账号了；新账号由管理员用 zhishou account 开通")
        password = ask_password()
        desk.do_now(
            accounts.open_account, name, "ZS000", admin, password, Role.ADMINISTRATOR, "系统管理"
        )
    say(f"数据库已就绪，管理员 {admin} / ready, administrator {admin}")


@cli.command()
def account(
    login: str,
    role: Annotated[Role, typer.Option("--role", help="岗位 / role")],
    name: Annotated[str, typer.Option("--name", help="姓名 / name")],
    number: Annotated[str, typer.Option("--number", help="工号 / staff number")],
    acting: As,
    database: Database = None,
) -> None:
    """开通账号，新密码读自 ZHISHOU_NEW_PASSWORD 或输入 / Open an account."""
    from app.services import accounts

    with closing(desk_as(acting, database)) as desk:
        desk.do_now(accounts.open_account, name, number, login, new_password(), role)
    say(f"已开通 {login} / opened {login}")


@cli.command()
def password(login: str, acting: As, database: Database = None) -> None:
    """重设密码并解锁账号，新密码读自 ZHISHOU_NEW_PASSWORD 或输入 / Reset a password."""
    from app.services import accounts

    with closing(desk_as(acting, database)) as desk:
        desk.do_now(accounts.reset_password, login, new_password())
    say(f"已重设 {login} 的密码 / password of {login} reset")


@cli.command()
def doctor(as_json: Json = False, database: Database = None) -> None:
    """检查本机：Qt、字体、libVLC、RTSP、解码、数据库、磁盘、时钟 / Check this machine."""
    from app.doctor import examine

    findings = examine(settings_with(database))
    lines = [
        f"{'✓' if f.ok else '✗'} {f.name}：{f.detail}" + (f"\n    → {f.mend}" if not f.ok else "")
        for f in findings
    ]
    told = {"ok": all(f.ok for f in findings), "checks": [f.told() for f in findings]}
    tell(told, as_json, "\n".join(lines))
    raise typer.Exit(0 if told["ok"] else 1)


@cli.command()
def selftest(
    as_json: Json = False,
    cameras: Annotated[
        list[str] | None, typer.Option("--camera", help="用这些视频地址 / streams to run on")
    ] = None,
    database: Database = None,
) -> None:
    """从画面到结案自检一遍 / Prove the whole console, from picture to closed case."""
    from app.display import some_display
    from app.selftest import run_selftest

    with some_display():
        report = run_selftest(cameras or [], database)
    lines = [
        f"{'✓' if s['ok'] else '✗'} {s['name']}  {s['seconds']:.2f} s  {s['detail']}"
        for s in report["steps"]
    ]
    tell(report, as_json, "\n".join(lines))
    raise typer.Exit(0 if report["ok"] else 1)

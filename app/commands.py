"""The command line. Light to load: what a command needs is imported when it runs."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.domain.errors import Refusal
from app.domain.people import Role
from app.settings import Settings, read_settings

if TYPE_CHECKING:
    from app.desk import Desk
    from app.domain.deadline import Calendar

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
bench = typer.Typer(help="实测 / Measure: wall, ui, cases …", no_args_is_help=True)
cli.add_typer(imports, name="import")
cli.add_typer(exports, name="export")
cli.add_typer(bench, name="bench")
cli.add_typer(evidences, name="evidence")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
As = Annotated[str, typer.Option("--as", help="以哪个账号操作 / account that acts")]
Language = Annotated[str, typer.Option("--lang", help="界面语言 zh 或 en / language of the screen")]
Database = Annotated[
    str | None, typer.Option("--database", help="数据库地址 / database URL", metavar="URL")
]


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    if sys.argv[1:2] == ["--engine"]:  # the shipped program starts its own engines so
        from app.video.engine import main as run_engine

        run_engine(sys.argv[2:])
        return
    try:
        cli(prog_name="zhishou")
    except Refusal as refusal:
        say_error(refusal)
        raise SystemExit(1) from None
    except OSError as error:
        if error.filename is None:
            raise
        say_error(Refusal("{file}：{why}", file=error.filename, why=error.strerror))
        raise SystemExit(1) from None


def say_error(refusal: Refusal) -> None:
    """The sentence, in the language of the settings."""
    from ui.words import choose_language, sentence

    choose_language(os.environ.get("ZHISHOU_LANG", "zh"))
    sys.stderr.write(f"zhishou: {sentence(refusal)}\n")


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
    """A desk at which this account sits, after its password was checked."""
    from app.main import open_desk
    from app.services import accounts

    desk = open_desk(settings_with(database))
    answer, _ = desk.do_now(accounts.sign_in, login, ask_password(), desk.name)
    if isinstance(answer, Refusal):
        desk.close()
        raise answer
    desk.sign(answer)
    return desk


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
    desk = open_desk(settings)
    try:
        return desk.ask_now(calendar.in_force)
    finally:
        desk.close()


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

    desk = open_desk(settings_with(database))
    try:
        if desk.ask_now(accounts.has_anybody):
            raise Refusal("这个数据库已经有账号了；新账号由管理员用 zhishou account 开通")
        password = ask_password()
        desk.do_now(
            accounts.open_account, name, "ZS000", admin, password, Role.ADMINISTRATOR, "系统管理"
        )
    finally:
        desk.close()
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

    desk = desk_as(acting, database)
    try:
        desk.do_now(accounts.open_account, name, number, login, new_password(), role)
    finally:
        desk.close()
    say(f"已开通 {login} / opened {login}")


@cli.command()
def password(login: str, acting: As, database: Database = None) -> None:
    """重设密码并解锁账号，新密码读自 ZHISHOU_NEW_PASSWORD 或输入 / Reset a password."""
    from app.services import accounts

    desk = desk_as(acting, database)
    try:
        desk.do_now(accounts.reset_password, login, new_password())
    finally:
        desk.close()
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
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导入 12345 工单等列表（xlsx、xls、csv、tsv、json）/ Bring in a list of orders."""
    from app.services import intake, presets
    from ui.words import sentence

    desk = desk_as(acting, database)
    try:
        known = desk.ask_now(presets.every)
        sheet, told = intake.read_file(file, known)
        if preset:
            told = desk.ask_now(presets.named, preset).for_titles(sheet.titles)
        told = replace(told, district=district or told.district, fallback=category or told.fallback)
        plan = intake.plan(file.name, sheet, told, desk.ask_now(intake.terms))
        outcome = desk.ask_now(intake.judge, plan)
        if not dry and outcome.added:
            numbers, _ = desk.do_now(intake.reserve, outcome.added)
            outcome, _ = desk.do_now(intake.carry_out, plan, numbers)
    finally:
        desk.close()
    if refused is not None and plan.refused:
        intake.write_refused(plan, refused, sentence)
    _tell_import(outcome.told(sentence), as_json)


@imports.command("undo")
def import_undo(batch: int, acting: As, as_json: Json = False, database: Database = None) -> None:
    """整批撤销一次导入 / Take a whole import back."""
    from app.services import intake

    desk = desk_as(acting, database)
    try:
        count, _ = desk.do_now(intake.undo, batch)
    finally:
        desk.close()
    tell({"batch": batch, "voided": count}, as_json, f"已撤销第 {batch} 批，作废 {count} 宗")


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
    desk = desk_as(acting, database)
    try:
        sheet, mapping = directory.read_file(file)
        for told in columns or []:
            name, _, title = told.partition("=")
            mapping[name] = title
        plan = directory.plan(sheet, mapping, Networks(settings.camera_networks))
        outcome, _ = desk.do_now(directory.carry_out, plan, seal.seal, seal.open, dry)
        if refused and plan.refused:
            directory.write_refused(plan, refused, sentence)
    finally:
        desk.close()
    _tell_import(outcome.told(sentence), as_json)


def _tell_import(report: Any, as_json: bool) -> None:
    refused = "\n".join(
        f"  第 {r['row']} 行 {r['column']}：{r['reason']}" for r in report["refused"]
    )
    text = f"共 {report['rows']} 行，新增 {report['added']}，已有 {report['same']}，"
    if "changed" in report:
        text += f"更新 {report['changed']}，"
    text += f"未收 {len(report['refused'])}" + (f"\n{refused}" if refused else "")
    tell(report, as_json, text)
    raise typer.Exit(1 if report["refused"] else 0)


@exports.command("cases")
def export_cases(
    out: Annotated[Path, typer.Option("--out", help="csv 或 geojson 文件 / csv or geojson")],
    acting: As,
    district: Annotated[str, typer.Option("--district", help="区代码 / district code")] = "",
    only_open: Annotated[bool, typer.Option("--open", help="未结束 / open only")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """导出案件 / Export cases."""
    from app.domain.case_list import CaseFilter
    from app.resources import districts as all_districts
    from app.services import transfer

    desk = desk_as(acting, database)
    try:
        if district and district not in {one.code for one in all_districts()}:
            raise Refusal("没有“{name}”这个区", name=district)
        districts = frozenset({district} if district else ())
        chosen = CaseFilter(open_only=only_open, districts=districts)
        count = desk.ask_now(transfer.export_cases, out, chosen)
    finally:
        desk.close()
    tell({"rows": count, "file": str(out)}, as_json, f"已导出 {count} 宗到 {out}")


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
    tell(found.told(), as_json, "\n".join(lines))
    raise typer.Exit(1 if found.changed else 0)


@bench.command("wall")
def bench_wall(
    as_json: Json = False,
    cameras: Annotated[int, typer.Option("--cameras", help="路数 / streams")] = 16,
    seconds: Annotated[float, typer.Option("--seconds", help="时长 / seconds")] = 30,
    mode: Annotated[
        str, typer.Option("--mode", help="adaptive | full | keyframes：自适应、全帧、关键帧")
    ] = "full",
) -> None:
    """视频墙：帧率、CPU 与裸 ffmpeg 和播放器之比、延迟、窗口停顿、内存 / The wall."""
    _bench("wall", as_json, cameras=cameras, seconds=seconds, mode=mode)


@bench.command("recover")
def bench_recover(
    as_json: Json = False,
    cameras: Annotated[int, typer.Option("--cameras", help="路数 / streams")] = 64,
    cut: Annotated[float, typer.Option("--cut", help="断网时长，秒 / seconds of a cut")] = 30,
    cuts: Annotated[int, typer.Option("--cuts", help="断网次数 / cuts")] = 1,
    kills: Annotated[int, typer.Option("--kills", help="杀死引擎次数 / engine kills")] = 100,
) -> None:
    """断网与引擎崩溃后多久恢复，有没有残留 / Recovery from cuts and kills; what is left behind."""
    _bench("recover", as_json, cameras=cameras, cut=cut, cuts=cuts, kills=kills)


@bench.command("tour")
def bench_tour(
    as_json: Json = False,
    steps: Annotated[int, typer.Option("--steps", help="组数 / steps")] = 8,
) -> None:
    """轮巡切换到下一组后多久有画面 / How soon the next step of a tour shows its pictures."""
    _bench("tour", as_json, steps=steps)


@bench.command("soak")
def bench_soak(
    as_json: Json = False,
    cameras: Annotated[int, typer.Option("--cameras", help="路数 / streams")] = 16,
    minutes: Annotated[float, typer.Option("--minutes", help="时长，分钟 / minutes")] = 60,
) -> None:
    """长时间运行：内存斜率、线程、描述符、窗口停顿 / Long run: slope of memory, gaps."""
    _bench("soak", as_json, cameras=cameras, minutes=minutes)


@bench.command("ui")
def bench_ui(as_json: Json = False) -> None:
    """登记时窗口的停顿 / Gaps of the window's event loop while a case is registered."""
    _bench("ui", as_json)


@bench.command("directory")
def bench_directory(
    as_json: Json = False,
    cameras: Annotated[int, typer.Option("--cameras", help="点位数 / cameras")] = 10_000,
) -> None:
    """点位目录：导入、再导入、查找 / Import, import again and search the directory."""
    _bench("directory", as_json, cameras=cameras)


@bench.command("cases")
def bench_cases(
    as_json: Json = False,
    rows: Annotated[int, typer.Option("--rows", help="案件数 / cases")] = 1_000_000,
    database: Annotated[
        str, typer.Option("--database", help="空的数据库 / an empty database", metavar="URL")
    ] = "",
) -> None:
    """百万案件：查找、翻页、筛选、登记 / A million cases: search, page, filter, save."""
    _bench("cases", as_json, rows=rows, database=database)


@bench.command("start")
def bench_start(
    as_json: Json = False,
    cases: Annotated[int, typer.Option("--cases", help="案件数 / cases")] = 100_000,
) -> None:
    """十万案件时打开窗口的时间 / Start to a usable window."""
    _bench("start", as_json, cases=cases)


def _bench(name: str, as_json: bool, **options: Any) -> None:
    from importlib import import_module

    from app.display import some_display

    try:
        measure = import_module(f"tests.benchmarks.bench_{name}")
    except ModuleNotFoundError as error:
        raise Refusal("实测程序在源码目录的 tests/benchmarks 里，请从源码目录运行") from error
    with some_display():
        told = measure.measure(**options)
    tell(told, as_json, "\n".join(f"{key:<22} {value}" for key, value in told.items()))


if __name__ == "__main__":
    main()

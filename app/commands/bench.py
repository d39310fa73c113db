"""What measures the console, from a checkout of its sources."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.commands.parts import Json, bench, tell
from app.domain.errors import Refusal


@bench.command("wall")
def bench_wall(
    as_json: Json = False,
    cameras: Annotated[int, typer.Option("--cameras", help="路数 / streams")] = 16,
    seconds: Annotated[float, typer.Option("--seconds", help="时长 / seconds")] = 30,
    mode: Annotated[
        str, typer.Option("--mode", help="adaptive | full | keyframes：自适应、全帧、关键帧")
    ] = "full",
    rounds: Annotated[int, typer.Option("--rounds", help="轮流几次 / turns with ffmpeg")] = 3,
) -> None:
    """视频墙：帧率、CPU 与裸 ffmpeg 和播放器之比、延迟、窗口停顿、内存 / The wall."""
    _bench("wall", as_json, cameras=cameras, seconds=seconds, mode=mode, rounds=rounds)


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
    tiles: Annotated[int, typer.Option("--tiles", help="窗格数 / tiles: 1 4 9 16")] = 4,
) -> None:
    """轮巡切换到下一组后多久有画面 / How soon the next step of a tour shows its pictures."""
    _bench("tour", as_json, steps=steps, tiles=tiles)


@bench.command("soak")
def bench_soak(
    as_json: Json = False,
    cameras: Annotated[int, typer.Option("--cameras", help="路数 / streams")] = 16,
    minutes: Annotated[float, typer.Option("--minutes", help="时长，分钟 / minutes")] = 60,
    warm_up: Annotated[float, typer.Option("--warm-up", help="预热，分钟 / minutes before")] = 30,
) -> None:
    """长时间运行：内存斜率、线程、描述符、窗口停顿 / Long run: slope of memory, gaps."""
    _bench("soak", as_json, cameras=cameras, minutes=minutes, warm_up=warm_up)


@bench.command("judge")
def bench_judge(as_json: Json = False) -> None:
    """画面判断的处理器开销 / What judging a camera's pictures costs."""
    _bench("judge", as_json)


@bench.command("ui")
def bench_ui(as_json: Json = False) -> None:
    """登记时窗口的停顿 / Gaps of the window's event loop while a case is registered."""
    _bench("ui", as_json)


@bench.command("keys")
def bench_keys(as_json: Json = False) -> None:
    """只用键盘登记和分派一宗案件的时间 / Register and dispatch by the keyboard alone."""
    _bench("keys", as_json)


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

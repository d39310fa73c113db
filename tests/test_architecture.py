"""The borders of the house: who may import whom, and what may not be written at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QT = {"PySide6", "pyqtgraph", "qasync", "shiboken6"}
OUTERMOST = ("app.main", "app.commands", "app.selftest", "app.doctor", "app.demo", "app.__main__")


def modules() -> Iterator[tuple[str, ast.Module, Path]]:
    for top in ("app", "db", "ui"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), ast.parse(path.read_text("utf-8")), path


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


EVERY = list(modules())


def is_in(name: str, *places: str) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


RULES = [
    ("rules know nothing but the standard library", ("app.domain",), ("app.domain",), ()),
    ("tables know rules only", ("db",), ("app.domain", "app.resources", "db"), ("migrations",)),
    (
        "verbs know rules and tables",
        ("app.services",),
        ("app.domain", "app.durable", "app.resources", "app.services", "db"),
        (),
    ),
    ("sources know rules", ("app.sources",), ("app.domain", "app.secrets", "app.sources"), ()),
    (
        "pictures know rules, and ask platforms for addresses",
        ("app.video",),
        ("app.domain", "app.durable", "app.sources", "app.video"),
        (),
    ),
    ("files know nothing but the standard library", ("app.durable",), (), ()),
]


@pytest.mark.parametrize(("reason", "who", "allowed", "_"), RULES, ids=[r[0] for r in RULES])
def test_that_each_layer_knows_only_what_stands_left_of_it(
    reason: str, who: tuple[str, ...], allowed: tuple[str, ...], _: tuple[str, ...]
) -> None:
    for name, tree, _path in EVERY:
        if is_in(name, *who):
            inner = {one for one in imported(tree) if is_in(one, "app", "db", "ui")}
            assert all(is_in(one, *allowed) for one in inner), f"{name}: {reason}: {inner}"


def test_that_the_screens_never_reach_for_the_tables() -> None:
    for name, tree, _ in EVERY:
        if is_in(name, "ui"):
            assert not [one for one in imported(tree) if is_in(one, "db", "sqlalchemy")], name


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("PySide6", ("ui", *OUTERMOST)),
        ("pyqtgraph", ("ui.map", "ui")),
        ("qasync", ("app.main",)),
        ("vlc", ("app.video.playback",)),
        ("av", ("app.video", "app.demo", "app.doctor")),
        ("sqlalchemy", ("db", "app.desk", "app.feed", "app.doctor")),
        ("psycopg", ("app.feed",)),
        ("httpx", ("app.sources",)),
        ("onvif", ("app.sources.onvif",)),
        ("lxml", ("app.sources.discovery", "app.demo")),
        ("typer", ("app.commands",)),
        ("docxtpl", ("app.services.papers",)),
    ],
)
def test_that_a_library_has_one_home(library: str, places: tuple[str, ...]) -> None:
    for name, tree, _ in EVERY:
        if any(is_in(one, library) for one in imported(tree)):
            assert is_in(name, *places), f"{name} imports {library}"


def test_that_the_domain_needs_nothing_installed() -> None:
    import sys

    for name, tree, _ in EVERY:
        if is_in(name, "app.domain"):
            for one in imported(tree) - {n for n in imported(tree) if is_in(n, "app.domain")}:
                assert one.split(".")[0] in sys.stdlib_module_names, f"{name}: {one}"


def test_that_no_dialog_blocks_the_loop() -> None:
    """A nested loop under qasync kills other coroutines for ever; only a drag may have one."""
    for name, tree, _ in EVERY:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if node.func.attr in ("exec", "exec_"):
                    assert called == "drag.exec", f"{name}: {called}"
                assert not called.startswith("QMessageBox."), name


def test_that_time_is_never_naive_nor_asked_for_in_a_rule() -> None:
    for name, tree, _ in EVERY:
        if not is_in(name, "app.domain"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("datetime.now", "time.time", "date.today"), name


def test_that_every_module_says_what_it_is_for() -> None:
    for name, tree, path in EVERY:
        if path.name == "__init__.py" and not path.read_text("utf-8").strip():
            continue
        assert ast.get_docstring(tree), f"{name} has no first line"


def test_that_no_module_grows_without_end() -> None:
    long = {name: len(path.read_text("utf-8").splitlines()) for name, _, path in EVERY}
    assert not {name: lines for name, lines in long.items() if lines > 650}

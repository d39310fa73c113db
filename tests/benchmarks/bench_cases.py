"""`./zhishou bench cases`: a million cases searched, paged, filtered and added to.

Each figure stands beside plain SQL on the same data in the same run: what a program without an
index of words and without keyset pages would take.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.domain.draft import CaseDraft, Source
from app.domain.figures import RATES, Count, Counted, Facet, month_of
from app.domain.people import Role, Signed
from app.domain.workflow import CaseStatus
from app.services import cases, figures, intake, transfer
from app.services.sheets import write_workbook
from db.engine import open_engine
from db.schema import upgrade
from tests.benchmarks.many_cases import MORE, NOW, WHAT, WHERE, fill
from tests.benchmarks.scrolling import scroll
from tests.benchmarks.stage import percentiles

T = TypeVar("T")
SEARCHES = 200
SAVES = 200
EXPORTED = 100_000
IMPORTED = 50_000
TITLES = (
    "工单编号", "诉求内容", "事发地址", "所属区域", "来电人", "来电号码", "诉求类型", "来电时间",
    "经度", "纬度",
)  # fmt: skip
FIRST = 50
"""What a list shows at first sight."""


def measure(rows: int = 1_000_000, database: str = "") -> dict[str, Any]:
    """Milliseconds, except `fill_s`. `database`: an empty one; a SQLite file of its own if none."""
    with _desk(database) as desk:
        fill_s, _ = timed(lambda: desk.do_now(fill, rows, NOW))
        _analyse(desk)
        return {
            "rows": rows,
            "database": desk.engine.dialect.name,
            "fill_s": round(fill_s / 1000, 1),
            **measured(desk),
        }


def measured(desk: Desk) -> dict[str, Any]:
    """Every figure of a desk whose database is filled."""
    return {
        "search": _search(desk),
        "page": _page(desk),
        "filter": _filter(desk),
        "save_ms": _save(desk),
        "figures": _figures(desk),
        "alike_ms": _alike(desk),
        "export": _export(desk),
        "import": _import(desk),
        "scroll": scroll(desk),
    }


@contextmanager
def _desk(database: str) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="zhishou-bench-") as folder:
        engine = open_engine(database or f"sqlite:///{Path(folder) / 'cases.db'}")
        upgrade(engine)
        desk = Desk(engine, "bench", clock=lambda: NOW)
        desk.sign(Signed(1, "bench", Role.SHIFT_LEADER, "bench"))
        yield desk
        desk.close()


def _analyse(desk: Desk) -> None:
    with desk.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")


def _queries() -> list[str]:
    """Words of two characters, longer ones, single characters, parts of numbers and of phones."""
    dice = random.Random(200)
    found = []
    while len(found) < SEARCHES:
        source = dice.choice((*WHAT, *WHERE, *MORE))
        begin = dice.randrange(len(source))
        piece = source[begin : begin + dice.choice((1, 2, 2, 2, 3, 4))]
        kind = dice.random()
        if kind < 0.6:
            found.append(piece)
        elif kind < 0.75:
            found.append(f"{dice.randint(1, 480)}号{dice.choice(WHERE)}")
        elif kind < 0.85:
            found.append(
                f"CG2025{dice.randint(10, 12)}{dice.randint(10, 28)}-00{dice.randint(100, 400)}"
            )
        elif kind < 0.95:
            found.append(f"{dice.randrange(10**5):05d}")
        else:
            found.append("没有这样的地方")
    return [one.strip("，、") or "占道" for one in found]


def _search(desk: Desk) -> dict[str, Any]:
    """The first fifty of each query, newest first, and the recall against LIKE."""
    ours, plain, missed = [], [], 0
    for place, typed in enumerate(_queries()):
        chosen = CaseFilter(text=typed)
        took, page = timed(
            lambda c=chosen: desk.ask_now(cases.page, c, "registered_at", True, None, FIRST)
        )
        ours.append(took)
        if place % 10 == 0:  # the peer takes a second each
            took, wanted = timed(lambda t=typed: _like(desk, t))
            plain.append(took)
            missed += wanted != [row.id for row in page.rows]
    return {
        "first_50_ms": {**percentiles(ours), "max": round(max(ours), 1)},
        "like_ms": {**percentiles(plain), "max": round(max(plain), 1)},
        "differs_from_like": missed,
        "ratio_of_medians": round(statistics.median(plain) / statistics.median(ours), 1),
    }


def _like(desk: Desk, typed: str) -> list[int]:
    """The peer: every field held against the pattern, the newest fifty."""
    fields = ("number", "address", "description", "caller", "phone")
    tests = " or ".join(f"lower({name}) like :typed" for name in fields)
    statement = text(
        f"select id from cases where {tests} order by registered_at desc, id desc limit {FIRST}"
    )
    with desk.engine.connect() as connection:
        return list(connection.scalars(statement, {"typed": f"%{typed.lower()}%"}))


def _page(desk: Desk) -> dict[str, Any]:
    """A page at the top, and one in the middle of all: by key, and by OFFSET as the peer does."""
    whole = CaseFilter()
    first, page = timed(lambda: desk.ask_now(cases.page, whole, "registered_at", True, None, 200))
    half = desk.ask_now(cases.count, whole) // 2
    middle = desk.ask_now(cases.rows, [half])[0]
    cursor = page.next._replace(value=middle.registered_at, id=middle.id) if page.next else None
    deep, _ = timed(lambda: desk.ask_now(cases.page, whole, "registered_at", True, cursor, 200))
    statement = text(
        f"select * from cases order by registered_at desc, id desc limit 200 offset {half}"
    )

    def skip() -> None:
        with desk.engine.connect() as connection:
            connection.execute(statement).all()

    offset, _ = timed(skip)
    return {
        "first_ms": round(first, 1),
        "middle_ms": round(deep, 1),
        "middle_by_offset_ms": round(offset, 1),
    }


def _filter(desk: Desk) -> dict[str, float]:
    """The first page and the total of filters as desks use them."""
    told = {}
    for name, chosen in (
        ("open", CaseFilter(open_only=True)),
        ("overdue", CaseFilter(overdue_at=NOW)),
        (
            "district_closed",
            CaseFilter(statuses=frozenset({CaseStatus.CLOSED}), districts=frozenset({"440106"})),
        ),
        ("district_text", CaseFilter(districts=frozenset({"440106"}), text="占道 门口")),
    ):
        page, _ = timed(
            lambda c=chosen: desk.ask_now(cases.page, c, "registered_at", True, None, 200)
        )
        count, _ = timed(lambda c=chosen: desk.ask_now(cases.count, c))
        told[f"{name}_page_ms"], told[f"{name}_count_ms"] = round(page, 1), round(count, 1)
    return told


def _figures(desk: Desk) -> dict[str, float]:
    """A month's report, the longest that a number takes to open its list, and a plain pivot."""
    month = month_of(NOW.year, NOW.month - 1) if NOW.month > 1 else month_of(NOW.year - 1, 12)
    report, told = timed(lambda: desk.ask_now(figures.report, month, Facet.DISTRICT))
    assert not told.wrong
    opened = []
    for rate in RATES:
        for what in (rate.above, rate.below):
            chosen = CaseFilter(counted=Counted(what, month))
            opened.append(
                timed(
                    lambda c=chosen: desk.ask_now(cases.page, c, "registered_at", True, None, 200)
                )[0]
            )
    statement = text(
        "select district, kind, category_code, count(*) from cases"
        " where registered_at >= :begins and registered_at < :ends group by 1, 2, 3"
    )

    def plain() -> None:
        with desk.engine.connect() as connection:
            span = {"begins": str(month.begins), "ends": str(month.ends)}
            connection.execute(statement, span).all()

    by = [Facet.DISTRICT, Facet.CATEGORY]
    pivot, _ = timed(lambda: desk.ask_now(figures.grouped, Count.REGISTERED, month, by))
    hot, _ = timed(lambda: desk.ask_now(figures.trouble, month))
    return {
        "report_ms": round(report, 1),
        "list_opened_ms_worst": round(max(opened), 1),
        "pivot_ms": round(pivot, 1),
        "pivot_plain_sql_ms": round(timed(plain)[0], 1),
        "hot_ms": round(hot, 1),
    }


def _alike(desk: Desk) -> dict[str, float]:
    """How long the hint of cases that may be the same takes, with a place and without one."""
    entry, took = desk.ask_now(cases.catalogue)[0], []
    dice = random.Random(5)
    for n in range(100):
        placed = n % 2 == 0
        draft = CaseDraft(
            f"alike-{n}", entry.kind.value, entry.full_code, "人行道破损，行人绊倒",
            f"天河区{dice.choice(WHERE)}", "440106",
            lon=113.2 + dice.random() / 5 if placed else None,
            lat=23.05 + dice.random() / 5 if placed else None,
        )  # fmt: skip
        took.append(timed(lambda d=draft: desk.ask_now(cases.alike, d))[0])
    return {**percentiles(took), "max": round(max(took), 1)}


def _export(desk: Desk) -> dict[str, float]:
    """Seconds for a hundred thousand cases, or all if there are fewer."""
    newest = desk.ask_now(cases.count, CaseFilter())
    begins = NOW - timedelta(days=365 * 3)
    while desk.ask_now(cases.count, CaseFilter(registered_from=begins)) > EXPORTED:
        begins += timedelta(days=7)
    chosen = CaseFilter(registered_from=begins)
    told: dict[str, float] = {"rows": min(newest, desk.ask_now(cases.count, chosen))}
    with tempfile.TemporaryDirectory(prefix="zhishou-bench-") as folder:
        for suffix in ("xlsx", "csv", "geojson"):
            out = Path(folder) / f"cases.{suffix}"
            took, _ = timed(lambda o=out: desk.ask_now(transfer.export_cases, o, chosen))
            told[f"{suffix}_s"] = round(took / 1000, 1)
    return told


def _import(desk: Desk) -> dict[str, float]:
    """Seconds for 50 000 orders of 20 columns: a trial, and the writing, into all that is there."""
    titles = [*TITLES, *(f"备注{n}" for n in range(20 - len(TITLES)))]
    rows = (
        [
            str(10**17 + n), "人行道破损，行人绊倒", f"{WHERE[n % len(WHERE)]}{n % 400}号",
            "天河区", "陈先生", "13800138000", "占道经营", "2025-11-01 08:30", "113.32", "23.13",
            *["第二联"] * (20 - len(TITLES)),
        ]
        for n in range(IMPORTED)
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="zhishou-bench-") as folder:
        file = Path(folder) / "12345.xlsx"
        write_workbook(file, titles, rows)

        def try_out() -> tuple[intake.Plan, intake.Outcome]:
            sheet, preset = intake.read_file(file, [])
            plan = intake.plan(file.name, sheet, preset, desk.ask_now(intake.terms))
            return plan, desk.ask_now(intake.judge, plan)

        trial, (plan, told) = timed(try_out)
    assert told.added == IMPORTED, told.refused[:3]
    numbers, _ = desk.do_now(intake.reserve, told.added)
    write, (outcome, _) = timed(lambda: desk.do_now(intake.carry_out, plan, numbers))
    undo, _ = timed(lambda: desk.do_now(intake.undo, outcome.batch or 0))
    return {
        "rows": IMPORTED,
        "trial_s": round(trial / 1000, 1),
        "write_s": round(write / 1000, 1),
        "undo_s": round(undo / 1000, 1),
    }


def _save(desk: Desk) -> dict[str, float]:
    """One case registered after the other."""
    took = []
    entry = desk.ask_now(cases.catalogue)[0]
    for n in range(SAVES):
        draft = CaseDraft(
            f"bench-{n}", entry.kind.value, entry.full_code, f"实测第 {n} 宗，人行道破损",
            "天河区体育西路 1 号", "440106", lon=113.32, lat=23.13, source=Source.PATROL,
        )  # fmt: skip
        took.append(timed(lambda d=draft: desk.do_now(cases.register, d))[0])
    return {**percentiles(took), "max": round(max(took), 1)}


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds, and what came of it."""
    begun = time.perf_counter()
    result = work()
    return (time.perf_counter() - begun) * 1000, result

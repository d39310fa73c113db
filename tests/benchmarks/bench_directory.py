"""`./zhishou bench directory`: ten thousand cameras in from a workbook, and found again."""

from __future__ import annotations

import csv
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.demo.lists import TITLES, camera_rows
from app.desk import Desk
from app.domain.network import Networks
from app.domain.people import Role, Signed
from app.secrets import Seal
from app.services import directory
from app.services.sheets import write_workbook
from db.engine import open_engine
from db.schema import upgrade

SEARCHES = ("体育", "tyx", "tianhelu", "4401060008", "gongjiaozhan", "没有这样的点位")


def measure(cameras: int = 10_000) -> dict[str, Any]:
    """Seconds; `sql_s` is the peer: a CSV of the same rows read and inserted by plain sqlite3."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        rows = camera_rows(cameras)
        file = home / "cameras.xlsx"
        write_workbook(file, TITLES, rows)
        engine = open_engine(f"sqlite:///{home / 'zhishou.db'}")
        upgrade(engine)
        desk = Desk(engine, "bench")
        desk.sign(Signed(1, "bench", Role.ADMINISTRATOR, "bench"))
        seal = Seal(home)

        def bring(dry: bool) -> directory.Outcome:
            sheet, mapping = directory.read_file(file)
            made = directory.plan(sheet, mapping, Networks())
            return desk.do_now(directory.carry_out, made, seal.seal, seal.open, dry)[0]

        dry_s, _ = timed(lambda: bring(True))
        import_s, first = timed(lambda: bring(False))
        again_s, second = timed(lambda: bring(False))
        assert (first.added, second.same) == (cameras, cameras)
        search = _search(desk)
        sql_s = _plain(rows, home)
        desk.close()
    return {
        "cameras": cameras,
        "dry_run_s": round(dry_s, 2),
        "import_s": round(import_s, 2),
        "again_s": round(again_s, 2),
        "sql_s": round(sql_s, 2),
        "import_ratio": round(import_s / sql_s, 1),
        **search,
    }


def _search(desk: Desk) -> dict[str, float]:
    """From the last key to the filled tree, on the real widget, in milliseconds."""
    from PySide6.QtWidgets import QApplication

    from ui.video.camera_tree import CameraTree

    application = QApplication.instance() or QApplication([])
    tree = CameraTree()
    tree.resize(300, 900)
    tree.show()
    seen = desk.ask_now(directory.view)
    build_s, _ = timed(lambda: tree.put(seen))
    spent = []
    for typed in SEARCHES * 3:
        tree.search.setText(typed)

        def find() -> None:
            tree._typing.stop()
            tree._show()
            application.processEvents()

        spent.append(timed(find)[0] * 1000)
    return {
        "tree_ms": round(build_s * 1000, 1),
        "search_ms_median": round(statistics.median(spent), 1),
        "search_ms_max": round(max(spent), 1),
    }


def _plain(rows: list[list[str]], home: Path) -> float:
    file = home / "plain.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    connection = sqlite3.connect(home / "plain.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    marks = ",".join("?" * len(TITLES))
    connection.execute(f"create table camera ({','.join(f'c{n}' for n in range(len(TITLES)))})")
    connection.execute("create unique index camera_code on camera (c1)")

    def insert() -> None:
        with file.open(encoding="utf-8", newline="") as told:
            connection.executemany(f"insert into camera values ({marks})", csv.reader(told))
        connection.commit()

    spent, _ = timed(insert)
    connection.close()
    return spent


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that the work took, and what it gave."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result

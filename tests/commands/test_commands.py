"""The command line, as a person runs it: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from app import sidecar
from app.demo.loops import Shape, encode, film_pictures
from app.demo.rtsp import RtspServer, Served
from app.domain.camera import with_credentials
from app.domain.deadline import CITY
from app.services.sheets import read_sheet
from tests.conftest import SHARED, execute
from tests.services.test_sidecar import taken

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "Kapok-2026"


class Shell:
    """Runs `zhishou` with a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        told = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "ZHISHOU_HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
            "ZHISHOU_PASSWORD": PASSWORD,
            "QT_QPA_PLATFORM": "offscreen",
            **environment,
        }
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "app", *words],
            env=told,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )


@pytest.fixture
def zhishou(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.parametrize("command", [("demo", "--minutes", "0.01"), ("selftest",)])
def test_that_demo_and_selftest_keep_their_hands_off_a_real_database(
    zhishou: Shell, tmp_path: Path, command: tuple[str, ...]
) -> None:
    zhishou("init", "--admin", "chen")
    rows = tmp_path / "cameras.csv"
    rows.write_text(
        "code,name,lon,lat,main_url\nC1,路口,113.3,23.1,rtsp://10.0.0.1/m\n", encoding="utf-8"
    )
    told = zhishou("import", "cameras", str(rows), "--as", "chen", "--json")
    assert json.loads(told.stdout)["added"] == 1, told.stderr
    url = f"sqlite:///{tmp_path / 'zhishou.db'}"
    told = zhishou(*command, "--database", url)
    assert told.returncode == 1
    assert "真实数据" in told.stderr + told.stdout
    assert execute(url, "select main_url from camera") == [("rtsp://10.0.0.1/m",)]
    assert execute(url, "select count(*) from person") == [(1,)]


def test_that_help_speaks_both_languages(zhishou: Shell) -> None:
    told = zhishou("--help").stdout
    for word in ("值守", "Without a command", "demo", "selftest", "doctor", "bench"):
        assert word in told


def test_that_an_account_made_by_init_imports_and_exports(zhishou: Shell, tmp_path: Path) -> None:
    assert zhishou("init", "--admin", "chen").returncode == 0
    again = zhishou("init", "--admin", "chen")
    assert (again.returncode, "已经有账号" in again.stderr) == (1, True)
    made = zhishou(
        "account", "lin", "--role", "dispatcher", "--name", "林某", "--number", "ZS001",
        "--as", "chen", ZHISHOU_NEW_PASSWORD=PASSWORD,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    rows = tmp_path / "in.csv"
    rows.write_text(
        "subcategory,description,address,district\n占道经营,人行道摆卖,天河区某路,440106\n",
        encoding="utf-8",
    )
    told = zhishou("import", "cases", str(rows), "--as", "lin", "--json")
    assert json.loads(told.stdout)["added"] == 1, told.stderr
    out = tmp_path / "out.geojson"
    told = zhishou("export", "cases", "--out", str(out), "--as", "lin", "--json")
    assert json.loads(told.stdout)["rows"] == 1
    wrong = zhishou("export", "cases", "--out", str(out), "--as", "lin", ZHISHOU_PASSWORD="no")
    assert (wrong.returncode, wrong.stderr) == (1, "zhishou: 账号或密码不对\n")


def test_that_cases_are_found_counted_and_taken_out(zhishou: Shell, tmp_path: Path) -> None:
    zhishou("init", "--admin", "chen")
    zhishou(
        "account", "lin", "--role", "dispatcher", "--name", "林某", "--number", "ZS001",
        "--as", "chen", ZHISHOU_NEW_PASSWORD=PASSWORD,
    )  # fmt: skip
    rows = tmp_path / "in.csv"
    rows.write_text(
        "工单编号,小类,问题描述,地址,区\n"
        "A1,占道经营,人行道摆卖,天河区某路,天河区\n"
        "A2,占道经营,路口占道,越秀区某路,越秀区\n"
        "A3,暴露垃圾,=垃圾满溢两天,天河区某街,天河区\n",
        encoding="utf-8",
    )
    told = zhishou("import", "cases", str(rows), "--as", "lin", "--json")
    assert json.loads(told.stdout)["added"] == 3, told.stderr
    seen = json.loads(zhishou("cases", "search", "垃圾", "--as", "lin", "--json").stdout)
    assert [one["description"] for one in seen] == ["=垃圾满溢两天"]
    assert set(seen[0]) == {"id", "number", "address", "description"}

    today = datetime.now(CITY).date().isoformat()
    words = ("stats", "--from", today, "--to", today, "--as", "lin", "--json")
    told = json.loads(zhishou(*words, "--by", "district,category").stdout)
    assert told["total"] == 3
    groups = {one["key"]: one["count"] for one in told["groups"]}
    assert sum(groups.values()) == 3
    assert groups["440106,event:01"] == 1
    told = json.loads(zhishou(*words).stdout)
    assert told["groups"] == []
    assert {one["key"] for one in told["rates"]} >= {"closing", "closing_in_time"}
    wrong = zhishou(*words, "--by", "colour")
    assert (wrong.returncode, "district" in wrong.stderr) == (1, True)

    out = tmp_path / "out.xlsx"
    words = ("export", "cases", "--out", str(out), "--as", "lin", "--district", "天河区")
    told = zhishou(*words, "--from", today, "--json")
    assert json.loads(told.stdout)["rows"] == 2, told.stderr
    sheet = read_sheet(out)
    assert sheet.titles[:3] == ["编号", "来文编号", "状态"]
    described = sheet.titles.index("问题描述")
    assert sorted(cells[described] for _, cells in sheet.rows) == ["=垃圾满溢两天", "人行道摆卖"]
    assert {cells[sheet.titles.index("区")] for _, cells in sheet.rows} == {"天河区"}


def test_that_a_watched_folder_brings_in_what_is_laid_there(zhishou: Shell, tmp_path: Path) -> None:
    zhishou("init", "--admin", "chen")
    zhishou(
        "account", "lin", "--role", "dispatcher", "--name", "林某", "--number", "ZS001",
        "--as", "chen", ZHISHOU_NEW_PASSWORD=PASSWORD,
    )  # fmt: skip
    folder = tmp_path / "来文"
    folder.mkdir()
    rows = "工单编号,小类,问题描述,地址,区\nA1,占道经营,人行道摆卖,某路,天河区\n"
    rows += "A2,没有的,x,某路,天河区\n"
    good, bad, fresh = folder / "a.csv", folder / "b.xlsx", folder / "c.csv"
    good.write_text(rows, "utf-8")
    bad.write_bytes(b"no workbook")
    fresh.write_text(rows, "utf-8")
    for file in (good, bad):
        os.utime(file, (time.time() - 60, time.time() - 60))
    os.utime(fresh, (time.time() + 60, time.time() + 60))  # it is still being copied
    words = ("import", "watch", str(folder), "--as", "lin", "--once", "--json")
    told = [json.loads(line) for line in zhishou(*words).stdout.splitlines()]
    assert [(one["file"], one.get("added")) for one in told] == [("a.csv", 1), ("b.xlsx", None)]
    assert len(told[0]["refused"]) > 0
    assert [file.name for file in folder.glob("*.*")] == ["c.csv"]
    done = sorted(file.name.partition("-a.csv")[2] for file in (folder / "已导入").iterdir())
    assert done == ["", "-未收行.xlsx", ".json"]
    (why,) = (folder / "未能导入").glob("*.txt")
    assert "xlsx" in why.read_text("utf-8")
    os.utime(fresh, (time.time() - 60, time.time() - 60))
    told = [json.loads(line) for line in zhishou(*words).stdout.splitlines()]
    assert [(one["added"], one["same"]) for one in told] == [(0, 1)], "the same order never twice"
    wrong = zhishou("import", "watch", str(folder / "none"), "--as", "lin", "--once")
    assert (wrong.returncode, "没有这个目录" in wrong.stderr) == (1, True)


def test_that_a_report_whose_total_nobody_added_up_is_told(zhishou: Shell, tmp_path: Path) -> None:
    rows = tmp_path / "report.csv"
    rows.write_text('区,任务数,完成数\n甲,"7,000",10\n乙,5102,20\n合计,12120,30\n', "utf-8")
    told = zhishou("sums", str(rows), "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout) == {
        "rows": 2,
        "differences": [{"column": "任务数", "added": 12102, "printed": 12120}],
    }
    rows.write_text("区,任务数\n甲,7000\n合计,7000\n", "utf-8")
    assert zhishou("sums", str(rows)).returncode == 0
    rows.write_text("区,任务数\n甲,7000\n合计,7000宗\n", "utf-8")
    assert "任务数" in zhishou("sums", str(rows)).stderr, "a total that was not added is not right"
    rows.write_text("区,任务数\n甲,7000\n", "utf-8")
    assert "合计" in zhishou("sums", str(rows)).stderr


def test_that_options_before_the_command_hold_for_it(zhishou: Shell, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other' / 'a.db'}"
    told = zhishou("--database", url, "init", "--admin", "chen")
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "other" / "a.db").exists()
    assert not (tmp_path / "zhishou.db").exists()
    assert (tmp_path / "other" / "a.db").stat().st_mode & 0o077 == 0  # its owner's alone
    told = zhishou("--lang", "en", "init", "--admin", "x", ZHISHOU_PASSWORD="short")
    assert told.stderr == "zhishou: A password has at least 8 characters\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("init", "--admin", "x", "--database", "sqlite:////proc/x.db"), "数据库"),
        (("init", "--admin", "x", "--database", "postgresql://u@127.0.0.1:9/x"), "数据库打不开"),
        (("doctor", "--database", "postgresql://u@127.0.0.1:9/x"), "数据库打不开"),
    ],
)
def test_that_a_database_that_is_not_there_is_one_sentence(
    zhishou: Shell, words: tuple[str, ...], said: str
) -> None:
    told = zhishou(*words)
    assert told.returncode == 1
    assert said in told.stderr + told.stdout
    assert "Traceback" not in told.stderr


def test_that_a_refusal_is_one_sentence_in_the_chosen_language(zhishou: Shell) -> None:
    told = zhishou("init", "--admin", "x", ZHISHOU_PASSWORD="short", ZHISHOU_LANG="en")
    assert told.returncode == 1
    assert told.stderr == "zhishou: A password has at least 8 characters\n"
    told = zhishou(ZHISHOU_DATABASE="mysql://x/y")
    assert told.returncode == 1
    assert "只支持" in told.stderr


def test_that_the_doctor_examines_everything_and_says_so_in_json(zhishou: Shell) -> None:
    told = zhishou("doctor", "--json")
    report = json.loads(told.stdout)
    names = [check["name"].split()[0] for check in report["checks"]]
    assert names == [
        "Python", "Qt", "中文字体", "libVLC", "H.264/H.265", "RTSP", "数据库", "磁盘", "时钟",
    ]  # fmt: skip
    assert report["ok"] is all(check["ok"] for check in report["checks"])
    assert told.returncode == (0 if report["ok"] else 1)
    lost = zhishou("doctor", "--json", ZHISHOU_DATABASE="mysql://x/y")
    bad = [check for check in json.loads(lost.stdout)["checks"] if not check["ok"]]
    assert lost.returncode == 1
    assert all(check["mend"] for check in bad)


@pytest.mark.video
def test_that_the_selftest_passes_and_names_each_step(zhishou: Shell) -> None:
    told = zhishou("selftest", "--json")
    report = json.loads(told.stdout)
    assert report["ok"], [step for step in report["steps"] if not step["ok"]]
    assert told.returncode == 0
    assert len(report["steps"]) == 18
    assert all({"name", "ok", "seconds", "detail"} == set(step) for step in report["steps"])


@pytest.mark.video
def test_that_the_selftest_fails_and_names_the_step_when_a_camera_is_not_there(
    zhishou: Shell,
) -> None:
    told = zhishou("selftest", "--json", "--camera", "rtsp://127.0.0.1:9/none")
    report = json.loads(told.stdout)
    assert told.returncode == 1
    assert not report["ok"]
    failed = [step["name"] for step in report["steps"] if not step["ok"]]
    assert failed == ["wall shows live pictures"]


@pytest.mark.video
def test_that_the_selftest_passes_on_other_peoples_pictures(zhishou: Shell, tmp_path: Path) -> None:
    film = SHARED / "video" / "street-walkers.mp4"
    if not film.exists():
        pytest.skip("street-walkers.mp4 is not beside the project")
    loop = tmp_path / "walkers.h264"
    encode(film_pictures(film, 8), [(loop, Shape(480, 360, 800, 25))])
    stream = Served("/walkers", str(loop), user="viewer", password="p:ss/w@rd")
    with RtspServer([stream]) as server:
        url = with_credentials(server.url(stream), "viewer", "p:ss/w@rd")
        told = zhishou("selftest", "--json", "--camera", url)
    report = json.loads(told.stdout)
    assert report["ok"], [step for step in report["steps"] if not step["ok"]]
    for form in ("p:ss/w@rd", quote("p:ss/w@rd", safe="")):
        assert form not in told.stdout + told.stderr


def test_that_changed_evidence_is_named_and_fails_the_command(
    zhishou: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    for number in range(3):
        sidecar.write(folder, taken(folder, number))
    whole = zhishou("evidence", "verify", "--json")
    assert (whole.returncode, json.loads(whole.stdout)) == (0, {"checked": 3, "changed": []})
    spoilt = folder / "2026" / "03" / "1.jpg"
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"\0")
    told = zhishou("evidence", "verify", str(folder), "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout) == {"checked": 3, "changed": ["2026/03/1.jpg"]}
    nowhere = zhishou("evidence", "verify", str(tmp_path / "none"))
    assert nowhere.returncode == 1
    assert "没有证据目录" in nowhere.stderr

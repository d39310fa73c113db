"""Whether two reports are of one problem, on pairs that people judged."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.duplicates import FAR_M, LATE, LIKELY, Report, alike, score
from app.domain.place import away
from tests.builders import NOON
from tests.conftest import SHARED

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HERE, WRONG = "天河区体育西路1号", "人行道上有摊贩摆卖水果"
STALL = Report("event:04", "event:0401", 113.3200, 23.1300, NOON, HERE, WRONG)


def other(
    metres: float = 0.0,
    after: timedelta = HOUR,
    kind: str = "event:0401",
    text: str = WRONG,
    placed: bool = True,
    address: str = HERE,
) -> Report:
    lon = STALL.lon + metres / 102_500 if placed and STALL.lon else None
    lat = STALL.lat if placed else None
    half, _, code = kind.partition(":")
    return Report(f"{half}:{code[:2]}", kind, lon, lat, NOON + after, address, text)


SAME = [
    other(),
    other(30, DAY, text="门口有人摆摊卖水果占道"),
    other(80, 2 * HOUR, text="人行道摊贩摆卖，行人走不过去", address="体育西路地铁口"),
    other(20, 6 * DAY, text="摊贩又来摆卖"),
    other(10, HOUR, "event:0402", text="店外摆卖水果，人行道被占"),
    other(placed=False, after=DAY, text="人行道上摊贩摆卖水果，请处理", address="体育西路1号"),
    other(120, HOUR, address="天河区体育西路 3 号"),
]
DIFFERENT = [
    other(20, HOUR, "component:0101", text="井盖破损，车辆经过有响声"),
    other(280, 10 * DAY, text="流动摊贩占道", address="天河直街"),
    other(900, HOUR, address="天河区体育东路 20 号"),
    other(10, 50 * DAY, "event:0301", text="工地夜间施工噪音扰民"),
    other(placed=False, after=20 * DAY, text="有人发小广告", address="广州大道中"),
    other(40, 40 * DAY, "event:0201", text="广告招牌破损，有坠落危险", address="路口"),
]


@pytest.mark.parametrize("report", SAME)
def test_that_the_same_is_found(report: Report) -> None:
    assert score(STALL, report) >= LIKELY


@pytest.mark.parametrize("report", DIFFERENT)
def test_that_something_else_is_not_called_the_same(report: Report) -> None:
    assert score(STALL, report) < LIKELY


@given(st.text(max_size=40), st.text(max_size=40))
def test_that_likeness_has_no_direction_and_stays_within_its_bounds(one: str, two: str) -> None:
    assert alike(one, two) == alike(two, one)
    assert 0 <= alike(one, two) <= 1
    report = STALL._replace(text=one)
    assert score(report, STALL) == score(STALL, report)
    assert 0 <= score(report, STALL) <= 100


FOLDER = Path(__file__).parent
PRECISION, RECALL = 0.8, 0.9


def judged(table: str) -> list[tuple[bool, float]]:
    """Whether each pair is one problem, by reading it, and its score."""
    lines = (FOLDER / table).read_text("utf-8").splitlines()
    told = []
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        placed = row["metres"] != ""
        lon = 113.32 + float(row["metres"]) / 102_500 if placed else None
        one = Report(
            row["kind"][:-2], row["kind"], 113.32, 23.13, NOON, row["address"], row["text"]
        )
        two = Report(
            row["other_kind"][:-2], row["other_kind"], lon, 23.13 if placed else None,
            NOON + timedelta(hours=float(row["hours"])), row["other_address"], row["other_text"],
        )  # fmt: skip
        told.append((row["same"] == "1", score(one, two)))
    return told


def rates(told: list[tuple[bool, float]]) -> tuple[float, float]:
    """Precision and recall of what is hinted at."""
    hinted = [same for same, points in told if points >= LIKELY]
    really = [points for same, points in told if same]
    return sum(hinted) / len(hinted), sum(points >= LIKELY for points in really) / len(really)


@pytest.mark.parametrize(
    ("table", "pairs"), [("duplicate_pairs.csv", 60), ("duplicate_pairs_apart.csv", 40)]
)
def test_that_hints_are_right_and_miss_little(table: str, pairs: int) -> None:
    told = judged(table)
    assert len(told) == pairs
    precision, recall = rates(told)
    assert precision >= PRECISION
    assert recall >= RECALL


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not there")
def test_that_what_a_real_office_closed_as_told_before_is_hinted_at() -> None:
    """New York closed 22 of these requests because it had "received an earlier complaint". Of some
    the earlier one is of another agency or another season and not in the file: those that have one
    of the last weeks in the neighbourhood are judged.
    """
    with (SHARED / "cases" / "nyc311_animal_5895.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    reports = [request(row) for row in rows]
    found = []
    for row, report in zip(rows, reports, strict=True):
        if "received an earlier complaint" not in row["Resolution Description"]:
            continue
        before = [one for one in reports if one is not report and is_just_before(one, report)]
        if before:
            found.append(max(score(report, one) for one in before) >= LIKELY)
    assert len(found) >= 18
    assert sum(found) / len(found) >= RECALL


def is_just_before(one: Report, report: Report) -> bool:
    if not report.at - LATE <= one.at <= report.at or one.lon is None or report.lon is None:
        return False
    return away(one.lon, one.lat or 0.0, (report.lon, report.lat or 0.0)) <= FAR_M


def request(row: dict[str, str]) -> Report:
    at = datetime.strptime(row["Created Date"], "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
    lon, lat = (float(row[name]) if row[name] else None for name in ("Longitude", "Latitude"))
    kind = f"event:{row['Complaint Type']}"
    place, text = row["Incident Address"], row["Descriptor"]
    return Report(kind, f"{kind}{text}", lon, lat, at, place, text)

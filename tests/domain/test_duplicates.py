"""Whether two reports are of one problem, on pairs that people judged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.duplicates import LIKELY, Report, alike, score
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STALL = Report(
    "event:04", "event:0401", 113.3200, 23.1300, NOON, "天河区体育西路1号 人行道上有摊贩摆卖水果"
)


def other(
    metres: float = 0.0,
    after: timedelta = HOUR,
    kind: str = "event:0401",
    text: str = STALL.text,
    placed: bool = True,
) -> Report:
    lon = STALL.lon + metres / 102_500 if placed and STALL.lon else None
    lat = STALL.lat if placed else None
    half, _, code = kind.partition(":")
    return Report(f"{half}:{code[:2]}", kind, lon, lat, NOON + after, text)


SAME = [
    other(),
    other(30, DAY, text="体育西路1号门口有人摆摊卖水果占道"),
    other(80, 2 * HOUR, text="体育西路地铁口人行道摊贩摆卖，行人走不过去"),
    other(20, 6 * DAY, text="天河区体育西路1号 摊贩又来摆卖"),
    other(10, HOUR, "event:0402", text="体育西路1号 店外摆卖水果，人行道被占"),
    other(placed=False, after=DAY, text="体育西路1号人行道上摊贩摆卖水果，请处理"),
    other(120, HOUR, text="天河区体育西路 3 号 人行道上有摊贩摆卖水果"),
]
DIFFERENT = [
    other(20, HOUR, "component:0101", text="体育西路1号 井盖破损，车辆经过有响声"),
    other(280, 10 * DAY, text="天河直街 流动摊贩占道"),
    other(900, HOUR, text="天河区体育东路 20 号 人行道上有摊贩摆卖水果"),
    other(10, 50 * DAY, "event:0301", text="工地夜间施工噪音扰民"),
    other(placed=False, after=20 * DAY, text="广州大道中有人发小广告"),
    other(40, 40 * DAY, "event:0201", text="路口广告招牌破损，有坠落危险"),
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

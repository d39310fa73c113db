"""The Open311 endpoint, asked over a real socket."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from app.commands.open311 import Endpoint, read_query
from app.desk import Desk
from app.domain.case import Order
from app.domain.people import Role
from app.domain.workflow import Action
from app.services import cases
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk

KEY = "sixteen characters"


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk(Role.SHIFT_LEADER)


@pytest.fixture
def endpoint(desk: Desk) -> Iterator[Endpoint]:
    with Endpoint("127.0.0.1", 0, KEY, desk.ask_now) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def get(server: Endpoint, path: str, key: str = KEY, **asked: object) -> tuple[int, bytes]:
    query = urlencode({"api_key": key, **asked})
    url = f"http://127.0.0.1:{server.server_address[1]}/{path}?{query}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def told(server: Endpoint, path: str, **asked: object) -> list[dict[str, Any]]:
    status, body = get(server, path, **asked)
    assert status == 200, body
    return list(json.loads(body))


def test_that_requests_are_told_without_who_called(
    endpoint: Endpoint, desk: Desk, clock: FakeClock
) -> None:
    first, _ = desk.do_now(cases.register, draft(caller="陈某", phone="13800138000"))
    clock.go_on(hours=1)
    desk.do_now(cases.register, draft(description="路灯 <不> 亮 & 两天"))
    clock.go_on(hours=1)
    desk.do_now(cases.advance, first, Action.VOID, Order("重复"))
    seen = told(endpoint, "requests.json")
    assert [one["status"] for one in seen] == ["open", "closed"]
    assert seen[0]["requested_datetime"].endswith("+08:00")
    assert seen[0]["service_code"] == "event-0401"
    _, body = get(endpoint, "requests.json")
    assert "陈某".encode() not in body
    assert b"13800138000" not in body
    assert [one["status"] for one in told(endpoint, "requests.json", status="closed")] == ["closed"]
    since = (clock.now - timedelta(minutes=5)).isoformat()
    changed = told(endpoint, "requests.json", updated_after=since)
    assert [one["status"] for one in changed] == ["closed"], "changed since then"
    number = seen[1]["service_request_id"]
    assert told(endpoint, f"requests/{number}.json")[0]["service_request_id"] == number
    _, body = get(endpoint, "requests.xml")
    tree = ElementTree.fromstring(body)
    assert (tree.tag, len(tree)) == ("service_requests", 2)
    assert tree[0].findtext("description") == "路灯 <不> 亮 & 两天"


def test_that_pages_follow_one_another(endpoint: Endpoint, desk: Desk, clock: FakeClock) -> None:
    for _ in range(5):
        desk.do_now(cases.register, draft())
        clock.go_on(seconds=10)
    pages = [told(endpoint, "requests.json", page=n, page_size=2) for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    numbers = [one["service_request_id"] for page in pages for one in page]
    assert numbers == sorted(numbers, reverse=True)
    clock.go_on(days=91)
    assert told(endpoint, "requests.json") == [], "ninety days, unless it is asked for more"
    services = told(endpoint, "services.json")
    assert {one["service_code"] for one in services} >= {"event-0401"}
    assert len(told(endpoint, "services/event-0401.json")) == 1


@pytest.mark.parametrize(
    ("path", "key", "asked", "status"),
    [
        ("requests.json", "wrong", {}, 403),
        ("requests.json", "", {}, 403),
        ("requests/none.json", KEY, {}, 404),
        ("other.json", KEY, {}, 404),
        ("requests.json", KEY, {"page_size": 5000}, 400),
        ("requests.json", KEY, {"page": "x"}, 400),
        ("requests.json", KEY, {"page": 10**6, "page_size": 1}, 400),
        ("requests.json", KEY, {"end_date": "0001-01-01T00:00:00Z"}, 400),
        ("requests.json", KEY, {"start_date": "2026-11-25"}, 400),
        ("requests.xml", KEY, {"status": "lost"}, 400),
    ],
)
def test_that_a_wrong_question_is_an_error_of_the_specification(
    endpoint: Endpoint, path: str, key: str, asked: dict[str, object], status: int
) -> None:
    code, body = get(endpoint, path, key, **asked)
    assert code == status
    if path.endswith("xml"):
        assert ElementTree.fromstring(body).findtext("error/code") == str(status)
    else:
        assert json.loads(body)[0]["code"] == status


def test_that_a_time_wants_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        read_query({"start_date": "2026-11-25T08:00:00"})
    assert read_query({"start_date": "2026-11-25T00:00:00Z"}).start_date is not None

"""Smaller rules: drafts, catalogue, places, people, cameras, roster, handover."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.camera import check_url, redact, with_credentials
from app.domain.catalogue import search
from app.domain.draft import CaseDraft
from app.domain.errors import Refusal
from app.domain.handover import Handover, LogEntry, LogKind
from app.domain.people import Person, Role, password_problems
from app.domain.place import guess_district, read_address
from app.domain.roster import (
    RequestKind,
    RosterRequest,
    Shift,
    check_rest,
    shift_at,
    shift_span,
)
from app.resources import districts, subdistricts, table
from tests.builders import NOON, STALLS, draft, somebody


def test_that_all_that_is_wrong_is_told_at_once_in_the_forms_order() -> None:
    wrong = [problem.field for problem in CaseDraft(uid="x", phone="12a", lon=1.0).problems()]
    assert wrong == ["subcategory", "address", "district", "position", "description", "phone"]
    assert not draft().problems()


@pytest.mark.parametrize("cell", ["123", "12345678901234x"])
def test_that_a_grid_cell_has_fifteen_digits(cell: str) -> None:
    assert [p.field for p in draft(grid_cell=cell).problems()] == ["grid_cell"]


@pytest.mark.parametrize("typed", ["zdjy", "ZDJY", "占道", "0401", "04", "经营", "街面"])
def test_that_a_category_is_found_by_code_name_or_initials(typed: str) -> None:
    assert search([STALLS], typed) == [STALLS]


def test_that_the_exact_code_comes_first_and_nonsense_finds_nothing() -> None:
    assert search([STALLS], "") == [STALLS]
    assert search([STALLS], "xyz") == []


def test_that_the_shipped_catalogue_has_the_contracts_four_fields() -> None:
    rows = list(table("catalogue/default.csv"))
    names = {row["category"] for row in rows if row["kind"] == "event"}
    assert {"市容环境", "街面秩序", "施工管理", "宣传广告"} <= names
    codes = [(row["kind"], row["category_code"], row["code"]) for row in rows]
    assert len(codes) == len(set(codes)) == 63


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(113.3215, 23.1315, "440106"), (113.5330, 22.7960, "440115"), (113.586, 23.547, "440117")],
)
def test_that_a_place_is_proposed_a_district(lon: float, lat: float, code: str) -> None:
    guess = guess_district(districts(), lon, lat)
    assert guess is not None
    assert guess.district == code


def test_that_near_a_border_the_proposal_is_unsure_and_outside_there_is_none() -> None:
    lon, lat = districts()[0].rings[0][0]
    near = [
        guess_district(districts(), lon + dx, lat + dy)
        for dx in (-1e-3, 1e-3)
        for dy in (-1e-3, 1e-3)
    ]
    assert any(guess is not None and not guess.sure for guess in near)
    assert guess_district(districts(), 116.4, 39.9) is None


@pytest.mark.parametrize(
    ("address", "district", "subdistrict"),
    [
        ("天河区石牌街道龙口东路 3 号", "440106", "石牌街道"),
        ("石牌街道龙口东路 3 号", "440106", "石牌街道"),
        ("荔湾区某路", "440103", ""),
        ("某路 1 号", "", ""),
    ],
)
def test_that_an_address_tells_its_district_and_subdistrict(
    address: str, district: str, subdistrict: str
) -> None:
    found = read_address(address, districts(), subdistricts())
    names = {s.code: s.name for s in subdistricts()}
    assert (found[0], names.get(found[1], "")) == (district, subdistrict)


def test_that_the_fifth_wrong_password_locks_for_ten_minutes() -> None:
    person = Person("甲", "1", Role.OPERATOR, "岗")
    for _ in range(4):
        person.note_failure(NOON)
    assert not person.is_locked(NOON)
    person.note_failure(NOON)
    assert person.is_locked(NOON + timedelta(minutes=9, seconds=59))
    assert not person.is_locked(NOON + timedelta(minutes=10))
    person.note_success()
    assert (person.failures, person.locked_until) == (0, None)


@pytest.mark.parametrize(
    ("password", "count"), [("Abc-1234", 0), ("abc", 2), ("abcdefgh", 1), ("Jia-12345", 1)]
)
def test_that_a_weak_password_is_refused(password: str, count: int) -> None:
    assert len(password_problems(password, "jia")) == count


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://x/a",
        "concat:a|b",
        "rtsp://",
        "rtsp://u:p@host/x",
        "screen://",
        "rtsp://10.1.2.3:55x4/sub",
        "rtsp://10..1/sub",
        "rtsp://[10.1.2.3]/x",
        "rtsp://h:99999/x",
    ],
)
def test_that_only_a_plain_rtsp_address_is_taken(url: str) -> None:
    with pytest.raises(Refusal):
        check_url(url)


def test_that_credentials_go_in_escaped_and_never_come_out() -> None:
    url = with_credentials("rtsp://10.0.0.1:554/sub", "a@b", "p:/w")
    assert url == "rtsp://a%40b:p%3A%2Fw@10.0.0.1:554/sub"
    assert with_credentials("rtsp://h/x", "", "") == "rtsp://h/x"
    assert redact(f"cannot open {url}: 401") == "cannot open rtsp://***@10.0.0.1:554/sub: 401"


@pytest.mark.parametrize(
    ("utc", "day", "shift"),
    [
        ("2026-03-04 00:00", "2026-03-04", Shift.EARLY),
        ("2026-03-03 23:59", "2026-03-04", Shift.NIGHT),
        ("2026-03-04 08:00", "2026-03-04", Shift.LATE),
        ("2026-03-04 16:00", "2026-03-05", Shift.NIGHT),
    ],
)
def test_that_the_shift_is_the_citys_not_the_servers(utc: str, day: str, shift: Shift) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert shift_at(at) == (date.fromisoformat(day), shift)
    begins, ends = shift_span(*shift_at(at))
    assert begins <= at < ends


@pytest.mark.parametrize(
    ("before", "shift", "after"),
    [(Shift.LATE, Shift.NIGHT, None), (None, Shift.LATE, Shift.NIGHT)],
)
def test_that_nobody_goes_from_late_into_night(
    before: Shift | None, shift: Shift, after: Shift | None
) -> None:
    with pytest.raises(Refusal):
        check_rest(before, shift, after)
    check_rest(Shift.EARLY, Shift.LATE, Shift.OFF)


def test_that_a_request_is_decided_once_by_a_leader_and_a_no_has_a_reason() -> None:
    asked = RosterRequest(RequestKind.LEAVE, 1, date(2026, 3, 5), "家事", NOON, "甲")
    with pytest.raises(Refusal, match="值班长"):
        asked.decide(True, somebody(Role.OPERATOR), NOON, "")
    with pytest.raises(Refusal, match="原因"):
        asked.decide(False, somebody(Role.SHIFT_LEADER), NOON, " ")
    asked.decide(True, somebody(Role.SHIFT_LEADER), NOON, "")
    with pytest.raises(Refusal, match="审批过"):
        asked.decide(True, somebody(Role.SHIFT_LEADER), NOON, "")


def test_that_a_handover_is_signed_first_by_who_leaves_and_by_two_people() -> None:
    from dataclasses import replace

    leader = somebody(Role.SHIFT_LEADER)
    report = Handover(date(2026, 3, 4), Shift.EARLY, NOON)
    with pytest.raises(Refusal, match="交班方"):
        report.take(leader, NOON)
    with pytest.raises(Refusal, match="岗位"):
        report.give(somebody(Role.PRESENTER), NOON, "")
    report.give(leader, NOON, " 注意积水 ")
    with pytest.raises(Refusal, match="已经签字"):
        report.give(leader, NOON, "")
    with pytest.raises(Refusal, match="同一个人"):
        report.take(leader, NOON)
    with pytest.raises(Refusal, match="岗位"):
        report.take(replace(somebody(Role.PRESENTER), person_id=9), NOON)
    report.take(replace(leader, person_id=2), NOON)
    with pytest.raises(Refusal, match="已经签字"):
        report.take(replace(leader, person_id=3), NOON)


def test_that_a_log_entry_is_cleared_once() -> None:
    entry = LogEntry(date(2026, 3, 4), Shift.EARLY, LogKind.FAULT, "断线", NOON, "甲", "甲席")
    entry.clear(somebody(Role.OPERATOR), NOON)
    with pytest.raises(Refusal):
        entry.clear(somebody(Role.OPERATOR), NOON)

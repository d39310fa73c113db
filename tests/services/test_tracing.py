"""What a camera and its neighbours have seen, and what may be told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from app.desk import Desk
from app.domain.audit import Act
from app.domain.camera import Camera
from app.domain.errors import Refusal
from app.domain.evidence import EvidenceKind
from app.domain.people import Role
from app.services import cases, evidence, tracing
from app.services.evidence import Taken
from db.unit_of_work import Work
from tests.builders import draft
from tests.conftest import OpenDesk

CITY_CODE, POLICE_CODE = "44010600081326000001", "44010600001325000002"
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A camera of the city, one of public security 60 m on, one far away; a still of each."""

    def fill(work: Work) -> None:
        for number, (code, lon) in enumerate(
            ((CITY_CODE, 113.32), (POLICE_CODE, 113.3206), ("FAR", 113.42)), 1
        ):
            url = "rtsp://10.0.0.1/x"
            camera = Camera(code, f"点位{number}", "440106", "", "", lon, 23.13, url, url)
            work.cameras.add(camera)
            work.session.flush()
            told = Taken(EvidenceKind.STILL, f"{number}.jpg", f"{number}" * 64, 9, 1.0, 1.0)
            evidence.keep(work, f"uid-{number}", camera.id, "sub", work.now, told)

    made = open_desk(Role.OPERATOR, "席")
    made.do_now(fill)
    made.do_now(cases.register, draft(lon=113.3201, lat=23.13))
    return made


def traced(desk: Desk, camera: int, reason: str = "") -> list[tracing.Trace]:
    ends = desk.clock() + timedelta(minutes=1)
    found, _ = desk.do_now(tracing.trace, camera, 300.0, EPOCH, ends, reason)
    return found.lines


def test_that_what_was_left_out_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = desk.clock() + timedelta(minutes=1)
    whole, _ = desk.do_now(tracing.trace, 1, 300.0, EPOCH, ends)
    assert (whole.unexplained, whole.more) == (1, 0)
    explained, _ = desk.do_now(tracing.trace, 1, 300.0, EPOCH, ends, "复核工单现场")
    assert explained.unexplained == 0
    monkeypatch.setattr(tracing, "MOST", 1)
    cut, _ = desk.do_now(tracing.trace, 1, 300.0, EPOCH, ends, "复核工单现场")
    assert (len(cut.lines), cut.more) == (1, len(explained.lines) - 1)


def test_that_neighbours_of_public_security_want_their_reason(desk: Desk) -> None:
    plain = traced(desk, 1)
    assert {one.camera_id for one in plain if one.evidence} == {1}
    assert any(one.evidence is None and one.number for one in plain)
    with_reason = traced(desk, 1, "复核工单现场")
    assert {one.camera_id for one in with_reason if one.evidence} == {1, 2}
    with pytest.raises(Refusal, match="公安"):
        traced(desk, 2)
    lines = desk.ask_now(lambda work: work.audit.find(EPOCH, work.now + timedelta(minutes=1)))
    assert [(line.act, line.camera_id, line.reason) for line in reversed(lines)] == [
        (Act.VIEW, 1, ""),
        (Act.VIEW, 1, "复核工单现场"),
        (Act.VIEW, 2, "复核工单现场"),
    ]


def test_that_whoever_may_not_look_back_traces_nothing(desk: Desk, open_desk: OpenDesk) -> None:
    with pytest.raises(Refusal, match="回看"):
        traced(open_desk(Role.PRESENTER, "展"), 1)


def test_that_nobody_rewrites_the_audit(desk: Desk) -> None:
    traced(desk, 1)
    for statement in ("update audit set reason = 'x'", "delete from audit"):

        def rewrite(work: Work, told: str = statement) -> None:
            work.session.connection().exec_driver_sql(told)

        with pytest.raises((Refusal, DBAPIError)):
            desk.do_now(rewrite)

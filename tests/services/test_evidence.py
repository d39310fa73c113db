"""Evidence on record: bound to its case, marked when old, checked by its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.domain.access import Right
from app.domain.camera import Camera
from app.domain.errors import Refusal
from app.domain.evidence import EvidenceKind
from app.domain.people import Role
from app.services import cameras, cases, directory, evidence
from app.services.evidence import Taken
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk


def camera(open_desk: OpenDesk) -> int:
    admin = open_desk(Role.ADMINISTRATOR)
    url = "rtsp://127.0.0.1/x"
    made = Camera("C1", "路口", "440106", "", "体育西路口", 113.3, 23.1, url, url)
    return admin.do_now(cameras.add, made)[0]


def taken(folder: Path, name: str, age: float = 0.1, clip: bool = False) -> Taken:
    (folder / name).write_bytes(name.encode() * 50)
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    kind = EvidenceKind.CLIP if clip else EvidenceKind.STILL
    return Taken(kind, name, digest, 100, 1772600000.0, 1.0, age=age, seconds=15 if clip else 0)


def test_that_a_clip_that_comes_after_registering_is_in_the_case(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path
) -> None:
    camera_id, desk = camera(open_desk), open_desk(Role.OPERATOR, "乙席")
    keep = (evidence.keep, "cap", camera_id, "sub", clock.now)
    desk.do_now(*keep, taken(tmp_path, "a.jpg"))
    case_id, _ = desk.do_now(cases.register, draft(captures=("cap",), camera_id=camera_id))
    _, changes = desk.do_now(*keep, taken(tmp_path, "a.mp4", clip=True))
    assert ("case", case_id) in [(change.kind, change.id) for change in changes]
    told = desk.ask_now(cases.detail, case_id).evidence
    assert [(line.kind, line.desk, line.camera) for line in told] == [
        ("still", "乙席", "路口"),
        ("clip", "乙席", "路口"),
    ]


def test_that_whoever_may_not_replay_a_camera_does_not_see_its_evidence(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    camera_id = camera(open_desk)
    desk = open_desk(Role.OPERATOR)
    told = taken(tmp_path, "a")
    desk.do_now(evidence.keep, "u1", camera_id, "sub", desk.clock(), told, desk.signed)
    piece = desk.ask_now(lambda work: work.evidence.by_uid("u1").items[0].id)
    desk.do_now(evidence.note_view, piece)
    with pytest.raises(Refusal, match="不能查看"):
        open_desk(Role.PRESENTER).do_now(evidence.note_view, piece)
    admin = open_desk(Role.ADMINISTRATOR)
    admin.do_now(directory.put_grants, Role.DISPATCHER, Right.REPLAY, ["440199"])
    with pytest.raises(Refusal, match="不能查看"):
        open_desk(Role.DISPATCHER).do_now(evidence.note_view, piece)
    admin.do_now(directory.put_grants, Role.OPERATOR, Right.REPLAY, ["440199"])
    desk.do_now(evidence.note_view, piece)  # whoever took it may look at it


def test_that_a_file_is_on_record_once(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path
) -> None:
    camera_id, desk = camera(open_desk), open_desk(Role.OPERATOR)
    for _ in range(2):
        desk.do_now(evidence.keep, "cap", camera_id, "sub", clock.now, taken(tmp_path, "a.jpg"))
    assert desk.ask_now(evidence.verify, tmp_path) == (1, [])


def test_that_an_old_picture_needs_a_word_and_stays_marked(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path
) -> None:
    camera_id, desk = camera(open_desk), open_desk(Role.OPERATOR)
    old = taken(tmp_path, "old.jpg", age=2.1)
    desk.do_now(evidence.keep, "cap", camera_id, "sub", clock.now, old)
    with pytest.raises(Refusal, match="陈旧"):
        desk.do_now(cases.register, draft(captures=("cap",)))
    accepted = draft(captures=("cap",), stale_accepted=True)
    case_id, _ = desk.do_now(cases.register, accepted)
    told = desk.ask_now(cases.detail, case_id)
    assert [line.is_stale for line in told.evidence] == [True]
    assert "陈旧" in told.steps[0].note


@pytest.mark.parametrize("spoil", ["change", "remove"])
def test_that_one_changed_byte_is_found(
    open_desk: OpenDesk, clock: FakeClock, tmp_path: Path, spoil: str
) -> None:
    camera_id, desk = camera(open_desk), open_desk(Role.OPERATOR)
    for name in ("a.jpg", "b.jpg"):
        desk.do_now(evidence.keep, name, camera_id, "sub", clock.now, taken(tmp_path, name))
    path = tmp_path / "b.jpg"
    if spoil == "change":
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    else:
        path.unlink()
    assert desk.ask_now(evidence.verify, tmp_path) == (2, ["b.jpg"])

"""Evidence of all desks in one place: a folder, or a bucket of a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import sidecar
from app.evidence_store import EvidenceStore, StoreFailed, Uploads
from tests.services.test_sidecar import taken

BUCKET = "evidence"


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The end point of an S3 server on loopback."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "zhishou-test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        yield endpoint
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """URL and end point of an empty store."""
    if request.param == "folder":
        return str(tmp_path / "share"), ""
    return f"s3://{BUCKET}/{tmp_path.name}", request.getfixturevalue("bucket")


def fill(folder: Path, count: int) -> list[str]:
    names = []
    for number in range(count):
        record = taken(folder, number)
        sidecar.write(folder, record)
        names.append(record.taken.path)
    return names


def test_that_what_one_desk_took_another_sees_and_anybody_can_verify(
    place: tuple[str, str], tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    store = EvidenceStore(*place)
    uploads = Uploads(store, mine, tmp_path / "queue")
    names = fill(mine, 5)
    for name in names:
        uploads.add(name)
    assert uploads.waiting() == 5
    assert uploads.push() == 5
    assert uploads.waiting() == 0
    assert sidecar.verify(*place).told() == {"checked": 5, "changed": []}
    wanted = sidecar.json.loads((mine / f"{names[0]}.json").read_text("utf-8"))["sha256"]
    other = EvidenceStore(*place)
    fetched = other.fetch(names[0], wanted, tmp_path / "cache")
    assert fetched.read_bytes() == (mine / names[0]).read_bytes()
    with pytest.raises(StoreFailed, match="不同"):
        other.fetch(names[1], wanted, tmp_path / "cache")
    with pytest.raises(StoreFailed, match="没有这个文件"):
        other.fetch("aa/none.jpg", wanted, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.part"))


def test_that_a_changed_byte_in_the_store_is_found(place: tuple[str, str], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    store = EvidenceStore(*place)
    uploads = Uploads(store, mine, tmp_path / "queue")
    names = fill(mine, 3)
    for name in names:
        uploads.add(name)
    uploads.push()
    files, root = store._open()
    coded = bytearray(files.cat_file(f"{root}/{names[1]}"))
    coded[100] ^= 1
    files.pipe_file(f"{root}/{names[1]}", bytes(coded))
    assert sidecar.verify(*place).told() == {"checked": 3, "changed": [names[1]]}


def test_that_evidence_waits_while_the_store_is_away(tmp_path: Path) -> None:
    mine, share = tmp_path / "mine", tmp_path / "share"
    share.write_text("a file where the folder should be")
    uploads = Uploads(EvidenceStore(str(share)), mine, tmp_path / "queue")
    (name,) = fill(mine, 1)
    uploads.add(name)
    with pytest.raises(StoreFailed):
        uploads.push()
    assert uploads.waiting() == 1
    share.unlink()
    after_a_restart = Uploads(EvidenceStore(str(share)), mine, tmp_path / "queue")
    assert after_a_restart.push() == 1
    assert (share / name).exists()


@pytest.mark.parametrize("gone", [0, 1])
def test_that_one_file_that_fails_holds_up_no_other_and_is_not_forgotten(
    tmp_path: Path, gone: int
) -> None:
    mine = tmp_path / "mine"
    uploads = Uploads(EvidenceStore(str(tmp_path / "share")), mine, tmp_path / "queue")
    names = fill(mine, 3)
    for name in names:
        uploads.add(name)
    (mine / names[gone]).rename(tmp_path / "aside")
    with pytest.raises(StoreFailed, match="不在本机"):
        uploads.push()
    assert uploads.waiting() == 1
    assert (tmp_path / "share" / names[2]).exists()
    (tmp_path / "aside").rename(mine / names[gone])
    assert uploads.push() == 1
    assert sidecar.verify(tmp_path / "share").told() == {"checked": 3, "changed": []}


def test_that_two_desks_of_one_name_keep_their_manifests_apart(tmp_path: Path) -> None:
    share = str(tmp_path / "share")
    for place in ("one", "two"):
        uploads = Uploads(EvidenceStore(share), tmp_path / place, tmp_path / f"queue-{place}")
        record = taken(tmp_path / place, 1 if place == "one" else 2)
        sidecar.write(tmp_path / place, record)
        uploads.add(record.taken.path)
        assert uploads.push() == 1
    assert sidecar.verify(share).told() == {"checked": 2, "changed": []}


def test_that_a_bucket_that_is_away_is_said_without_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    store = EvidenceStore("s3://evidence/x", "http://127.0.0.1:9")
    with pytest.raises(StoreFailed) as caught:
        store.fetch("aa/b.jpg", "0", tmp_path)
    assert "secret" not in str(caught.value.__dict__)
    assert caught.value.__cause__ is None


def test_that_without_a_store_nothing_waits(tmp_path: Path) -> None:
    uploads = Uploads(None, tmp_path, tmp_path / "queue")
    uploads.add("x")
    assert (uploads.waiting(), uploads.push()) == (0, None)

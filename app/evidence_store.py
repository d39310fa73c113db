"""Where the evidence of all desks comes together: a folder, a share, or an S3-compatible bucket.

A desk writes each file into its own evidence folder first: the picture is safe within a second,
whatever the network does. Then it is copied to the store, named by its SHA-256, with its sidecar;
what could not be copied is tried again, also after the console was killed. A file that another desk
took is fetched from the store when it is looked at, and its hash is checked before it is shown.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import uuid
from pathlib import Path
from typing import Any

from app.domain.errors import Refusal
from app.durable import write_whole

ANSWER_WITHIN_S = 20


class StoreFailed(Refusal):
    """The store cannot be reached, or gave something else than it should have."""


class EvidenceStore:
    """One store, by its URL: a path, ``file:///mnt/share/x``, or ``s3://bucket/prefix``.

    Credentials and the end point of a bucket come from where every S3 program has them (AWS_* in
    the environment, or ~/.aws); `endpoint` names another one. All calls block.
    """

    def __init__(self, url: str, endpoint: str = "") -> None:
        self._url, self._endpoint = url, endpoint
        self._opened: tuple[Any, str] | None = None
        self._opening = threading.Lock()

    def put(self, folder: Path, name: str) -> None:
        """Copy a file and its sidecar from a desk's folder, under the same name. What is there
        already is left alone: the name is the content's.
        """
        files, root = self._open()
        for one in (name, f"{name}.json"):
            source = folder / one
            target = f"{root}/{one}"
            if not source.exists() or _told(files.exists, target):
                continue
            part = f"{target}.{uuid.uuid4().hex[:8]}.part"
            if self._is_bucket:  # appears whole or not at all
                _told(files.put_file, str(source), target)
            else:
                _told(files.makedirs, target.rpartition("/")[0], exist_ok=True)
                _told(files.put_file, str(source), part)
                _told(files.mv, part, target)

    def put_manifest(self, manifest: Path) -> None:
        """Copy a desk's manifest; each time whole, since it grows."""
        files, root = self._open()
        target = f"{root}/{manifest.name}"
        if self._is_bucket:  # appears whole or not at all
            _told(files.put_file, str(manifest), target)
            return
        part = f"{target}.part"  # a manifest has one writer: what is left of a failed copy goes
        _told(files.makedirs, root, exist_ok=True)
        _told(files.put_file, str(manifest), part)
        _told(files.mv, part, target)

    def fetch(self, name: str, sha256: str, cache: Path) -> Path:
        """The file on this machine; a StoreFailed if it is not there or is not what it was."""
        kept = cache / name
        if kept.exists() and _hash(kept) == sha256:
            return kept
        files, root = self._open()
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f"{kept.name}.{uuid.uuid4().hex[:8]}.part")
        try:
            _told(files.get_file, f"{root}/{name}", str(part))
            if _hash(part) != sha256:
                raise StoreFailed("证据库里的文件与登记时不同，不予显示：{name}", name=name)
            part.replace(kept)
        finally:
            part.unlink(missing_ok=True)
        return kept

    @property
    def _is_bucket(self) -> bool:
        return self._url.startswith("s3:")

    def _open(self) -> tuple[Any, str]:
        """The file system and the path of the root on it; loaded when first needed."""
        with self._opening:
            if self._opened is None:
                self._opened = open_url(self._url, self._endpoint)
            return self._opened


def open_url(url: str, endpoint: str = "") -> tuple[Any, str]:
    """fsspec's file system for a URL or path, and the path of its root on it."""
    import fsspec

    options: dict[str, Any] = {}
    if url.startswith("s3:"):
        options = {
            "client_kwargs": {"endpoint_url": endpoint} if endpoint else {},
            "config_kwargs": {"connect_timeout": 5, "read_timeout": ANSWER_WITHIN_S},
            "use_listings_cache": False,
        }
    try:
        files, root = fsspec.core.url_to_fs(url, **options)
    except (ValueError, ImportError) as error:
        raise StoreFailed("证据库地址“{url}”不能用：应为目录或 s3://桶/前缀", url=url) from error
    return files, root.rstrip("/")


class Uploads:
    """What this desk still has to copy: a marker each, so that nothing is forgotten."""

    def __init__(self, store: EvidenceStore | None, folder: Path, queue: Path) -> None:
        self._store, self._folder, self._queue = store, folder, queue
        self._busy = threading.Lock()
        self.ended = threading.Event()
        """The console ends: a push that runs stops after its present file."""

    def add(self, name: str) -> None:
        """This file is to be copied; after this returns that survives the death of the machine."""
        if self._store is None:
            return
        coded = name.encode()  # written whole or not at all: a push may be reading
        write_whole(self._queue / hashlib.sha256(coded).hexdigest(), coded)

    def waiting(self) -> int:
        """How many files wait."""
        return len(self._markers())

    def push(self) -> int | None:
        """Copy what waits, the oldest first; how many were copied, None while another push runs.

        One file that fails does not hold up the others; a StoreFailed is raised at the end. What
        was not copied goes on waiting, also a file whose folder is away just now.
        """
        if self._store is None or not self._busy.acquire(blocking=False):
            return None
        try:
            done, failure, is_away = 0, None, False
            for marker in self._markers():
                if self.ended.is_set() or (is_away and not done):
                    break  # the first that was tried did not get through
                name = marker.read_text("utf-8")
                if not (self._folder / name).exists():
                    missing = StoreFailed("待上传的证据文件不在本机：{name}", name=name)
                    failure = failure or missing
                    continue
                try:
                    self._store.put(self._folder, name)
                    for manifest in self._folder.glob("manifest-*.txt"):
                        self._store.put_manifest(manifest)
                except StoreFailed as failed:
                    failure, is_away = failure or failed, True
                    continue
                marker.unlink()
                done += 1
            if failure is not None:
                raise failure
            return done
        finally:
            self._busy.release()

    def _markers(self) -> list[Path]:
        """The oldest first."""
        if not self._queue.exists():
            return []
        found = [one for one in self._queue.iterdir() if not one.suffix]
        return sorted(found, key=lambda one: one.stat().st_mtime)


def make_room(folder: Path) -> None:
    """Throw away what was only fetched to be looked at."""
    shutil.rmtree(folder, ignore_errors=True)


def _told(verb: Any, *args: Any, **kwargs: Any) -> Any:
    """fsspec's many errors as one sentence; their texts may carry keys, so they stay unsaid."""
    try:
        return verb(*args, **kwargs)
    except FileNotFoundError:
        raise StoreFailed("证据库里没有这个文件：它可能还没有从取证席位传上来") from None
    except Exception as error:
        why = type(error).__name__
        raise StoreFailed("证据库没有应答（{why}）：请检查网络和存储", why=why) from None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

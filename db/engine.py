"""Opens the database that a URL names: SQLite in a file, or PostgreSQL 13 and later."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from app.domain.errors import Refusal

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "ceph", "lustre", "beegfs", "9p"}
    | {"glusterfs", "fuse.glusterfs", "sshfs", "fuse.sshfs", "ncpfs", "davfs", "fuse.davfs2"}
)

SERVER_LIMITS = (
    "-c statement_timeout=20000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
)
"""A query may take 20 s, a lock 5 s: a desk that hangs must not hang the others."""


def read_url(text: str) -> URL:
    """The URL with this house's driver filled in; a Refusal if it names no database."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise Refusal(
            "数据库地址无法识别：应为 sqlite:////路径/zhishou.db 或 postgresql://用户@主机/库名"
        ) from error
    if url.drivername == "sqlite":
        return url
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise Refusal("只支持 SQLite 和 PostgreSQL，不支持 {kind}", kind=url.drivername)


def open_engine(text: str) -> Engine:
    """An engine for the URL, with everything set that keeps the data safe."""
    url = read_url(text)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(
        url,
        hide_parameters=True,  # a log must not hold what a caller said
        pool_size=2,
        max_overflow=2,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 3,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": 5000,
            "options": f"{SERVER_LIMITS} -c timezone=UTC",
            "application_name": "zhishou",
        },
    )


@contextmanager
def opening(engine: Engine) -> Iterator[None]:
    """Turn what goes wrong with a database at the start into a sentence that says what to do."""
    try:
        yield
    except OperationalError as error:
        engine.dispose()
        raise Refusal(
            "数据库打不开（{where}）：请检查 ZHISHOU_DATABASE 的地址、目录权限、网络和数据库服务",
            where=engine.url.render_as_string(hide_password=True),
        ) from error
    if engine.dialect.name == "sqlite" and sys.platform != "win32":
        # It holds what callers said: for its owner's eyes only.
        Path(str(engine.url.database)).chmod(0o600)


def _open_sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise Refusal("SQLite 数据库必须是一个文件")
    path = Path(str(url.database)).absolute()
    if system := network_file_system(path):
        raise Refusal(
            "SQLite 数据库不能放在网络共享盘上（{path} 位于 {system}）：多台电脑同时写会损坏数据。"
            "请放到本机磁盘，或改用 PostgreSQL",
            path=str(path.parent),
            system=system,
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            "数据库目录 {path} 建不了：{why}", path=str(path.parent), why=error.strerror
        ) from error
    engine = create_engine(
        url.set(database=str(path)), connect_args={"timeout": 10}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours to say
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("PRAGMA busy_timeout=10000").close()
        connection.execute("PRAGMA cache_size=-65536").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that turns writer later gets SQLITE_BUSY at once, whatever the time-out says.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def network_file_system(path: Path, mounts: str | None = None) -> str | None:
    """The name of the network file system that holds `path`, or None for a local disk."""
    if sys.platform == "win32":
        return _windows_share(path)
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
    best, kind = "", ""
    target = PurePosixPath(path)
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        place = fields[1].replace("\\040", " ")
        if target.is_relative_to(place) and len(place) >= len(best):
            best, kind = place, fields[2]
    # A sandbox may show its own root as 9p; nobody shares a root between machines.
    return kind if kind in NETWORK_FILE_SYSTEMS and best != "/" else None


def _windows_share(path: Path) -> str | None:
    if str(path).startswith("\\\\"):
        return "SMB"
    if sys.platform == "win32":  # for type checkers on other systems
        import ctypes

        if ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == 4:  # DRIVE_REMOTE
            return "SMB"
    return None

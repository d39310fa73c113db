"""Brings a database to the program's version, after a copy of it was laid aside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from app.domain.errors import Refusal

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0020"
"""The newest migration. Known without loading Alembic, which takes half a second of every start;
a test compares it with the scripts."""

UPGRADE_LOCK = 0x2C16


def upgrade(engine: Engine) -> Path | None:
    """Migrate to the newest version; the path of the backup that was made first, if one was.

    Refuses a database that a newer program has written: an older one would misread it. All steps of
    an upgrade are one transaction on PostgreSQL; on SQLite the copy is the way back.
    """
    present = _revision(engine)
    if present == HEAD:
        return None
    from alembic import command

    if present is not None and present not in revisions():
        raise Refusal(
            "数据库由更新版本的值守写入（{revision}），请先升级本机程序；数据库未作任何改动",
            revision=present,
        )
    backup = None
    if present is not None and engine.dialect.name == "sqlite":
        backup = back_up(engine, f"before-{HEAD}")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":  # two desks may start in the same second
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({UPGRADE_LOCK})")
            connection.exec_driver_sql("set local statement_timeout = 0")  # a million rows
        command.upgrade(_config(connection), "head")
    return backup


def back_up(engine: Engine, word: str) -> Path:
    """A consistent copy of an SQLite database beside it; the file's path."""
    source = Path(str(engine.url.database))
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = source.with_name(f"{source.stem}-{word}-{stamp}{source.suffix}")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    return target


def revisions() -> set[str]:
    """Every migration that this program knows."""
    from alembic.script import ScriptDirectory

    return {entry.revision for entry in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.scalar(text("select version_num from alembic_version")))


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

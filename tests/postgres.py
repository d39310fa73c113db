"""A real PostgreSQL for the tests: started on loopback, as an ordinary user, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import psycopg

UNPRIVILEGED = "postgres"


@cache
def postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)
    return found[0].parent if found else None


class PostgresServer:
    """One cluster in a folder of its own. PostgreSQL refuses to run as root, so it does not."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="zhishou-pg-"))
        self._data = self._folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self) -> Self:
        if os.getuid() == 0:
            account = pwd.getpwnam(UNPRIVILEGED)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "zhishou", "--no-sync")
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def create(self, name: str, template: str = "template0") -> str:
        """A new database; its URL."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{template}" encoding utf8')
        return f"postgresql://zhishou@127.0.0.1:{self.port}/{name}"

    def copy(self, template: str) -> str:
        """A new database like another one; its URL."""
        return self.create(f"t{uuid4().hex[:12]}", template)

    def _dsn(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=zhishou dbname={name}"

    def _run(self, program: str, *arguments: str) -> None:
        folder = postgres_programs()
        assert folder is not None
        command = [str(folder / program), *arguments]
        if os.getuid() == 0:
            command = ["setpriv", f"--reuid={UNPRIVILEGED}", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder)

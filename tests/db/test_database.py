"""Opening, migrating and refusing databases; changes that no desk misses."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from app.desk import Desk
from app.domain.change import Change
from app.domain.errors import LinkLost, Refusal
from app.domain.handover import LogKind
from app.domain.people import Role
from app.feed import Feed
from app.secrets import Seal
from app.services import cases, handover
from app.settings import read_settings
from db.engine import network_file_system, open_engine, read_url
from db.schema import HEAD, revisions, upgrade
from db.unit_of_work import Work
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk, execute
from tests.postgres import PostgresServer


def test_that_the_known_head_is_the_newest_migration() -> None:
    assert max(revisions()) == HEAD


def test_that_sqlite_is_opened_so_that_nothing_saved_is_lost(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        told = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()
    assert told == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("mounts", "path", "kind"),
    [
        ("/dev/sda / ext4 rw 0 0\nnas:/x /mnt/nas nfs4 rw 0 0", "/mnt/nas/z/z.db", "nfs4"),
        ("/dev/sda / ext4 rw 0 0\n//s/x /mnt/a\\040b cifs rw 0 0", "/mnt/a b/z.db", "cifs"),
        ("/dev/sda / ext4 rw 0 0\nnas:/x /mnt/nas nfs4 rw 0 0", "/mnt/nasty/z.db", None),
        ("/dev/sda / ext4 rw 0 0", "/home/z.db", None),
    ],
)
def test_that_a_network_share_is_known_by_its_mount(
    mounts: str, path: str, kind: str | None
) -> None:
    assert network_file_system(Path(path), mounts) == kind


@pytest.mark.parametrize("url", ["mysql://x/y", "no url", "sqlite://", "sqlite:///:memory:"])
def test_that_a_database_we_cannot_keep_safe_is_refused(url: str) -> None:
    with pytest.raises(Refusal):
        open_engine(url)


def test_that_plain_postgresql_urls_get_our_driver() -> None:
    assert read_url("postgresql://u@h/d").drivername == "postgresql+psycopg"


def test_that_a_newer_database_is_refused_and_left_alone(database: str) -> None:
    execute(database, "update alembic_version set version_num = '9999'")
    engine = open_engine(database)
    with pytest.raises(Refusal, match="更新版本"):
        upgrade(engine)
    engine.dispose()
    assert execute(database, "select version_num from alembic_version")[0][0] == "9999"


def test_that_a_copy_is_laid_aside_before_a_migration(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    execute(sqlite_url, "insert into counter values ('kept', 7)")
    monkeypatch.setattr("db.schema.HEAD", "9999")
    monkeypatch.setattr("alembic.command.upgrade", lambda config, target: None)
    engine = open_engine(sqlite_url)
    backup = upgrade(engine)
    engine.dispose()
    assert backup is not None
    assert execute(f"sqlite:///{backup}", "select value from counter")[0][0] == 7


def test_that_no_change_is_missed_while_eight_desks_write(open_desk: OpenDesk) -> None:
    """Ids are given at INSERT and seen at COMMIT: without the lock 43 of 480 were never heard."""
    desks = [open_desk(Role.OPERATOR, f"{n}席") for n in range(8)]
    each = 30
    heard: set[int] = set()

    async def story() -> None:
        feed = Feed(open_desk(Role.OPERATOR, "听"), lambda change: heard.add(change.id))
        await feed.pull()
        with ThreadPoolExecutor(8) as pool:
            loop = asyncio.get_running_loop()

            def write(desk: Desk) -> None:
                for _ in range(each):
                    desk.do_now(cases.register, draft())

            writers = [loop.run_in_executor(pool, write, desk) for desk in desks]
            while not all(writer.done() for writer in writers):
                await feed.pull()
                await asyncio.sleep(0.005)
            await asyncio.gather(*writers)
        await feed.pull()

    asyncio.run(story())
    assert len(heard) == 8 * each


def test_that_a_change_of_a_kind_we_do_not_know_is_passed_on_and_not_raised(
    open_desk: OpenDesk, database: str
) -> None:
    desk = open_desk(Role.OPERATOR)
    heard: list[Change] = []

    async def story() -> None:
        feed = Feed(desk, heard.append)
        await feed.pull()
        execute(
            database,
            "insert into change (kind, record_id, desk, at) "
            "values ('hologram', 5, 'x', '2026-03-04 00:00:00')",
        )
        await feed.pull()

    asyncio.run(story())
    assert heard == [Change("hologram", 5)]


@pytest.mark.postgres
def test_that_a_database_that_goes_away_is_told_and_found_again(
    postgres_server: PostgresServer,
) -> None:
    with PostgresServer() as server:
        engine = open_engine(server.create("z"))
        upgrade(engine)
        desk = Desk(engine, "甲席")
        links: list[bool] = []

        async def story() -> None:
            feed = Feed(desk, lambda change: None, links.append)
            await feed.pull()
            server.stop("immediate")
            await feed.pull()
            with pytest.raises(LinkLost, match="没有应答"):
                await desk.ask(cases.departments)
            server.start()
            await feed.pull()
            assert await desk.ask(cases.departments)

        asyncio.run(story())
        desk.close()
    assert links == [False, True]


@pytest.mark.postgres
def test_that_words_too_long_for_a_column_are_refused_and_not_an_internal_error(
    open_desk: OpenDesk, clock: FakeClock
) -> None:
    desk = open_desk(Role.SHIFT_LEADER)
    clock.go_on(hours=6)  # to the last hour of the shift
    desk.do_now(handover.write_log, LogKind.INSTRUCTION, "巡看" * 300)

    def too_long(work: Work) -> None:
        work.session.execute(text("update person set name = :name"), {"name": "长" * 500})

    if desk.engine.dialect.name == "postgresql":
        with pytest.raises(Refusal, match="太长"):
            desk.do_now(too_long)
    from app.domain.roster import shift_at

    desk.do_now(handover.give, *shift_at(desk.clock()), "")


def test_that_a_secret_is_sealed_and_another_desk_without_the_key_says_so(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "one")
    sealed = seal.seal("geheim")
    assert "geheim" not in sealed
    assert Seal(tmp_path / "one").open(sealed) == "geheim"
    assert seal.open(seal.seal("")) == ""
    Seal(tmp_path / "two").seal("x")
    with pytest.raises(Refusal, match="密钥"):
        Seal(tmp_path / "two").open(sealed)
    assert (tmp_path / "one" / "secret.key").stat().st_mode & 0o077 == 0


def test_that_settings_come_from_the_file_and_the_environment_has_the_last_word(
    tmp_path: Path,
) -> None:
    (tmp_path / "settings.toml").write_text('desk = "甲席"\nlang = "en"\n', encoding="utf-8")
    told = read_settings({"ZHISHOU_HOME": str(tmp_path), "ZHISHOU_DESK": "乙席"})
    assert (told.desk, told.language, told.home) == ("乙席", "en", tmp_path)
    assert told.database == f"sqlite:///{tmp_path / 'zhishou.db'}"
    assert told.ring_seconds == 30
    longer = {"ZHISHOU_HOME": str(tmp_path), "ZHISHOU_RING_SECONDS": "90"}
    assert read_settings(longer).ring_seconds == 90
    for wrong in ("5", "601", "半小时", "nan"):
        with pytest.raises(Refusal, match="ring_seconds"):
            read_settings(longer | {"ZHISHOU_RING_SECONDS": wrong})
    (tmp_path / "settings.toml").write_text("desk = ", encoding="utf-8")
    with pytest.raises(Refusal, match="写错了"):
        read_settings({"ZHISHOU_HOME": str(tmp_path)})

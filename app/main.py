"""Builds the console and starts it; the only module that knows every other."""

from __future__ import annotations

import asyncio
import logging
import logging.handlers
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import qasync
from PySide6.QtCore import QLibraryInfo, QLocale, QLockFile, QTranslator
from PySide6.QtWidgets import QApplication

from app.desk import Desk
from app.domain.camera import redact
from app.domain.errors import Refusal
from app.domain.people import Signed
from app.feed import Feed
from app.settings import Settings
from db.changes import forget_old
from db.engine import open_engine, opening
from db.schema import upgrade
from ui.changes import Changes
from ui.collector import Collector
from ui.main_window import MainWindow
from ui.theme import dress
from ui.words import choose_language, tr

log = logging.getLogger(__name__)


@dataclass
class Console:
    """A running console: what was built, for those who drive it (demo, selftest, bench)."""

    application: QApplication
    settings: Settings
    desk: Desk
    changes: Changes
    window: MainWindow


class Redacting(logging.Filter):
    """Takes the credentials out of every address that is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        return True


def start_log(settings: Settings) -> None:
    """Log to a file that does not grow for ever; warnings also to the terminal."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        settings.logs / "zhishou.log", maxBytes=5_000_000, backupCount=10, encoding="utf-8"
    )
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.ERROR)
    form = logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in (file, terminal):
        handler.setFormatter(form)
        handler.addFilter(Redacting())
        root.addHandler(handler)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def make_application(settings: Settings) -> QApplication:
    """The Qt application, dressed and speaking the chosen language."""
    choose_language(settings.language)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("zhishou")
    application.setApplicationDisplayName(tr("值守"))
    if settings.language == "zh":
        QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        translator = QTranslator(application)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load("qtbase_zh_CN", folder):
            application.installTranslator(translator)
    dress(application)
    return application


def open_desk(settings: Settings) -> Desk:
    """The database of these settings, brought to the program's version, behind a desk."""
    engine = open_engine(settings.database)
    with opening(engine):
        upgrade(engine)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            forget_old(connection)
    return Desk(engine, settings.desk)


TURN_S = 0.001
"""How long a thread that reckons may keep the window's waiting. Python's five milliseconds are a
third of a frame: reading a page of cases then shows in a scroll (8.5 against 4.7 ms late at the
ninety-fifth percentile, a million cases, two cores)."""


def take_turns() -> None:
    """Let the window's thread have its turn soon."""
    sys.setswitchinterval(TURN_S)


def build(settings: Settings, desk: Desk) -> Console:
    """Everything, wired; nothing runs yet."""
    application = make_application(settings)
    changes = Changes()
    desk.hear(changes.publish)
    window = MainWindow(desk, settings, changes)
    return Console(application, settings, desk, changes, window)


def run_console(
    settings: Settings,
    desk: Desk,
    signed: Signed | None = None,
    script: Callable[[Console], asyncio.Future[int] | None] | None = None,
) -> int:
    """Show the console until it is closed; the exit code.

    `signed` is at the desk from the start (the demo's open door). `script` is told when the window
    stands; the future it gives, if any, ends the console with its result.
    """
    lock = _only_one(settings)
    take_turns()
    console = build(settings, desk)
    collector = Collector(console.window)
    loop = qasync.QEventLoop(console.application)
    asyncio.set_event_loop(loop)
    code = 0
    with loop:
        try:
            code = int(loop.run_until_complete(_live(console, signed, script)))
        finally:
            console.window.shut()
            loop.run_until_complete(_cancel_rest())
            desk.close()
            lock.unlock()
            collector.end()
    return code


async def _live(
    console: Console,
    signed: Signed | None,
    script: Callable[[Console], asyncio.Future[int] | None] | None,
) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(code: int = 0) -> None:
        if not ended.done():
            ended.set_result(code)

    console.application.setQuitOnLastWindowClosed(False)
    console.window.closed.connect(end)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Noticed at the next tick of any timer, at most half a second later.
        signal.signal(number, lambda *_: end())
    window = console.window
    window.setGeometry(window.screen().availableGeometry())
    window.showMaximized()
    if signed:
        window.enter(signed)
    feed = asyncio.ensure_future(
        Feed(console.desk, console.changes.publish, window.show_link).run()
    )
    scripted = script(console) if script else None
    if scripted is not None:
        scripted.add_done_callback(lambda told: None if told.cancelled() else end(_code_of(told)))
    code = await ended
    await window.settle()
    feed.cancel()
    with suppress(asyncio.CancelledError):
        await feed
    return code


async def _cancel_rest() -> None:
    """What screens still wait for ends before the loop does."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=5)


def _code_of(scripted: asyncio.Future[int]) -> int:
    if error := scripted.exception():
        log.error("the script failed", exc_info=error)
        return 1
    return scripted.result()


def _only_one(settings: Settings) -> QLockFile:
    """Two consoles on one data folder would overwrite each other's drafts and places."""
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(settings.home / "console.lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(100):
        raise Refusal(
            "值守已经在本机打开（数据目录 {home}）；另开一个席位请设置 ZHISHOU_HOME",
            home=settings.home,
        )
    return lock

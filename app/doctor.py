"""`zhishou doctor`: what this machine lacks, each with its mend."""

from __future__ import annotations

import shutil
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from app.domain.errors import Refusal
from app.resources import resource
from app.settings import Settings

FREE_GB = 5
SKEW_S = 5.0


@dataclass(frozen=True)
class Finding:
    """One check: what was found, and what to do if it is not well."""

    name: str
    ok: bool
    detail: str
    mend: str = ""

    def told(self) -> dict[str, Any]:
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order in which a console needs them."""
    checks: list[tuple[str, Callable[[], tuple[str, bool, str]]]] = [
        ("Python", _python),
        ("Qt", _qt),
        ("中文字体 fonts", _fonts),
        ("libVLC", _libvlc),
        ("H.264/H.265", _decoding),
        ("RTSP", _rtsp),
        ("数据库 database", lambda: _database(settings)),
        ("磁盘 disk", lambda: _disk(settings)),
        ("时钟 clock", lambda: _clock(settings)),
    ]
    findings = []
    for name, check in checks:
        try:
            detail, ok, mend = check()
        except Exception as error:
            detail, ok, mend = f"{type(error).__name__}: {error}", False, "请把这一行发给管理员"
        findings.append(Finding(name, ok, detail, "" if ok else mend))
    return findings


def _python() -> tuple[str, bool, str]:
    version = sys.version.split()[0]
    return version, sys.version_info >= (3, 11), "需要 Python 3.11 或更新"


def _qt() -> tuple[str, bool, str]:
    """Qt starts, and an emit leaves the reference counts where they were (6.12.0 does not)."""
    import os

    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QObject, Signal, qVersion
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])

    class Bell(QObject):
        rung = Signal(bool)

    bell, before = Bell(), sys.getrefcount(None)
    bell.rung.connect(lambda _: None)
    for _ in range(2000):
        bell.rung.emit(True)
    drift = abs(sys.getrefcount(None) - before)
    platform = application.platformName() if isinstance(application, QApplication) else "?"
    mend = "请用锁定的 PySide6 6.11.3：重新运行 ./zhishou"
    return f"{qVersion()} ({platform})", drift < 100, mend


def _fonts() -> tuple[str, bool, str]:
    from PySide6.QtGui import QFontDatabase

    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    return (chinese[0] if chinese else "—"), bool(chinese), "apt-get install fonts-noto-cjk"


def _libvlc() -> tuple[str, bool, str]:
    from app.video.playback import instance, library

    mend = "apt-get install libvlc5 vlc-plugin-base"
    try:
        instance()
    except Refusal as refusal:
        return str(refusal), False, mend
    version = library().libvlc_get_version().decode()
    return f"{version}（录像回放；实时画面由内置 FFmpeg 打开）", True, mend


def _decoding() -> tuple[str, bool, str]:
    import av

    for codec in ("h264", "hevc"):
        av.CodecContext.create(codec, "r")
    with av.open(str(resource("video/street-bikes.mp4"))) as film:
        frame = next(film.decode(video=0))
    version = ".".join(str(part) for part in av.library_versions["libavcodec"])
    return f"libavcodec {version}, {frame.width}x{frame.height}", True, "重新运行 ./zhishou"


def _rtsp() -> tuple[str, bool, str]:
    import av

    known = "rtsp" in av.formats_available
    return ("FFmpeg 内置" if known else "—"), known, "重新运行 ./zhishou 以安装锁定版本的 PyAV"


def _database(settings: Settings) -> tuple[str, bool, str]:
    from sqlalchemy import text

    from db.engine import open_engine, opening

    mend = "检查 ZHISHOU_DATABASE 的地址、网络和数据库服务"
    try:
        engine = open_engine(settings.database)
    except Refusal as refusal:
        return str(refusal), False, mend
    began = time.perf_counter()
    try:
        with opening(engine), engine.connect() as connection:
            connection.execute(text("select 1"))
    except Refusal as refusal:
        return str(refusal), False, mend
    took = (time.perf_counter() - began) * 1000
    where = engine.url.render_as_string(hide_password=True)
    return f"{where}（{took:.0f} ms）", True, mend


def _disk(settings: Settings) -> tuple[str, bool, str]:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free / 1e9
    mend = f"数据目录所在磁盘至少留 {FREE_GB} GB"
    return f"{settings.home} 剩余 {free:.0f} GB", free > FREE_GB, mend


def _clock(settings: Settings) -> tuple[str, bool, str]:
    """Against the shared database's clock, where there is one."""
    from sqlalchemy import text

    from db.engine import open_engine, opening

    mend = "打开系统的网络校时（timedatectl set-ntp true）"
    here = f"{time.strftime('%F %T %Z')} {socket.gethostname()}"
    alone = here, time.gmtime().tm_year >= 2024, mend
    try:
        engine = open_engine(settings.database)
        if engine.dialect.name != "postgresql":
            return alone
        with opening(engine), engine.connect() as connection:
            asked = text("select extract(epoch from clock_timestamp())")
            there = connection.execute(asked).scalar()
    except Refusal:
        return alone  # the database's own line says what is wrong with it
    skew = abs(float(there or 0) - time.time())
    return f"与数据库相差 {skew:.1f} 秒", skew < SKEW_S, mend

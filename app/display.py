"""A screen to show things on: the real one, or a virtual one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.errors import Refusal

SIZE = "1920x1080x24"


def is_there() -> bool:
    """Whether a window can be shown to somebody."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def some_display() -> Iterator[bool]:
    """Yields whether the display is virtual; a virtual one lasts as long as the context."""
    if is_there():
        yield False
        return
    if shutil.which("Xvfb") is None:
        raise Refusal("这台机器没有显示器，也没有安装 Xvfb：请运行 apt-get install xvfb")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=(writing,),
        start_new_session=True,  # Ctrl+C is for the console; the screen goes after it
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if not number:
        raise Refusal("虚拟显示器 Xvfb 没有启动")
    os.environ["DISPLAY"] = f":{number}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    try:
        yield True
    finally:
        del os.environ["DISPLAY"], os.environ["QT_QPA_PLATFORM"]
        server.terminate()
        server.wait()

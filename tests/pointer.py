"""A hand on the mouse: a virtual X server with two screens, a window manager, and xdotool."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

PROGRAMS = ("Xvfb", "openbox", "xrandr", "xdotool")
SCREEN = (1920, 1080)


@contextmanager
def two_screens() -> Iterator[dict[str, str]]:
    """Two screens of 1920x1080 side by side; yields the environment that shows a window there."""
    wide, high = SCREEN
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", f"{2 * wide}x{high}x24"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{told.readline().strip()}"
    environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    shown = {**os.environ, **environment}
    for name, left, output in (("left", 0, "screen"), ("right", wide, "none")):
        place = f"{wide}/508x{high}/286+{left}+0"
        command = ["xrandr", "--setmonitor", name, place, output]
        subprocess.run(command, env=shown, check=True, stdout=subprocess.DEVNULL)
    quiet = subprocess.DEVNULL
    manager = subprocess.Popen(["openbox"], env=shown, stdout=quiet, stderr=quiet)
    try:
        yield environment
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def is_installed() -> bool:
    """Whether everything that this needs is on the machine."""
    return all(shutil.which(program) for program in PROGRAMS)


async def hand(*words: object) -> None:
    """Let xdotool do this, while the window goes on."""
    told = [str(word) for word in words]
    await asyncio.to_thread(subprocess.run, ["xdotool", *told], check=True, timeout=30)


async def click(widget: QWidget, at: QPoint | None = None, times: int = 1) -> None:
    """Click on a widget: in its middle, or at this point of it."""
    place = widget.mapToGlobal(at or widget.rect().center())
    move = ("mousemove", place.x(), place.y(), "sleep", 0.1)
    await hand(*move, "click", "--repeat", times, "--delay", 60, 1)


async def drag(source: QWidget, begin: QRect | QPoint, target: QWidget, end: QPoint) -> None:
    """Press at one place, move in small steps as a hand does, let go at the other."""
    first = source.mapToGlobal(begin.center() if isinstance(begin, QRect) else begin)
    last = target.mapToGlobal(end)
    words: list[object] = ["mousemove", first.x(), first.y(), "sleep", 0.2, "mousedown", 1]
    for step in range(1, 13):
        between = first + (last - first) * (step / 12)
        words += ["sleep", 0.04, "mousemove", between.x(), between.y()]
    await hand(*words, "sleep", 0.3, "mouseup", 1)

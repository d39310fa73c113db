"""Files that are whole or not there, and that survive the death of the machine once they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write a file that takes its name at the end, when all of it is on disk.

    A part of one does not stay, least of all on a disk that was too full for the rest. What stood
    there before stays until then. Raises OSError.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        with part.open("r+b") as file:  # Windows flushes only what may be written to
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    _keep_names(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, and its folder where there is none: all of it is there after the machine's
    death, or nothing. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part:
        part.write_bytes(content)


def _keep_names(folder: Path) -> None:
    """A name is the folder's, and is on disk when the folder is; Windows sees to it by itself."""
    if os.name == "posix":
        with suppress(OSError):  # some shares know no such thing
            opened = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)

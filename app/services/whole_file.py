"""Files that are given out: under their name when they are whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import Refusal
from app.durable import whole_file


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A path beside `out` to write to; it takes the place of `out` at the end.

    A Refusal that says why where the disk does not take it; what stood at `out` is then untouched.
    """
    try:
        with whole_file(out) as part:
            part.touch()  # a folder that takes nothing is found before the work is begun
            yield part
    except OSError as error:
        raise Refusal(
            "没有写成 {file}（{why}）：请检查文件夹和磁盘空间，并关闭打开着的同名文件",
            file=out,
            why=error.strerror or error,
        ) from error

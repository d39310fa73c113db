"""The command line. Light to load: what a command needs is imported when it runs."""

from __future__ import annotations

import os
import sys

from app.commands import bench, cases, desk, open311, standard, video
from app.commands.parts import cli
from app.domain.errors import Refusal
from app.video.one_heap import keep_one_heap

__all__ = ["bench", "cases", "cli", "desk", "main", "open311", "standard", "video"]


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    keep_one_heap()
    if sys.argv[1:2] == ["--engine"]:  # the shipped program starts its own engines so
        from app.video.engine import main as run_engine

        run_engine(sys.argv[2:])
        return
    try:
        cli(prog_name="zhishou")
    except Refusal as refusal:
        say_error(refusal)
        raise SystemExit(1) from None
    except OSError as error:
        if error.filename is None:
            raise
        say_error(Refusal("{file}：{why}", file=error.filename, why=error.strerror))
        raise SystemExit(1) from None


def say_error(refusal: Refusal) -> None:
    """The sentence, in the language of the settings."""
    from ui.words import choose_language, sentence

    choose_language(os.environ.get("ZHISHOU_LANG", "zh"))
    sys.stderr.write(f"zhishou: {sentence(refusal)}\n")

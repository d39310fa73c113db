"""Keeps a library's import from turning on logging for the whole program."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

TALKATIVE = ("httpx", "httpcore", "zeep", "onvif")
"""These write addresses into the log, and ours may carry what one signs in with."""


@contextmanager
def logging_untouched() -> Iterator[None]:
    """The root logger's handlers and level are afterwards what they were before."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)

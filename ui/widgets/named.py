"""Gives a widget the name by which the style sheet knows it."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """The same widget, named."""
    widget.setObjectName(name)
    return widget

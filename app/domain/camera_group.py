"""A group of cameras, or a whole grouping."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False)
class CameraGroup:
    """A node of a grouping (业务分组); without a parent it is a grouping of its own."""

    name: str
    parent_id: int | None = None
    id: int = field(init=False)
    version: int = field(init=False)

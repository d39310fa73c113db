"""An arrangement of the wall that is kept under a name (预案): for oneself or for all."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False)
class KeptWall:
    """`content` is JSON: all walls with their cameras. `owner_id` None: everybody's."""

    name: str
    content: str
    owner_id: int | None = None
    id: int = field(init=False)
    version: int = field(init=False)

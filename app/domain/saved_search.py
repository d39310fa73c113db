"""A search that is kept under a name: for oneself or for all."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False)
class SavedSearch:
    """`content` is JSON: what stands in the boxes of the filter. `owner_id` None: everybody's."""

    name: str
    content: str
    owner_id: int | None = None
    id: int = field(init=False)
    version: int = field(init=False)

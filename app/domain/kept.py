"""What is kept under a name, for oneself or for all: walls, searches."""

from __future__ import annotations

from typing import NamedTuple

from app.domain.errors import Refusal

LONGEST_NAME = 60


class KeptRow(NamedTuple):
    """One kept thing as its menu offers it. `content` is JSON; `owner_id` None: everybody's."""

    id: int
    name: str
    content: str
    owner_id: int | None


def kept_name(name: str) -> str:
    """The name as it is kept; a Refusal for none, or one too long."""
    told = name.strip()
    if not told:
        raise Refusal("请填写名称")
    if len(told) > LONGEST_NAME:
        raise Refusal("名称最多 {n} 个字", n=LONGEST_NAME)
    return told

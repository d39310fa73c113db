"""A search that is kept under a name: for oneself or for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.errors import Refusal

LONGEST_NAME = 60


@dataclass(eq=False)
class SavedSearch:
    """`content` is JSON: what stands in the boxes of the filter. `owner_id` None: everybody's."""

    name: str
    content: str
    owner_id: int | None = None
    id: int = field(init=False)
    version: int = field(init=False)


class SearchRow(NamedTuple):
    """A kept search as the filter offers it."""

    id: int
    name: str
    content: str
    owner_id: int | None


def check_name(name: str) -> str:
    """The name as it is kept; a Refusal for none, or one too long."""
    told = name.strip()
    if not told:
        raise Refusal("请填写查询名称")
    if len(told) > LONGEST_NAME:
        raise Refusal("查询名称最多 {n} 个字", n=LONGEST_NAME)
    return told

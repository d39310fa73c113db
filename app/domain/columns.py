"""Columns of the workbooks that a city hands over: what they are called, and merged cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.domain.errors import Refusal


class Column(NamedTuple):
    """A field of a row, its title on screen, and what else it is called."""

    field: str
    title: str
    aliases: tuple[str, ...]
    longest: int
    carried: bool = False  # merged cells: what stands above holds on
    required: bool = False


class Wrong(NamedTuple):
    """One cell that is wrong: its field, and why."""

    field: str
    why: Refusal


def guess_columns(titles: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    """Field to title, as far as the titles tell."""
    plain = {re.sub(r"\s", "", title).lower(): title for title in titles if title.strip()}
    found = {}
    for column in columns:
        for alias in (column.title, column.field, *column.aliases):
            if alias.lower() in plain:
                found[column.field] = plain[alias.lower()]
                break
    return found


def missing(mapping: Mapping[str, str], columns: Sequence[Column]) -> list[str]:
    """Titles of the columns that cannot be done without."""
    return [one.title for one in columns if one.required and one.field not in mapping]


def carry_down(
    cells: Mapping[str, str],
    above: Mapping[str, str],
    columns: Sequence[Column],
    big: Sequence[str],
    small: Sequence[str],
) -> dict[str, str]:
    """The row with what merged cells leave out filled in from the row above.

    A row that tells one of the `small` fields begins anew: it carries nothing but the `big` ones.
    """
    another = any(cells.get(field) for field in small)
    told = dict(cells)
    for column in columns:
        if column.carried and not told.get(column.field) and (column.field in big or not another):
            told[column.field] = above.get(column.field, "")
    return told


def checked(told: Mapping[str, str], columns: Sequence[Column]) -> list[Wrong]:
    """What is empty that must not be, and what is too long."""
    empty = [
        Wrong(one.field, Refusal("不能为空"))
        for one in columns
        if one.required and not told[one.field]
    ]
    return empty + [
        Wrong(one.field, Refusal("太长：最多 {n} 个字", n=one.longest))
        for one in columns
        if len(told[one.field]) > one.longest
    ]

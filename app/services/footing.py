"""Somebody else's report, added up: a workbook whose last row says what the others come to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from app.domain.errors import Refusal
from app.domain.footing import Difference, differences
from app.services.sheets import read_sheet

TOTALS = ("合计", "总计", "全市", "合 计", "total")
WHOLE = re.compile(r"-?\d{1,3}(,\d{3})+|-?\d+")


class Checked(NamedTuple):
    """How many rows were added, and where the printed total is another number."""

    rows: int
    differences: list[Difference]


def check_sheet(file: Path) -> Checked:
    """Add every column of whole numbers up and hold it against the row named 合计.

    A Refusal where there is no such row, or where a number of a counted column cannot be read.
    """
    sheet = read_sheet(file)
    totals = [cells for _, cells in sheet.rows if _is_total(cells)]
    if len(totals) != 1:
        raise Refusal("应有且只有一行“合计”，现在有 {n} 行", n=len(totals))
    rows = [(number, cells) for number, cells in sheet.rows if not _is_total(cells)]
    counted = [
        place
        for place, title in enumerate(sheet.titles)
        if title and place < len(totals[0]) and WHOLE.fullmatch(totals[0][place].strip())
    ]
    unread = [
        title
        for place, title in enumerate(sheet.titles)
        if title and place not in counted and _are_numbers(place, rows)
    ]
    if unread:
        raise Refusal("“合计”行的这些列读不出整数：{columns}", columns="、".join(unread))
    told = [
        {sheet.titles[place]: _read(cells, place, number, sheet.titles) for place in counted}
        for number, cells in rows
    ]
    printed = {sheet.titles[place]: _number(totals[0][place]) for place in counted}
    return Checked(len(rows), differences(told, printed))


def _are_numbers(place: int, rows: list[tuple[int, list[str]]]) -> bool:
    """Whether every row has a whole number here: a column that is meant to be added."""
    texts = [cells[place].strip() for _, cells in rows if place < len(cells)]
    return bool(texts) and all(WHOLE.fullmatch(text) for text in texts)


def _is_total(cells: list[str]) -> bool:
    return any(cell.strip().lower() in TOTALS for cell in cells[:2])


def _read(cells: list[str], place: int, row: int, titles: list[str]) -> int:
    text = cells[place].strip() if place < len(cells) else ""
    if not text:
        return 0
    if not WHOLE.fullmatch(text):
        raise Refusal(
            "第 {row} 行“{column}”的“{text}”不是整数", row=row, column=titles[place], text=text
        )
    return _number(text)


def _number(text: str) -> int:
    return int(text.strip().replace(",", ""))

"""Tables of cells in files: workbooks and CSV read as text, workbooks written.

The one home of python-calamine and XlsxWriter.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.services.whole_file import whole

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", "\t", ";")
HEAD_LINES = 5
"""A title may stand above the head: the delimiter is judged by the first lines together."""

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
LONGEST_WIDTH, CLOCK_WIDTH = 60, 17

MOST_ROWS, LONGEST_CELL = 1_048_575, 32_767
"""What a sheet of xlsx holds below its head, and one cell of it (ECMA-376, Excel's own limits)."""


class Sheet(NamedTuple):
    """Titles, and rows of text numbered as a spreadsheet program shows them."""

    titles: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(file: Path) -> Sheet:
    """The first sheet that holds anything; a Refusal that says what is wrong with the file.

    The first row with two cells or more is the head. Empty rows are passed over. Whole numbers
    lose their ".0"; numbers of more than 15 digits must be text in the workbook, as Excel itself
    keeps no more.
    """
    if not file.exists():
        raise Refusal("打不开文件 {file}：没有这个文件", file=file)
    suffix = file.suffix.lower()
    every = _workbook(file) if suffix in WORKBOOKS else _text_file(file, suffix)
    titles: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(every, 1):
        if not any(cells):
            continue
        if not titles:
            if sum(bool(cell) for cell in cells) > 1:
                titles = [cell.strip() for cell in cells]
            continue
        rows.append((number, cells))
    if not titles:
        raise Refusal("{file} 里没有表头：第一行应为各列的名称", file=file)
    return Sheet(titles, rows)


def records(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by title; cells beyond the head have no meaning and are left out."""
    for number, cells in sheet.rows:
        yield (
            number,
            {
                title: cells[place] if place < len(cells) else ""
                for place, title in enumerate(sheet.titles)
                if title
            },
        )


def _text_file(file: Path, suffix: str) -> list[list[str]]:
    text = _decoded(file)
    if suffix == ".json":
        return _json(file, text)
    head = "\n".join(text.split("\n", HEAD_LINES)[:HEAD_LINES])
    delimiter = max(DELIMITERS, key=head.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise Refusal(
            "{file} 里的引号没有配对（{why}）：请用 Excel 或 WPS 打开后另存", file=file, why=error
        ) from error


def _decoded(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Refusal("打不开文件 {file}：{why}", file=file, why=error.strerror) from error
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return raw.decode("utf-16", errors="replace")
    if b"\0" not in raw:  # UTF-16 without a mark would pass for characters of GB 18030
        for encoding in ENCODINGS:
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise Refusal("{file} 的文字编码无法识别，请另存为 UTF-8 的 csv", file=file)


def _json(file: Path, text: str) -> list[list[str]]:
    """A list of objects, or an object that holds one; the titles are every key that occurs."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("{file} 不是完整的 JSON：{why}", file=file, why=error) from error
    if isinstance(told, dict):
        lists = (value for value in told.values() if isinstance(value, list))
        told = next((one for one in lists if one), [])
    objects = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    titles = list(dict.fromkeys(key for one in objects for key in one))
    return [titles, *([_json_cell(one.get(title)) for title in titles] for one in objects)]


def _json_cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _workbook(file: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(file))
        for name in book.sheet_names:
            found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if found:
                return [[_text(cell) for cell in row] for row in found]
    except (CalamineError, OSError) as error:
        raise Refusal(
            "{file} 不是能读的工作簿（{why}）：请用 Excel 或 WPS 打开后另存为 xlsx",
            file=file,
            why=type(error).__name__,
        ) from error
    return []


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


Cell = str | int | float | datetime | None


class Table(NamedTuple):
    """One sheet to be written. Times are shown on the city's clock."""

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_workbook(file: Path, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write one sheet, the head bold and frozen; how many rows there were."""
    return write_tables(file, [Table("", titles, rows)])


def write_tables(file: Path, tables: Sequence[Table]) -> int:
    """Write a workbook of these sheets; how many rows there were in all.

    Text is written as text, so that no spreadsheet program runs it as a formula and no code of
    twenty digits is rounded. The file appears under its name when it is whole.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with whole(file) as part:
        try:
            with xlsxwriter.Workbook(str(part), {"constant_memory": True}) as book:
                return sum(_write_table(book, table) for table in tables)
        except FileCreateError as error:  # the library's wrapping of what the system said
            raise OSError(0, str(error)) from error


def _write_table(book: Workbook, table: Table) -> int:
    sheet = book.add_worksheet(table.name or None)
    head = book.add_format({"bold": True, "bg_color": "#DDE6F0"})
    clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 0)
    widths = [len(title) * 2 for title in table.titles]
    for place, title in enumerate(table.titles):
        sheet.write_string(0, place, title, head)
    count = 0
    for count, row in enumerate(table.rows, 1):
        if count > MOST_ROWS:
            raise Refusal("超过工作表的 {n} 行：请缩小范围，或导出为 csv", n=MOST_ROWS)
        for place, cell in enumerate(row):
            match cell:
                case str():
                    sheet.write_string(count, place, cell[:LONGEST_CELL])
                    widths[place] = max(widths[place], min(len(cell), LONGEST_WIDTH) * 2)
                case datetime():
                    sheet.write_datetime(
                        count, place, cell.astimezone(CITY).replace(tzinfo=None), clock
                    )
                    widths[place] = max(widths[place], CLOCK_WIDTH)
                case int() | float():
                    sheet.write_number(count, place, cell)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width + 2, LONGEST_WIDTH))
    return count

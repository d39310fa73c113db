"""From a row of somebody's list of orders to a draft of a case, or to every reason why not."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from app.domain.catalogue import Subcategory, names_of, names_once
from app.domain.columns import Wrong
from app.domain.coordinates import System, to_cgcs2000
from app.domain.deadline import CITY
from app.domain.draft import GUANGZHOU, CaseDraft, Source, Urgency
from app.domain.errors import Refusal
from app.domain.order_columns import Preset
from app.domain.place import District, Subdistrict, read_address
from app.domain.scheme import SchemeWords

URGENT_WORDS = frozenset({"紧急", "特急", "加急", "急", "urgent", "高", "1"})
ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
LONGEST_KEY = 120

HOTLINE = "12345"
"""Senders whose lists are of the hotline have it in their name."""

T = TypeVar("T")
FIRST_YEAR = 2000
"""An order from before is an empty date of somebody's program."""

_CHINESE_ORDER = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:时](\d{1,2})分?(?::?(\d{1,2}))?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
_MONTH_FIRST = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Order:
    """A row that can become a case. `key` is the same for the same order of the same sender;
    `older_key` is what programs before this one took for it.
    """

    draft: CaseDraft
    key: str
    number: str
    reported_at: datetime | None
    remarks: tuple[str, ...]
    older_key: str = ""


@dataclass(frozen=True)
class Knowledge:
    """What rows are held against: the catalogue by every word for it, the places, the time; and
    other schemes by name, for senders who tell categories by them.
    """

    categories: Mapping[str, Subcategory]
    districts: Sequence[District]
    subdistricts: Sequence[Subdistrict]
    now: datetime
    schemes: Mapping[str, SchemeWords] = field(default_factory=dict)


def words_of(catalogue: Sequence[Subcategory]) -> dict[str, Subcategory]:
    """Each category by its full code, its name, and "big/small".

    A name that two have is none. A code that an event and a component have means the one that the
    catalogue names first, which is the event.
    """
    by_code = {entry.full_code: entry for entry in reversed(catalogue)}
    names, _ = names_once((word, entry) for entry in catalogue for word in names_of(entry))
    return names | by_code


def read_order(cells: Mapping[str, str], preset: Preset, known: Knowledge) -> Order | list[Wrong]:
    """The order that a row describes (fields by name), or all that is wrong with it."""
    told = {name: _clean(text) for name, text in cells.items()}
    wrong: list[Wrong] = []
    remarks: list[str] = []
    number = told.get("number", "")
    if ROUNDED.fullmatch(number):
        why = "编号被表格软件当作数字舍去了尾数：请把该列设为文本，重新导出"
        wrong.append(Wrong("number", Refusal(why)))
    entry = _category(told.get("subcategory", ""), preset, known, wrong, remarks)
    reported_at = _time(told.get("reported_at", ""), preset, known.now, wrong, remarks)
    lon, lat = _position(told.get("lon", ""), told.get("lat", ""), preset.system, wrong, remarks)
    district, subdistrict = _place(told, preset, known, wrong)
    draft = CaseDraft(
        str(uuid.uuid4()),
        entry.kind.value if entry else "",
        entry.full_code if entry else "",
        told.get("description", ""),
        told.get("address", ""),
        district,
        subdistrict,
        _grid(told.get("grid_cell", ""), remarks),
        lon,
        lat,
        Source.HOTLINE if HOTLINE in preset.name else Source.IMPORT,
        Urgency.URGENT if told.get("urgency", "").lower() in URGENT_WORDS else Urgency.NORMAL,
        caller=told.get("caller", ""),
        phone=told.get("phone", ""),
    )
    named = {one.field for one in wrong}
    wrong += [
        Wrong(problem.field, Refusal(problem.sentence))
        for problem in draft.problems()
        if problem.field not in named
    ]
    if wrong:
        return wrong
    older = key_of(preset.name, number, draft, reported_at)
    key = hotline_key(number) if number and draft.source is Source.HOTLINE else older
    return Order(draft, key, number, reported_at, tuple(remarks), older)


def _clean(text: str) -> str:
    """Without what no database keeps: halves of characters that were cut, and NULs."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "").strip()


def key_of(sender: str, number: str, draft: CaseDraft, reported_at: datetime | None) -> str:
    """By what the same order is known again: the sender's number, else all that it says.

    A number says little where nobody knows whose it is: two offices both begin with 1. Then what
    the order says counts too.
    """
    if number and sender:
        return f"{sender}:{number}"[:LONGEST_KEY]
    told = (
        number,
        draft.description.strip(),
        draft.address.strip(),
        draft.phone,
        reported_at or "",
    )
    said = "\n".join(map(str, told))
    return f"={hashlib.sha256(said.encode()).hexdigest()}"


def hotline_key(number: str) -> str:
    """By what an order of the hotline is known again, typed or in a list, whatever the sender of
    the list is called: a city has one hotline.
    """
    return f"{HOTLINE}:{number.strip()}"[:LONGEST_KEY]


def _category(
    word: str, preset: Preset, known: Knowledge, wrong: list[Wrong], remarks: list[str]
) -> Subcategory | None:
    scheme = known.schemes[preset.scheme] if preset.scheme else None
    if (ours := preset.category_words.get(word)) is not None:
        entry = known.categories.get(ours)
    elif scheme is not None:
        entry = _called(scheme.meaning, word)
    else:
        entry = _called(known.categories, word)
    if entry is None and (entry := known.categories.get(preset.fallback)):
        remarks.append("类别不在立案标准里，按指定的类别收下")
    if entry is None:
        wrong.append(Wrong("subcategory", _why(word, preset.scheme, scheme)))
    return entry


def _called(words: Mapping[str, T], word: str) -> T | None:
    """What a word means; blanks within it, and a nought that a spreadsheet dropped, aside."""
    plain = word.replace(" ", "")
    return (
        words.get(word) or words.get(plain) or (words.get(f"0{plain}") if plain.isdigit() else None)
    )


def _why(word: str, name: str, scheme: SchemeWords | None) -> Refusal:
    """Why a category cannot be told from a word."""
    if not word:
        return Refusal("类别必填")
    if scheme is None:
        return Refusal("立案标准里没有“{word}”这个类别", word=word)
    if word in scheme.ambiguous:
        return Refusal("方案“{scheme}”里有几个“{word}”，请改用代码", scheme=name, word=word)
    if _called(dict.fromkeys(scheme.unmapped, True), word):
        return Refusal(
            "方案“{scheme}”的“{word}”没有对应的本市类别：可请管理员在“标准”页补上",
            scheme=name,
            word=word,
        )
    return Refusal("方案“{scheme}”里没有“{word}”这个类别", scheme=name, word=word)


def _time(
    text: str, preset: Preset, now: datetime, wrong: list[Wrong], remarks: list[str]
) -> datetime | None:
    if not text:
        return None
    try:
        told = read_time(text, preset.month_first)
        if told.year < FIRST_YEAR:
            raise ValueError("an empty date")
    except (ValueError, OverflowError):
        why = Refusal("看不懂时间“{text}”：应如 2026-11-25 08:30", text=text)
        wrong.append(Wrong("reported_at", why))
        return None
    if told > now:
        wrong.append(Wrong("reported_at", Refusal("时间 {text} 晚于现在", text=text)))
    elif told.astimezone(CITY).hour == told.astimezone(CITY).minute == 0:
        remarks.append("上报时间只有日期，没有时刻")
    return told.astimezone(UTC)


def read_time(text: str, month_first: bool = False) -> datetime:
    """A time as lists write it, aware; the city's if it names no zone. Else a ValueError."""
    if found := _CHINESE_ORDER.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=CITY)
    if found := _MONTH_FIRST.fullmatch(text):
        one, two, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        month, day = (one, two) if month_first else (two, one)
        half = (found[7] or "").upper()
        hour = hour % 12 + (12 if half == "PM" else 0) if half else hour
        return datetime(year, month, day, hour, minute, second, tzinfo=CITY)
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=CITY)


def _position(
    east: str, north: str, system: System, wrong: list[Wrong], remarks: list[str]
) -> tuple[float | None, float | None]:
    """A position that cannot be the city's is left out and said: the address still holds."""
    if not east and not north:
        return None, None
    try:
        lon, lat = float(east), float(north)
    except ValueError:
        wrong.append(Wrong("lon", Refusal("经度、纬度应为数字，例如 113.3215 和 23.1315")))
        return None, None
    if not lon and not lat:
        remarks.append("坐标为 0，未采用")
        return None, None
    if _in_city(lat, lon):
        lon, lat = lat, lon
        remarks.append("经度和纬度写反了，已对调")
    if not _in_city(lon, lat):
        remarks.append("坐标不在本市，未采用")
        return None, None
    return to_cgcs2000(lon, lat, system)


def _in_city(lon: float, lat: float) -> bool:
    west, south, east, north = GUANGZHOU
    return west <= lon <= east and south <= lat <= north


def _place(
    told: Mapping[str, str], preset: Preset, known: Knowledge, wrong: list[Wrong]
) -> tuple[str, str]:
    """District and subdistrict: by the columns, else by what the address names, else the usual."""
    word = told.get("district", "")
    named = (d.code for d in known.districts if word in (d.code, d.name, d.name[:-1]))
    district = next(named, "") if word else ""
    address = told.get("address", "")
    by_address = read_address(address, known.districts, known.subdistricts)
    district = district or by_address[0] or preset.district
    if not district:
        why = (
            Refusal("没有“{name}”这个区", name=word)
            if word
            else Refusal("看不出在哪个区：请填写区，或在地址里写明")
        )
        wrong.append(Wrong("district", why))
        return "", ""
    street = told.get("subdistrict", "")
    fitting = [s for s in known.subdistricts if s.district == district]
    by_name = (s.code for s in fitting if street in (s.code, s.name) or s.name.startswith(street))
    subdistrict = next(by_name, "") if street else ""
    return district, subdistrict or (by_address[1] if by_address[0] == district else "")


def _grid(text: str, remarks: list[str]) -> str:
    if text and not (text.isdigit() and len(text) == 15):
        remarks.append("单元网格编码不是 15 位，未采用")
        return ""
    return text

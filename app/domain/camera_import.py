"""From a row of somebody's camera list to a camera, or to all the reasons why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.domain.camera import check_url
from app.domain.draft import GUANGZHOU
from app.domain.errors import Refusal
from app.domain.gbcode import decode, doubts
from app.domain.network import Networks
from app.domain.place import District, Subdistrict, guess_district


class Column(NamedTuple):
    """A field of a camera, its title on screen, and what senders call it."""

    field: str
    title: str
    aliases: tuple[str, ...]
    longest: int = 120


COLUMNS: tuple[Column, ...] = (
    Column("code", "编码", ("设备编码", "国标编码", "通道编码", "点位编码", "deviceid", "id"), 32),
    Column("name", "名称", ("点位名称", "设备名称", "通道名称", "监控点名称", "name")),
    Column("district", "区", ("所属区", "行政区", "区县", "civilcode", "district")),
    Column("subdistrict", "街道", ("所属街道", "街镇", "镇街", "subdistrict")),
    Column("site", "地址", ("安装地址", "位置", "详细地址", "address", "location")),
    Column("lon", "经度", ("longitude", "lng", "x")),
    Column("lat", "纬度", ("latitude", "y")),
    Column(
        "main_url", "主码流地址", ("主码流", "rtsp", "rtsp地址", "视频地址", "url", "main"), 500
    ),
    Column("sub_url", "子码流地址", ("子码流", "辅码流", "sub"), 500),
    Column("username", "用户名", ("账号", "user", "login"), 64),
    Column("password", "密码", ("口令", "pwd", "pass")),
    Column("ptz", "云台", ("云台控制", "是否云台", "ptztype", "类型")),
)

REQUIRED = ("code", "name", "lon", "lat", "main_url")

PTZ_WORDS = frozenset(
    {"1", "是", "有", "yes", "true", "y", "球机", "高速球", "ptz", "4", "遥控枪机"}
)
"""1 and 4 are the PTZ types of GB/T 28181 that turn (annex A): dome, remote-controlled box."""


ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
"""A long code that a spreadsheet program kept as a number of fifteen digits."""


class Wrong(NamedTuple):
    """One cell that is wrong: its field, and why as a sentence in either language."""

    field: str
    why: Refusal


@dataclass(frozen=True)
class CameraDraft:
    """A row that can become a camera. `password` is as it was written, not sealed yet."""

    code: str
    name: str
    district: str
    subdistrict: str
    site: str
    lon: float
    lat: float
    main_url: str
    sub_url: str
    username: str
    password: str
    ptz: bool
    source_id: int | None = None  # the platform or device it is reached through
    channel: str = ""

    def through(self, source_id: int, channel: str) -> CameraDraft:
        """The same camera, reached through this source."""
        return replace(self, source_id=source_id, channel=channel)

    def with_login(self, username: str, password: str) -> CameraDraft:
        """The same camera, with the login that its streams want."""
        return replace(self, username=username, password=password)


@dataclass(frozen=True)
class Places:
    """What a row is held against."""

    districts: Sequence[District]
    subdistricts: Sequence[Subdistrict]
    networks: Networks


def _plain(text: str) -> str:
    return "".join(text.lower().replace("_", "").split())


def guess_mapping(titles: Iterable[str]) -> dict[str, str]:
    """Which title of a file means which field: exact words first, then contained ones.

    Each title is used once. The result maps field names to titles; unknown fields are left out.
    """
    free = {_plain(title): title for title in titles if title.strip()}
    mapping: dict[str, str] = {}
    for exact in (True, False):
        for column in COLUMNS:
            words = [_plain(word) for word in (column.field, column.title, *column.aliases)]
            for told in list(free):
                fits = told in words if exact else any(w in told for w in words if len(w) > 2)
                if column.field not in mapping and fits:
                    mapping[column.field] = free.pop(told)
    return mapping


def missing(mapping: Mapping[str, str]) -> list[str]:
    """The titles of fields that an import cannot do without and that the mapping lacks."""
    return [
        column.title
        for column in COLUMNS
        if column.field in REQUIRED and column.field not in mapping
    ]


def read_row(
    cells: Mapping[str, str], places: Places, by_source: bool = False
) -> CameraDraft | list[Wrong]:
    """The camera that a row describes (fields by name), or every reason why it is none.

    `by_source`: a platform gives its address when it is watched, so it needs none of its own.
    """
    told = {column.field: cells.get(column.field, "").strip() for column in COLUMNS}
    found = [
        Wrong(column.field, Refusal("太长：最多 {n} 个字", n=column.longest))
        for column in COLUMNS
        if len(told[column.field]) > column.longest
    ]
    if not told["code"]:
        found.append(Wrong("code", Refusal("编码必填")))
    elif ROUNDED.fullmatch(told["code"]):
        found.append(
            Wrong("code", Refusal("编码被表格软件当作数字舍去了尾数：请把该列设为文本，重新导出"))
        )
    if not told["name"]:
        found.append(Wrong("name", Refusal("名称必填")))
    lon, lat = _position(told["lon"], told["lat"], found)
    for field in ("main_url", "sub_url"):
        if not told[field] and (by_source or field == "sub_url"):
            continue
        try:
            check_url(told[field], places.networks)
        except Refusal as refusal:
            found.append(Wrong(field, refusal))
    district = _district(told, places, lon, lat)
    if told["district"] and not district:
        found.append(Wrong("district", Refusal("没有“{name}”这个区", name=told["district"])))
    subdistrict = _subdistrict(told["subdistrict"], district, places)
    if told["subdistrict"] and not subdistrict:
        found.append(
            Wrong("subdistrict", Refusal("该区没有“{name}”这个街道", name=told["subdistrict"]))
        )
    if found:
        return found
    return CameraDraft(
        told["code"],
        told["name"],
        district,
        subdistrict,
        told["site"],
        lon,
        lat,
        told["main_url"],
        told["sub_url"] or told["main_url"],
        told["username"],
        told["password"],
        told["ptz"].lower() in PTZ_WORDS,
    )


def remarks(draft: CameraDraft, places: Places) -> list[str]:
    """What is odd about a row that is taken all the same."""
    areas = frozenset(district.code for district in places.districts)
    found = doubts(draft.code, areas)
    told = decode(draft.code)
    if told and told.area in areas and told.area != draft.district:
        found.append("编码中的区与所属区不同，按所属区归入")
    if draft.main_url and draft.main_url == draft.sub_url:
        found.append("没有子码流，小窗格也用主码流")
    return found


def _position(lon: str, lat: str, found: list[Wrong]) -> tuple[float, float]:
    try:
        east, north = float(lon), float(lat)
    except ValueError:
        found.append(Wrong("lon", Refusal("经度、纬度应为数字，例如 113.3215 和 23.1315")))
        return 0.0, 0.0
    west, south, far_east, far_north = GUANGZHOU
    if west <= north <= far_east and south <= east <= far_north:
        found.append(Wrong("lon", Refusal("经度和纬度写反了")))
    elif not (west <= east <= far_east and south <= north <= far_north):
        found.append(Wrong("lon", Refusal("坐标不在广州市范围内")))
    return east, north


def _district(told: Mapping[str, str], places: Places, lon: float, lat: float) -> str:
    """By what the row says, else by its code, else by where it stands."""
    areas = {district.code for district in places.districts}
    if word := told["district"]:
        named = (d.code for d in places.districts if word in (d.code, d.name, d.name[:-1]))
        return next(named, word[:6] if word[:6] in areas else "")
    decoded = decode(told["code"])
    if decoded and decoded.area in areas:
        return decoded.area
    guess = guess_district(places.districts, lon, lat)
    return guess.district if guess else ""


def _subdistrict(word: str, district: str, places: Places) -> str:
    if not word:
        return ""
    fitting = [s for s in places.subdistricts if not district or s.district == district]
    named = (s.code for s in fitting if word in (s.code, s.name) or s.name.startswith(word))
    return next(named, "")

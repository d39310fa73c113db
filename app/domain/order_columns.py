"""What senders call the columns of a list of orders: by name of the sender, and by guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.domain.coordinates import System


class Field(NamedTuple):
    """A field of an order, its title on screen, and what it is called elsewhere."""

    name: str
    title: str
    aliases: tuple[str, ...]


FIELDS: tuple[Field, ...] = (
    Field(
        "number",
        "工单编号",
        ("工单号", "案件编号", "任务号", "受理编号", "诉求编号", "案卷号", "id"),
    ),
    Field(
        "description",
        "问题描述",
        ("诉求内容", "工单内容", "反映内容", "事件描述", "案件描述", "内容", "描述"),
    ),
    Field("address", "地点", ("事发地址", "问题地址", "发生地点", "地址", "位置", "location")),
    Field("district", "区", ("所属区", "行政区", "事发区域", "区县", "所属区域")),
    Field("subdistrict", "街道", ("所属街道", "街镇", "镇街", "所属街镇")),
    Field("lon", "经度", ("longitude", "lng", "long", "x坐标", "coordx")),
    Field("lat", "纬度", ("latitude", "y坐标", "coordy")),
    Field("caller", "反映人", ("来电人", "诉求人", "姓名", "联系人", "市民姓名")),
    Field("phone", "电话", ("来电号码", "联系电话", "手机号", "联系方式", "手机")),
    Field(
        "subcategory",
        "类别",
        ("小类", "小类名称", "问题类型", "诉求类型", "诉求分类", "案件类别", "事项分类"),
    ),
    Field("reported_at", "上报时间", ("来电时间", "受理时间", "登记时间", "发生时间", "创建时间")),
    Field("urgency", "紧急程度", ("紧急度", "缓急程度")),
    Field("grid_cell", "单元网格", ("网格编码", "网格号", "单元网格编码")),
)

REQUIRED = ("description", "address", "subcategory")


ENOUGH = 0.7
"""A file that has so many of a preset's titles was written by that sender."""


@dataclass(frozen=True)
class Preset:
    """How one sender writes its lists. `columns` maps field names to the sender's titles.

    `category_words` maps the sender's words for a category to our full codes; `fallback` is the
    code for a word that is in neither; `month_first`: dates as 11/25/2026.
    """

    name: str
    columns: Mapping[str, str]
    system: System = System.CGCS2000
    month_first: bool = False
    category_words: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""
    district: str = ""  # of orders that name none
    scheme: str = ""  # by whose codes and names it tells categories; the one in force if empty

    def for_titles(self, titles: Iterable[str]) -> Preset:
        """The same for a file with these titles: what it lacks is left out, the rest is guessed."""
        return guess(titles, [self], enough=0.0)


PRESETS: tuple[Preset, ...] = (
    Preset(
        "12345",
        {
            "number": "工单编号", "description": "诉求内容", "address": "事发地址",
            "district": "所属区域", "subdistrict": "所属街道", "caller": "来电人",
            "phone": "来电号码", "subcategory": "诉求类型", "reported_at": "来电时间",
            "urgency": "紧急程度",
        },
    ),
    Preset(
        "egova",
        {
            "number": "task_num", "description": "event_desc", "address": "address",
            "district": "district_name", "subdistrict": "street_name", "grid_cell": "cell_id",
            "lon": "coordinate_x", "lat": "coordinate_y", "subcategory": "sub_type_name",
            "reported_at": "create_time",
        },
    ),
    Preset(
        "pudong",
        {
            "number": "TASKID", "description": "DESCRIPTION", "address": "ADDRESS",
            "subdistrict": "STREETNAME", "lon": "COORDX", "lat": "COORDY",
            "subcategory": "INFOSCNAME", "reported_at": "DISCOVERTIME", "urgency": "URGENTDEGREE",
        },
    ),
    Preset(
        "open311",
        {
            "number": "service_request_id", "description": "description", "address": "address",
            "lon": "long", "lat": "lat", "subcategory": "service_name",
            "reported_at": "requested_datetime",
        },
    ),
    Preset(
        "nyc",
        {
            "number": "Unique Key", "description": "Descriptor", "address": "Incident Address",
            "district": "Borough", "lon": "Longitude", "lat": "Latitude",
            "subcategory": "Complaint Type", "reported_at": "Created Date",
        },
        month_first=True,
    ),
)  # fmt: skip
"""Titles as these senders publish them; a city's own are saved under a name."""


def guess(
    titles: Iterable[str], presets: Iterable[Preset] = PRESETS, enough: float = ENOUGH
) -> Preset:
    """The sender whose titles these are; else a preset without a name, mapped word by word."""
    known = {_plain(title): title for title in titles if title.strip()}
    best, share = None, 0.0
    for preset in presets:
        held = {f: known[_plain(t)] for f, t in preset.columns.items() if _plain(t) in known}
        fits = len(held) / max(1, len(preset.columns))
        if fits >= enough and (best is None or fits > share):
            best, share = replace(preset, columns=held), fits
    if best is None:
        return Preset("", _by_word(known))
    rest = {plain: title for plain, title in known.items() if title not in best.columns.values()}
    more = {f: t for f, t in _by_word(rest).items() if f not in best.columns}
    return replace(best, columns={**best.columns, **more})


def missing(columns: Mapping[str, str]) -> list[str]:
    """Titles of the fields that no import can do without and that are not mapped."""
    return [one.title for one in FIELDS if one.name in REQUIRED and one.name not in columns]


def _by_word(known: Mapping[str, str]) -> dict[str, str]:
    """Exact words first, then contained Chinese ones; each title is used once.

    A Latin word inside another means nothing: "Phone Number" is no number of an order, nor is
    "来电人ID". An order would be taken for another of the same caller, and lost.
    """
    free, found = dict(known), dict[str, str]()
    for exact in (True, False):
        for one in FIELDS:
            words = [_plain(word) for word in (one.name, one.title, *one.aliases)]
            for told in list(free):
                fits = told in words if exact else any(w in told for w in words if not w.isascii())
                if one.name not in found and fits:
                    found[one.name] = free.pop(told)
    return found


def _plain(text: str) -> str:
    return "".join(text.lower().replace("_", "").split())

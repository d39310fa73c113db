"""What an operator types before it becomes a case, and what is still wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple


class Source(Enum):
    """Where a case came from."""

    VIDEO = "video"  # 视频巡检
    PATROL = "patrol"  # 综合巡查
    HOTLINE = "hotline"  # 12345 热线
    PUBLIC = "public"  # 公众举报
    LEADER = "leader"  # 领导交办
    IMPORT = "import"  # 批量导入

    @property
    def has_numbers(self) -> bool:
        """Whether a case of this source may come with a number of its sender."""
        return self in (Source.HOTLINE, Source.PUBLIC, Source.LEADER, Source.IMPORT)


class Urgency(Enum):
    """How pressing it is."""

    NORMAL = "normal"
    URGENT = "urgent"


class Problem(NamedTuple):
    """One thing that is wrong: the field, and the sentence to show beside it."""

    field: str
    sentence: str


GUANGZHOU = (112.9, 22.5, 114.1, 24.0)
"""A generous box around the city: a position outside it is a slip, not a place."""


PHONE_SIGNS = frozenset("0123456789-+ *转")
"""Hotlines hide the middle of a number by stars; 转 stands before an extension."""

LONGEST = {
    "address": 300, "caller": 60, "phone": 40, "district": 6, "subdistrict": 9, "order_number": 80,
}  # fmt: skip
"""Characters that the tables hold."""


@dataclass(frozen=True)
class CaseDraft:
    """A case as typed. `uid` is made when the form opens and makes sending it twice harmless."""

    uid: str
    kind: str = ""
    subcategory: str = ""  # full code
    description: str = ""
    address: str = ""
    district: str = ""
    subdistrict: str = ""
    grid_cell: str = ""
    lon: float | None = None
    lat: float | None = None
    source: Source = Source.VIDEO
    urgency: Urgency = Urgency.NORMAL
    camera_id: int | None = None
    captures: tuple[str, ...] = ()
    caller: str = ""
    phone: str = ""
    seen_at: datetime | None = None
    stale_accepted: bool = False  # the operator knows that the picture is old
    condition: int = 0  # number of the filing condition; 0: the category's usual one
    order_number: str = ""  # as the sender calls it: whoever passes the case on has a number for it

    def problems(self) -> list[Problem]:
        """All that is wrong, in the order of the form."""
        found = []
        if not self.subcategory:
            found.append(Problem("subcategory", "请选择案件类别：输入编码、名称或拼音首字母"))
        if not self.address.strip():
            found.append(Problem("address", "请填写地点"))
        if not self.district:
            found.append(Problem("district", "请选择所属区"))
        if (self.lon is None) != (self.lat is None) or not self._within_city():
            found.append(Problem("position", "坐标不在广州市范围内，请在地图上重新点选"))
        if self.grid_cell and not (self.grid_cell.isdigit() and len(self.grid_cell) == 15):
            found.append(Problem("grid_cell", "单元网格编码应为 15 位数字"))
        if len(self.description.strip()) < 4:
            found.append(Problem("description", "请描述问题，至少 4 个字"))
        for name, most in LONGEST.items():
            if len(getattr(self, name)) > most:
                found.append(Problem(name, "内容太长，请缩短"))
        if not PHONE_SIGNS.issuperset(self.phone):
            found.append(Problem("phone", "电话只能是数字"))
        return found

    def _within_city(self) -> bool:
        if self.lon is None or self.lat is None:
            return True
        west, south, east, north = GUANGZHOU
        return west <= self.lon <= east and south <= self.lat <= north

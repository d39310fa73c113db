"""A city's years of cases, made quickly: rows and steps, without living each through."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from app.demo.places import ROADS
from app.domain.deadline import CITY
from app.domain.draft import Source, Urgency
from app.domain.workflow import Action, CaseStatus
from app.resources import districts, subdistricts
from db.unit_of_work import Work

WHAT = (
    "占道经营", "流动摊贩", "乱堆物料", "暴露垃圾", "垃圾满溢", "井盖破损", "路灯不亮",
    "违规张贴小广告", "工地扬尘", "夜间施工噪音", "共享单车乱停放", "违法建设", "绿化带踩踏",
    "广告招牌松动", "污水外溢", "人行道破损", "树枝遮挡信号灯", "油烟扰民", "车辆占用消防通道",
    "积水未退",
)  # fmt: skip
WHERE = (
    "门口",
    "路口东北角",
    "公交站旁",
    "地铁出口",
    "小学对面",
    "天桥下",
    "菜市场南门",
    "停车场出口",
)
MORE = (
    "影响行人通行，群众多次反映", "请尽快派人处理", "已持续两天", "现场照片已上传",
    "上月曾处理过，现又复发", "存在安全隐患，需设置警示", "与物业沟通无果", "早高峰尤其严重",
    "希望加强巡查", "已有老人因此摔倒",
)  # fmt: skip
SURNAMES = "陈林黄李张梁何刘吴罗杨谢叶郭冯"
BATCH = 20_000
YEARS = 6


def fill(
    work: Work, count: int, now: datetime, told: Callable[[int], None] = lambda done: None
) -> None:
    """`count` cases over six years, most of them closed, the last ones open."""
    dice = random.Random(12345)
    catalogue = work.standards.catalogue()
    streets = {d.code: [s for s in subdistricts() if s.district == d.code] for d in districts()}
    begins = now - timedelta(days=365 * YEARS)
    each = (now - begins) / count
    day, number = "", 0
    for start in range(0, count, BATCH):
        rows: list[dict[str, Any]] = []
        steps: list[dict[str, Any]] = []
        numbers = range(start, min(start + BATCH, count))
        for n, case_id in zip(numbers, work.cases.reserve_ids(len(numbers)), strict=True):
            at = begins + each * n
            if (today := f"{at.astimezone(CITY):%Y%m%d}") != day:
                day, number = today, 0
            number += 1
            entry, district = dice.choice(catalogue), dice.choice(districts())
            street = dice.choice(streets[district.code])
            is_open = n > count * 0.97 and dice.random() < 0.4
            closed = at + timedelta(hours=dice.uniform(1, 120))
            lon, lat = district.label
            road = f"{dice.choice(ROADS[district.code])}{dice.randint(1, 480)}号"
            rows.append(
                {
                    "id": case_id,
                    "version": 1,
                    "uid": str(uuid.UUID(int=dice.getrandbits(128))),
                    "number": f"CG{day}-{number:05d}",
                    "order_number": "",
                    "kind": entry.kind.value,
                    "category_code": entry.category_code,
                    "category": entry.category,
                    "subcategory_code": entry.full_code,
                    "subcategory": entry.name,
                    "description": f"{road}{dice.choice(WHERE)}{dice.choice(WHAT)}，"
                    f"{dice.choice(MORE)}",
                    "address": f"{district.name}{street.name}{road}",
                    "district": district.code,
                    "subdistrict": street.code,
                    "grid_cell": "",
                    "lon": lon + dice.gauss(0, 0.03),
                    "lat": lat + dice.gauss(0, 0.03),
                    "source": dice.choice((Source.VIDEO, Source.HOTLINE, Source.PATROL)),
                    "urgency": Urgency.NORMAL,
                    "camera_id": None,
                    "caller": f"{dice.choice(SURNAMES)}先生" if dice.random() < 0.5 else "",
                    "phone": f"13{dice.randrange(10**9):09d}" if dice.random() < 0.5 else "",
                    "limit_value": entry.limit.value,
                    "limit_unit": entry.limit.unit,
                    "registered_at": at,
                    "updated_at": at if is_open else closed,
                    "registered_by": "实测",
                    "status": CaseStatus.REPORTED if is_open else CaseStatus.CLOSED,
                    "round": 1,
                    "department": "" if is_open else entry.department,
                    "suspended_from": None,
                    "suspended_at": None,
                    "filed_at": None if is_open else at,
                    "dispatched_at": None if is_open else at,
                    "due_at": None if is_open else at + timedelta(hours=72),
                    "due_provisional": False,
                    "supervised_until": None,
                    "resolved_at": None if is_open else closed,
                    "closed_at": None if is_open else closed,
                    "stage_due_at": None,
                }
            )
            steps += _steps(case_id, at, None if is_open else closed, entry.department)
        work.cases.insert_many(rows, steps)
        told(min(start + BATCH, count))
    if day:
        work.cases.count_up(f"case-{day}", number)  # the next one is registered after these


NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


LIFE = (
    (Action.REGISTER, CaseStatus.REPORTED, 0.0),
    (Action.ACCEPT, CaseStatus.ACCEPTED, 0.01),
    (Action.FILE, CaseStatus.FILED, 0.02),
    (Action.DISPATCH, CaseStatus.DISPATCHED, 0.03),
    (Action.RESOLVE, CaseStatus.RESOLVED, 0.9),
    (Action.CLOSE, CaseStatus.CLOSED, 1.0),
)
"""What is done to a case that was closed, and at which part of its time."""


def _steps(
    case_id: int, begun: datetime, closed: datetime | None, department: str
) -> list[dict[str, Any]]:
    """The steps that figures are counted by; of an open case just the first."""
    life = LIFE if closed else LIFE[:1]
    return [
        {
            "case_id": case_id,
            "action": action,
            "status": status,
            "round": 1,
            "person_id": 1,
            "person": "实测",
            "role": "operator",
            "desk": "bench",
            "at": begun + ((closed or begun) - begun) * part,
            "note": "",
            "department": department if part > 0.02 else "",
            "due_at": None,
        }
        for action, status, part in life
    ]

"""A list of cameras as another office would send it, with good rows and bad ones."""

from __future__ import annotations

import random
from pathlib import Path

from app.demo.places import ROADS
from app.resources import districts
from app.services.sheets import write_workbook

NAME = "点位样表.xlsx"
ROWS = 240
TITLES = (
    "序号",
    "国标编码",
    "点位名称",
    "所属区",
    "安装地址",
    "经度",
    "纬度",
    "RTSP地址",
    "辅码流",
    "类型",
)
CORNERS = ("路口东北角", "公交站", "学校门口", "市场入口", "地铁口", "桥下")


def camera_rows(count: int) -> list[list[str]]:
    """So many good rows."""
    dice = random.Random(count)
    outlines = {district.code: district for district in districts()}
    rows = []
    for number in range(1, count + 1):
        code = dice.choice(list(ROADS))
        road, corner = dice.choice(ROADS[code]), dice.choice(CORNERS)
        lon, lat = outlines[code].label
        address = f"10.20.{number // 200 % 250}.{number % 200 + 1}"
        rows.append(
            [
                str(number),
                f"{code}00{dice.choice(('01', '08', '04'))}131{dice.choice('067')}{number:06d}",
                f"{road}{corner}",
                outlines[code].name,
                f"{outlines[code].name}{road}",
                f"{lon + dice.uniform(-0.02, 0.02):.6f}",
                f"{lat + dice.uniform(-0.02, 0.02):.6f}",
                f"rtsp://{address}/main",
                f"rtsp://{address}/sub",
                dice.choice(("枪机", "球机")),
            ]
        )
    return rows


def make_list(folder: Path) -> Path:
    """Write the list into the folder, and give its path. Nobody serves these cameras."""
    rows = camera_rows(ROWS)
    rows[17][1] = rows[3][1]  # a code twice
    rows[44][5], rows[44][6] = rows[44][6], rows[44][5]  # swapped
    rows[90][7] = "http://10.20.0.91/live.flv"
    rows[130][3] = "天合区"
    rows[201][1] = ""
    path = folder / NAME
    write_workbook(path, TITLES, rows)
    return path

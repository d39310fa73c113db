"""The 20-digit code of a device in a video network, taken apart (GB/T 28181-2016, annex D, rule A).

Real catalogues are dirty: a code that breaks the rule is told, never refused.
"""

from __future__ import annotations

from dataclasses import dataclass

DIGITS = 20
CAMERA_TYPES = frozenset({"131", "132"})

INDUSTRIES: tuple[tuple[int, int, str], ...] = (
    (0, 3, "公安"),
    (4, 7, "交通"),
    (8, 8, "城市管理"),
    (9, 9, "卫生环保"),
    (10, 10, "海关"),
    (11, 11, "教育"),
    (12, 39, "其他政府部门"),
    (40, 99, "企业及其他"),
)
"""First and last value of digits 9-10, and whose the device is."""

DEVICE_TYPES: dict[str, str] = {
    "111": "DVR",
    "112": "视频服务器",
    "113": "编码器",
    "114": "解码器",
    "118": "NVR",
    "130": "混合硬盘录像机",
    "131": "摄像机",
    "132": "网络摄像机",
    "133": "显示器",
    "134": "报警输入",
    "135": "报警输出",
    "136": "语音输入",
    "137": "语音输出",
    "138": "移动设备",
    "200": "中心信令服务器",
    "215": "业务分组",
    "216": "虚拟组织",
}

NETWORKS: dict[str, str] = {
    "0": "监控专网",
    "1": "监控专网",
    "2": "监控专网",
    "3": "监控专网",
    "4": "监控专网",
    "5": "公安信息网",
    "6": "政务网",
    "7": "互联网",
    "8": "社会资源接入网",
    "9": "预留",
}
"""Digit 14 as the edition of 2016 has it."""

PUBLIC_SECURITY = "公安"


@dataclass(frozen=True)
class GbCode:
    """What a code says. `area` is a 6-digit administrative code; `unit` is "00" for none."""

    area: str
    unit: str
    industry: str
    device: str
    network: str
    serial: str

    @property
    def is_camera(self) -> bool:
        return self.device in (DEVICE_TYPES["131"], DEVICE_TYPES["132"])

    @property
    def is_public_security(self) -> bool:
        """Whether looking at its recordings and taking them out wants a reason."""
        return self.industry == PUBLIC_SECURITY


def decode(code: str) -> GbCode | None:
    """The code taken apart, or None if it is not of 20 digits."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    number = int(code[8:10])
    industry = next(name for first, last, name in INDUSTRIES if first <= number <= last)
    return GbCode(
        area=code[:6],
        unit=code[6:8],
        industry=industry,
        device=DEVICE_TYPES.get(code[10:13], code[10:13]),
        network=NETWORKS[code[13]],
        serial=code[14:],
    )


def doubts(code: str, areas: frozenset[str]) -> list[str]:
    """What is odd about a 20-digit code, as sentences; `areas` are the city's 6-digit codes."""
    told = decode(code)
    if told is None:
        return []
    found = []
    if told.area not in areas:
        found.append("编码前 6 位不是本市的区")
    if code[10:13] not in CAMERA_TYPES:
        found.append("编码第 11—13 位不是摄像机（131、132）")
    return found

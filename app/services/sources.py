"""Platforms and devices that cameras come from, and their catalogues brought into the directory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.domain.camera import CameraRow
from app.domain.camera_import import CameraDraft, Places, Wrong, read_row, remarks
from app.domain.camera_source import (
    CameraSource,
    Channel,
    SourceKind,
    SourceRow,
    check_address,
)
from app.domain.errors import Refusal
from app.domain.network import Networks
from app.resources import districts, subdistricts
from app.services.directory import TITLE_OF, Plan, Refused, only_administrators
from db.unit_of_work import Work

NOWHERE = str(0.0)
TITLES = ("编码", "名称", "区", "地址", "经度", "纬度", "云台", "主码流地址", "子码流地址")


def listed(work: Work) -> list[SourceRow]:
    """Every source; their secrets are sealed."""
    return work.video.sources()


def save(
    work: Work,
    kind: SourceKind,
    name: str,
    address: str,
    username: str,
    password: str,
    seal: Callable[[str], str],
    networks: Networks,
) -> int:
    """Keep a source; one of the same address is changed. An empty password leaves the kept one."""
    only_administrators(work)
    address = address.strip().rstrip("/")
    check_address(address, networks)
    if not name.strip():
        raise Refusal("请填写平台名称")
    known = work.video.source_at(address)
    if known is None:
        source = CameraSource(kind, name.strip(), address, username.strip(), seal(password))
        return work.video.add_source(source).id
    known.kind, known.name, known.username = kind, name.strip(), username.strip()
    if password:
        known.secret = seal(password)
    return known.id


def drop(work: Work, source_id: int) -> None:
    """Take a source away that no camera is reached through."""
    only_administrators(work)
    source = work.video.source(source_id)
    if count := work.video.count_of(source_id):
        raise Refusal("还有 {n} 个点位由“{name}”接入，不能删除", n=count, name=source.name)
    work.video.drop_source(source)
    work.touch("camera", 0)


def plan(
    source: SourceRow,
    channels: Sequence[Channel],
    known: Sequence[CameraRow],
    networks: Networks,
    password: str = "",
    district: str = "",
) -> Plan:
    """What bringing this catalogue in would do. Needs no database.

    Where a catalogue tells no position, as many do, a camera that is known keeps its own; any other
    is put into the middle of its district, and said to be. A device knows of no district either:
    `district` (a code) is where its cameras stand.
    """
    places = Places(districts(), subdistricts(), networks)
    by_code = {camera.code: camera for camera in known}
    made = Plan(list(TITLES), {})
    seen: dict[str, int] = {}
    for number, channel in enumerate(channels, 1):
        made.rows += 1
        cells, remark = _cells(channel, by_code.get(channel.code), places, district)
        if source.kind is SourceKind.ONVIF:  # a device's own name is its maker's word
            cells["name"] = _kept(by_code.get(channel.code), "name") or cells["name"]
        answer = read_row(cells, places, by_source=source.kind is SourceKind.WVP)
        if isinstance(answer, list) and cells["lon"] == NOWHERE:
            why = Refusal("目录没有坐标，编码也看不出属于哪个区：请先选“没有坐标的放在”哪个区")
            answer = [Wrong("lon", why), *(one for one in answer if one.field != "lon")]
        if isinstance(answer, CameraDraft) and answer.code in seen:
            why = Refusal("与第 {row} 行的编码相同", row=seen[answer.code])
            answer = [Wrong("code", why)]
        if isinstance(answer, CameraDraft):
            seen[answer.code] = number
            draft = answer.through(source.id, channel.channel)
            if source.kind is SourceKind.ONVIF:  # a device's streams want the device's login
                draft = draft.with_login(source.username, password)
            made.drafts.append((number, draft))
            told = [*remark, *remarks(draft, places)]
            made.warnings += [(number, one) for one in told]
        else:
            shown = [channel.code, channel.name, channel.area, channel.address]
            more = [str(channel.lon), str(channel.lat), "1" if channel.ptz else ""]
            problems = [(TITLE_OF[wrong.field], wrong.why) for wrong in answer]
            urls = [channel.main_url, channel.sub_url]
            made.refused.append(Refused(number, [*shown, *more, *urls], problems))
    return made


def _cells(
    channel: Channel, known: CameraRow | None, places: Places, district: str
) -> tuple[dict[str, str], list[str]]:
    """The channel as a row of a list would tell it, and what is odd about it."""
    areas = {district.code: district for district in places.districts}
    codes = {one.code for one in places.subdistricts}
    told = (channel.area[:6], channel.code[:6], district)
    area = next((one for one in told if one in areas), "")
    street = channel.area[:9] if channel.area[:9] in codes else _kept(known, "subdistrict")
    lon, lat, remark = channel.lon, channel.lat, []
    if not lon and not lat and known is not None:
        lon, lat = known.lon, known.lat
    elif not lon and not lat and area:
        lon, lat = areas[area].label
        remark = ["目录没有坐标，暂放在所属区中心，请核对"]
    if not channel.online:
        remark.append("平台称这个点位离线")
    cells = {
        "code": channel.code,
        "name": channel.name,
        "district": known.district if known and area == district else area,
        "subdistrict": street,
        "site": channel.address or _kept(known, "site"),
        "lon": str(lon),
        "lat": str(lat),
        "main_url": channel.main_url,
        "sub_url": channel.sub_url,
        "ptz": "1" if channel.ptz else "",
    }
    return cells, remark


def _kept(known: CameraRow | None, name: str) -> str:
    """What the directory says where a catalogue says nothing."""
    return str(getattr(known, name)) if known is not None else ""

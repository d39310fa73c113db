"""The demo's platform and device: one camera comes through each, as a city's cameras do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.demo.city import code_of
from app.demo.onvif_device import OnvifDevice, OnvifProfile
from app.demo.places import SPOTS
from app.demo.wvp_server import WvpCamera, WvpServer
from app.desk import Desk
from app.domain.camera import Camera
from app.domain.camera_source import CameraSource, SourceKind
from app.secrets import Seal
from db.unit_of_work import Work

USER, PASSWORD = "zhishou", "Gz-2024-platform"
NAMES = {SourceKind.WVP: "公安共享平台（演示）", SourceKind.ONVIF: "体育西路球机（演示）"}


@contextmanager
def serving_peers(desk: Desk, seal: Seal) -> Iterator[None]:
    """The platform and the device serve while the context lasts; the directory knows where."""
    cameras = {camera.code: camera for camera in desk.ask_now(lambda work: work.cameras.rows())}
    shared = {kind: [code_of(s) for s in SPOTS if s.source == kind.value] for kind in SourceKind}
    channels = [
        WvpCamera(c.code, c.name, c.main_url, c.district, c.site, c.lon, c.lat)
        for code in shared[SourceKind.WVP]
        if (c := cameras.get(code))
    ]
    dome = cameras[shared[SourceKind.ONVIF][0]]
    profiles = [
        OnvifProfile("main", 1280, 720, dome.main_url),
        OnvifProfile("sub", 704, 576, dome.sub_url),
    ]
    device = OnvifDevice(profiles, USER, PASSWORD, serial=dome.code, model="Demo-Dome")
    with WvpServer(channels, USER, PASSWORD) as platform, device:
        for token, name in (("1", "路口全景"), ("2", "人行道"), ("3", "地铁出口")):
            device.turning.remember(token, name)
            for camera in platform.cameras:
                camera.turning.remember(token, name)
        addresses = {SourceKind.WVP: platform.address, SourceKind.ONVIF: device.address}
        desk.do_now(_keep, addresses, shared, seal)
        yield


def _keep(
    work: Work, addresses: dict[SourceKind, str], shared: dict[SourceKind, list[str]], seal: Seal
) -> None:
    """Write down where both are served this time, and whose cameras are whose."""
    known = {row.kind: row.id for row in work.video.sources()}
    places = {row.code: row.id for row in work.cameras.rows()}
    for kind, address in addresses.items():
        if kind in known:
            source = work.video.source(known[kind])
            source.address = address
        else:
            secret = seal.seal(PASSWORD)
            source = work.video.add_source(CameraSource(kind, NAMES[kind], address, USER, secret))
        for number, code in enumerate(shared[kind], 1):
            camera: Camera = work.cameras.get(places[code])
            camera.source_id, camera.ptz, camera.origin = source.id, True, "source"
            camera.channel = str(number) if kind is SourceKind.WVP else "main"

"""A platform or device that cameras come from (接入平台), and what it says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from app.domain.errors import Refusal
from app.domain.network import Networks

PLATFORM = "wvp+"
"""Begins an address at which a platform is asked where a camera can be fetched."""


class SourceKind(Enum):
    """What it speaks."""

    WVP = "wvp"  # WVP-GB28181-pro's HTTP API: the way to public-security cameras
    ONVIF = "onvif"


@dataclass(eq=False)
class CameraSource:
    """How a platform or device is reached. `address` is ``http://host:port``."""

    kind: SourceKind
    name: str
    address: str
    username: str = ""
    secret: str = ""  # sealed, see app/secrets.py
    id: int = field(init=False)
    version: int = field(init=False)


class SourceRow(NamedTuple):
    """A source as a desk knows it."""

    id: int
    version: int
    kind: SourceKind
    name: str
    address: str
    username: str
    secret: str


@dataclass(frozen=True)
class Channel:
    """What a source says of one camera. Empty where it says nothing.

    `channel` is what the source wants to hear when it is asked for this camera.
    """

    channel: str
    code: str
    name: str
    area: str = ""
    address: str = ""
    lon: float = 0.0
    lat: float = 0.0
    ptz: bool = False
    online: bool = True
    main_url: str = ""
    sub_url: str = ""


def check_address(address: str, networks: Networks) -> None:
    """Refuse what is no plain HTTP address within the allowed networks."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/"):
        raise Refusal("平台或设备的地址应为 http://主机:端口，例如 http://10.1.2.3:18080")
    if parts.username or parts.password:
        raise Refusal("请把用户名和密码填在各自的栏中，不要写在地址里")
    networks.check_host(host)


def play_address(address: str, username: str, password: str, channel: str) -> str:
    """What an engine opens instead of a camera's own address: the platform, asked for a channel.

    It carries credentials, as a camera's address does: never log, show or keep it.
    """
    parts = urlsplit(address)
    login = f"{quote(username, safe='')}:{quote(password, safe='')}@"
    return f"{PLATFORM}{parts.scheme}://{login}{parts.netloc}/?channel={quote(channel, safe='')}"

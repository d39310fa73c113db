"""A camera: where it stands, how it is reached, and what can be said of its picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from app.domain.errors import Refusal
from app.domain.network import Networks

ALLOWED_SCHEMES = ("rtsp", "rtsps")
"""Never file, concat, http playlists ...: a camera's address must not read this machine's files."""


class Stream(Enum):
    """Which of a camera's two streams."""

    MAIN = "main"
    SUB = "sub"


class StreamState(Enum):
    """What is true of a stream now. Only LIVE may be believed."""

    IDLE = "idle"
    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"
    AUTH = "auth"
    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"
    LIMIT = "limit"
    NO_VIDEO = "no_video"
    BROKEN = "broken"
    FORBIDDEN = "forbidden"
    LATE = "late"
    # It flows, and shows nothing that can be used:
    BLACK = "black"
    FROZEN = "frozen"
    BLURRED = "blurred"
    COVERED = "covered"
    CAST = "cast"
    MOVED = "moved"
    DAMAGED = "damaged"
    # Of a fault only: no program saw it.
    TOLD = "told"

    @property
    def flows(self) -> bool:
        """Whether pictures arrive in time; only those of LIVE are also in order."""
        return self is StreamState.LIVE or self in PICTURE_TROUBLES

    @property
    def shows(self) -> bool:
        """Whether there is a present picture to judge by: live, in order or with a trouble that
        leaves something to look at. A black or frozen one says nothing of now.
        """
        return self is StreamState.LIVE or self in SEEN_TROUBLES


PICTURE_TROUBLES = frozenset(
    {
        StreamState.BLACK,
        StreamState.FROZEN,
        StreamState.BLURRED,
        StreamState.COVERED,
        StreamState.CAST,
        StreamState.MOVED,
        StreamState.DAMAGED,
    }
)

SEEN_TROUBLES = PICTURE_TROUBLES - {StreamState.BLACK, StreamState.FROZEN}
"""Troubles that leave something to look at: said over the picture, which is not dimmed."""

STALL_AFTER_S = 2.0
"""A stream without a packet for this long is stalled: shown well before the promised 3 s."""

LATE_AFTER_S = 2.0
"""A stream whose pictures arrive so long after they were made is late, not live."""

FRESH_S = 2.0
"""A picture older than this is marked as stale when it becomes evidence."""


@dataclass(eq=False)
class Camera:
    """A monitoring point (监控点位)."""

    code: str
    name: str
    district: str  # 6-digit code
    subdistrict: str  # 9-digit code, or ""
    site: str
    lon: float  # CGCS2000 degrees
    lat: float
    main_url: str
    sub_url: str
    username: str = ""
    secret: str = ""  # as kept: sealed, see app/secrets.py
    enabled: bool = True
    keywords: str = ""  # what it is found by, in small letters: see services/pinyin.py
    ptz: bool = False  # it turns and zooms
    origin: str = "manual"  # where the entry came from
    source_id: int | None = None  # the platform it is reached through; None: by its own address
    channel: str = ""  # what that platform calls it
    preset: str = ""  # token of the preset that tours and re-checks turn it to
    task: str = ""  # what to look for here
    id: int = field(init=False)
    version: int = field(init=False)


class CameraRow(NamedTuple):
    """What the tree, the map and a tile know of a camera. The secret is sealed."""

    id: int
    version: int
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
    secret: str
    enabled: bool
    keywords: str
    ptz: bool
    origin: str
    source_id: int | None = None
    channel: str = ""
    preset: str = ""
    task: str = ""


def check_url(url: str, networks: Networks | None = None) -> None:
    """Refuse an address that is not a plain RTSP one, carries a password, or lies outside."""
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").encode("idna"), parts.port
    except (ValueError, UnicodeError):
        raise Refusal("视频地址写错了：请核对主机名和端口，例如 rtsp://10.1.2.3:554/sub") from None
    if parts.scheme not in ALLOWED_SCHEMES or not host:
        raise Refusal("视频地址必须以 rtsp:// 或 rtsps:// 开头，例如 rtsp://10.1.2.3:554/sub")
    if parts.password or parts.username:
        raise Refusal("请把用户名和密码填在各自的栏中，不要写在视频地址里")
    if networks is not None:
        networks.check_host(parts.hostname or "")


def with_credentials(url: str, username: str, password: str) -> str:
    """The address as the ingest needs it. Never log, show or keep the result."""
    if not username:
        return url
    parts = urlsplit(url)
    login = f"{quote(username, safe='')}:{quote(password, safe='')}@"
    return urlunsplit(parts._replace(netloc=login + parts.netloc))


def redact(text: str) -> str:
    """The text without the credentials that an address in it may carry.

    Up to the last @ of the word: a password that was typed in by hand may hold an @ or a / itself.
    """
    return re.sub(r"((?:rtsps?|https?)://)\S*@", r"\1***@", text)

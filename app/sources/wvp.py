"""WVP-GB28181-pro over its documented HTTP API: catalogue, play address, PTZ, presets.

Facts of the API (version 2.7.4, read in its sources): the password travels as its MD5, the answer's
`accessToken` comes back in the header `access-token`; every answer is `{"code", "msg", "data"}`
with code 0 for success; a channel is named by the number `gbId` of the catalogue.
"""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from app.domain.camera_source import PLATFORM, Channel
from app.domain.ptz import Box, Move, Preset, free_number
from app.sources.quiet import logging_untouched
from app.sources.source import SourceFailed, SourceLocked, SourceSilent

with logging_untouched():
    import httpx

PAGE = 500
ANSWER_WITHIN_S = 10.0
PLAY_WITHIN_S = 20.0
"""The platform itself waits so long for a camera to begin to send."""

PTZ_TYPES = frozenset({1, 4, 5})
"""Types that turn: dome, remote-controlled box, remote-controlled half dome."""

WINDOW = (1920, 1080)
"""The picture's size that drawn boxes are told in; only the proportion matters."""

PTZ = "/api/common/channel/front-end"
EXPIRED = frozenset({401, 403})

REFUSALS = EXPIRED | {100}
"""What a platform answers to a login with a wrong name or password; all else may pass by itself."""

LOCKED_FOR_S = 300.0
"""A refused login is not tried again for so long: hundreds of cameras would ask, and platforms lock
accounts after a few failures."""


class Wvp:
    """One platform. Safe for several threads; signs in again when its token has run out."""

    holds_for = 0.0

    def __init__(self, address: str, username: str, password: str) -> None:
        self._username = username
        self._hash = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        self._client = httpx.Client(
            base_url=address.rstrip("/"), timeout=ANSWER_WITHIN_S, trust_env=False
        )
        self._lock = threading.Lock()
        self._token = ""
        self._refused_at: float | None = None

    def channels(self) -> list[Channel]:
        """Every camera of the catalogue, fetched page by page."""
        found: list[Channel] = []
        page = 1
        while True:
            told = self._ask("/api/common/channel/list", page=page, count=PAGE)
            rows = told.get("list") or []
            found += [_channel(row) for row in rows]
            if not rows or len(found) >= int(told.get("total") or 0):
                return found
            page += 1

    def play_url(self, channel: str) -> str:
        """Ask the platform to fetch this camera; the RTSP address at which it then serves it."""
        told = self._ask("/api/common/channel/play", within=PLAY_WITHIN_S, channelId=channel)
        url = (told or {}).get("rtsp")
        if not url:
            raise SourceFailed("平台没有给出这个点位的 RTSP 地址：请检查平台的流媒体服务设置")
        return str(url)

    def move(self, channel: str, move: Move) -> None:
        speeds = {
            "panSpeed": round(abs(move.pan) * 100),
            "tiltSpeed": round(abs(move.tilt) * 100),
            "zoomSpeed": round(abs(move.zoom) * 100),
        }
        self._ask(f"{PTZ}/ptz", channelId=channel, command=_command(move), **speeds)

    def stop(self, channel: str) -> None:
        """Twice: on its way from the platform to the camera the order may be lost (UDP)."""
        for _ in range(2):
            speeds = {"panSpeed": 0, "tiltSpeed": 0, "zoomSpeed": 0}
            self._ask(f"{PTZ}/ptz", channelId=channel, command="stop", **speeds)

    def presets(self, channel: str) -> list[Preset]:
        told = self._ask(f"{PTZ}/preset/query", channelId=channel) or []
        return [Preset(str(one["presetId"]), one.get("presetName") or "") for one in told]

    def go_to(self, channel: str, preset: str) -> None:
        self._ask(f"{PTZ}/preset/call", channelId=channel, presetId=preset)

    def remember(self, channel: str, name: str) -> Preset:
        number = free_number(self.presets(channel))
        if not number:
            raise SourceFailed("这台摄像机的预置位已满，请先删除一个")
        self._ask(f"{PTZ}/preset/add", channelId=channel, presetId=number, presetName=name)
        return Preset(str(number), name)

    def forget(self, channel: str, preset: str) -> None:
        self._ask(f"{PTZ}/preset/delete", channelId=channel, presetId=preset)

    def frame(self, channel: str, box: Box, nearer: bool) -> None:
        wide, high = WINDOW
        x, y = box.middle
        self._ask(
            f"{PTZ}/drag_zoom_{'in' if nearer else 'out'}",
            channelId=channel,
            length=wide,
            width=high,
            midpointX=round(x * wide),
            midpointY=round(y * high),
            lengthX=max(1, round(box.width * wide)),
            lengthY=max(1, round(box.height * high)),
        )

    def close(self) -> None:
        self._client.close()

    # Asking.

    def _ask(self, path: str, within: float = ANSWER_WITHIN_S, **words: Any) -> Any:
        """The answer's data; signed in first, and once more if the token has run out."""
        for again in (True, False):
            token = self._sign_in()
            told = self._get(path, words, {"access-token": token}, within)
            if told.get("code") in EXPIRED and again:
                with self._lock:
                    self._token = ""
                continue
            if told.get("code") != 0:
                raise SourceFailed("平台拒绝了：{why}", why=told.get("msg") or told.get("code"))
            return told.get("data")
        raise AssertionError("unreachable")

    def _sign_in(self) -> str:
        with self._lock:
            refused = self._refused_at
            if refused is not None and time.monotonic() - refused < LOCKED_FOR_S:
                raise SourceLocked("平台不接受用户名或密码：请管理员核对接入平台的账号")
            if not self._token:
                words = {"username": self._username, "password": self._hash}
                told = self._get("/api/user/login", words, {}, ANSWER_WITHIN_S)
                token = (told.get("data") or {}).get("accessToken")
                if told.get("code") != 0 and told.get("code") not in REFUSALS:
                    raise SourceFailed("平台拒绝了：{why}", why=told.get("msg") or told.get("code"))
                if told.get("code") != 0 or not token:
                    self._refused_at = time.monotonic()
                    raise SourceLocked("平台不接受用户名或密码：请管理员核对接入平台的账号")
                self._token, self._refused_at = str(token), None
            return self._token

    def _get(
        self, path: str, words: dict[str, Any], headers: dict[str, str], within: float
    ) -> dict[str, Any]:
        try:
            answer = self._client.get(path, params=words, headers=headers, timeout=within)
            if answer.status_code in EXPIRED:
                return {"code": answer.status_code, "msg": ""}
            told = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL):
            # The error's own text holds the address with the password's hash.
            raise SourceSilent("平台没有应答：请检查网络和平台服务") from None
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise SourceFailed("平台的应答看不懂：请核对地址是否是 WVP 的接口端口")
        return told


_platforms: dict[str, Wvp] = {}
_platforms_lock = threading.Lock()


def resolve(url: str) -> str:
    """The RTSP address behind a `play_address`, asked for anew at every connection: the platform
    lets a stream go that nobody reads. One sign-in for all cameras of a platform.
    """
    parts = urlsplit(url.removeprefix(PLATFORM))
    host = parts.netloc.rpartition("@")[2]
    key = f"{parts.scheme}://{parts.netloc}"
    with _platforms_lock:
        if key not in _platforms:
            _platforms[key] = Wvp(
                f"{parts.scheme}://{host}",
                unquote(parts.username or ""),
                unquote(parts.password or ""),
            )
    return _platforms[key].play_url(parse_qs(parts.query)["channel"][0])


def _channel(row: dict[str, Any]) -> Channel:
    return Channel(
        channel=str(row.get("gbId")),
        code=str(row.get("gbDeviceId") or "") if row.get("gbId") is not None else "",
        name=str(row.get("gbName") or ""),
        area=str(row.get("gbCivilCode") or ""),
        address=str(row.get("gbAddress") or ""),
        lon=float(row.get("gbLongitude") or 0.0),
        lat=float(row.get("gbLatitude") or 0.0),
        ptz=row.get("gbPtzType") in PTZ_TYPES,
        online=row.get("gbStatus") == "ON",
    )


def _command(move: Move) -> str:
    """One word of the API: a zoom goes by itself, a turn may be slanting."""
    if move.zoom:
        return "zoomin" if move.zoom > 0 else "zoomout"
    upright = "up" if move.tilt > 0 else "down" if move.tilt < 0 else ""
    sideways = "right" if move.pan > 0 else "left" if move.pan < 0 else ""
    return upright + sideways or "stop"

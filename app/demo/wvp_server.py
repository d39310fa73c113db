"""A platform that speaks the documented part of WVP-GB28181-pro's HTTP API that the console uses.

Its cameras are streams of the RTSP server beside it; PTZ orders turn nothing but are kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from app.demo.peer import Answer, Peer
from app.demo.turning import Turning
from app.domain.ptz import Move

PTZ = "/api/common/channel/front-end"
WAYS = {
    "left": (-1, 0, 0),
    "right": (1, 0, 0),
    "up": (0, 1, 0),
    "down": (0, -1, 0),
    "upleft": (-1, 1, 0),
    "upright": (1, 1, 0),
    "downleft": (-1, -1, 0),
    "downright": (1, -1, 0),
    "zoomin": (0, 0, 1),
    "zoomout": (0, 0, -1),
}


@dataclass
class WvpCamera:
    """One channel: what the catalogue tells of it, and where it is really served."""

    code: str
    name: str
    rtsp: str
    civil: str = ""
    address: str = ""
    lon: float = 0.0
    lat: float = 0.0
    ptz_type: int = 1
    online: bool = True
    turning: Turning = field(default_factory=Turning)


class WvpServer:
    """The platform, on a port of its own while the context lasts. `played` counts play requests."""

    def __init__(self, cameras: Sequence[WvpCamera], username: str, password: str) -> None:
        self.cameras = list(cameras)
        self._login = (username, hashlib.md5(password.encode()).hexdigest())
        self._tokens: set[str] = set()
        self._peer = Peer(self._answer)
        self.played: dict[int, int] = {}
        self.busy = False
        """It answers, but cannot sign anybody in just now."""

        self.fails = False
        """As if the link between the platform and its cameras were broken."""

    @property
    def address(self) -> str:
        return self._peer.address

    def forget_tokens(self) -> None:
        """As if it had been restarted."""
        self._tokens.clear()

    def __enter__(self) -> Self:
        self._peer.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._peer.__exit__()

    def _answer(self, _method: str, target: str, headers: dict[str, str], _body: bytes) -> Answer:
        parts = urlsplit(target)
        words = dict(parse_qsl(parts.query))
        if parts.path == "/api/user/login":
            return _told(self._sign_in(words))
        if headers.get("access-token") not in self._tokens:
            return 401, "application/json", b'{"code":401,"msg":"login"}'
        verbs: dict[str, Callable[[dict[str, str]], Any]] = {
            "/api/common/channel/list": self._list,
            "/api/common/channel/play": self._play,
            f"{PTZ}/ptz": self._ptz,
            f"{PTZ}/preset/query": self._presets,
            f"{PTZ}/preset/add": self._add,
            f"{PTZ}/preset/call": self._call,
            f"{PTZ}/preset/delete": self._delete,
            f"{PTZ}/drag_zoom_in": lambda w: self._drag(w, 1),
            f"{PTZ}/drag_zoom_out": lambda w: self._drag(w, -1),
        }
        verb = verbs.get(parts.path)
        if verb is None:
            return 404, "application/json", b'{"code":404,"msg":"no such path"}'
        try:
            return _told({"code": 0, "msg": "成功", "data": verb(words)})
        except Refused as refused:
            return _told({"code": 100, "msg": str(refused), "data": None})

    def _sign_in(self, words: dict[str, str]) -> dict[str, Any]:
        if self.busy:
            return {"code": 500, "msg": "数据库连接失败", "data": None}
        if (words.get("username"), words.get("password")) != self._login:
            return {"code": 100, "msg": "用户名或密码错误", "data": None}
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return {
            "code": 0,
            "msg": "成功",
            "data": {"username": words["username"], "accessToken": token},
        }

    def _list(self, words: dict[str, str]) -> dict[str, Any]:
        page, count = int(words["page"]), int(words["count"])
        first = (page - 1) * count
        rows = [
            {
                "gbId": number,
                "gbDeviceId": one.code,
                "gbName": one.name,
                "gbCivilCode": one.civil or None,
                "gbAddress": one.address or None,
                "gbStatus": "ON" if one.online else "OFF",
                "gbLongitude": one.lon or None,
                "gbLatitude": one.lat or None,
                "gbPtzType": one.ptz_type,
            }
            for number, one in enumerate(self.cameras, 1)
        ]
        return {"total": len(rows), "list": rows[first : first + count]}

    def _camera(self, words: dict[str, str]) -> WvpCamera:
        number = int(words.get("channelId") or 0)
        if not 1 <= number <= len(self.cameras):
            raise Refused("通道不存在")
        return self.cameras[number - 1]

    def _play(self, words: dict[str, str]) -> dict[str, str]:
        camera = self._camera(words)
        if not camera.online or self.fails:
            raise Refused("点播超时")
        number = int(words["channelId"])
        self.played[number] = self.played.get(number, 0) + 1
        return {"app": "rtp", "stream": camera.code, "rtsp": camera.rtsp}

    def _ptz(self, words: dict[str, str]) -> None:
        turning, command = self._camera(words).turning, words["command"]
        if self.fails:
            raise Refused("请求超时")
        if command not in WAYS:
            turning.stop()
            return
        pan, tilt, zoom = WAYS[command]
        turn, lift, near = (int(words[f"{name}Speed"]) / 100 for name in ("pan", "tilt", "zoom"))
        turning.move(Move(pan * turn, tilt * lift, zoom * near))

    def _presets(self, words: dict[str, str]) -> list[dict[str, str]]:
        told = self._camera(words).turning.presets()
        return [{"presetId": one.token, "presetName": one.name} for one in told]

    def _add(self, words: dict[str, str]) -> None:
        self._camera(words).turning.remember(words["presetId"], words.get("presetName", ""))

    def _call(self, words: dict[str, str]) -> None:
        if not self._camera(words).turning.go_to(words["presetId"]):
            raise Refused("没有这个预置位")

    def _delete(self, words: dict[str, str]) -> None:
        self._camera(words).turning.forget(words["presetId"])

    def _drag(self, words: dict[str, str], way: int) -> None:
        told = {name: int(value) for name, value in words.items()}
        x = told["midpointX"] / told["length"] - 0.5
        y = told["midpointY"] / told["width"] - 0.5
        part = max(told["lengthX"] / told["length"], told["lengthY"] / told["width"])
        self._camera(words).turning.turn_by(x * 60, -y * 34, (1 / part) ** way)


class Refused(Exception):
    """What was asked cannot be done; the text goes into the answer."""


def _told(answer: dict[str, Any]) -> Answer:
    return 200, "application/json;charset=UTF-8", json.dumps(answer, ensure_ascii=False).encode()

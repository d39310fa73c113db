"""An ONVIF device: its profiles as main and sub stream, its PTZ service, its presets.

onvif-zeep-async reads the WSDL files (a second of work) and speaks SOAP on an event loop; that loop
runs on a thread of its own, so that neither the window nor its loop ever waits for it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault

from app.domain.camera_source import Channel
from app.domain.errors import Refusal
from app.domain.ptz import Box, Move, Preset
from app.sources.quiet import logging_untouched
from app.sources.source import SourceFailed, SourceLocked, SourceSilent

with logging_untouched():
    from onvif import ONVIFCamera
    from onvif.exceptions import ONVIFError

T = TypeVar("T")

ANSWER_WITHIN_S = 12.0
HOLDS_S = 2.0
FIELD_OF_VIEW = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/TranslationSpaceFov"
"""The space in which a device turns by parts of what it sees; only devices that offer it can be
framed."""

LARGEST_SUB = 720 * 576
"""A stream of no more than D1 suits small tiles."""


class Profile(NamedTuple):
    """A profile with a picture: its token, its size in pixels, whether it can be moved."""

    token: str
    name: str
    width: int
    height: int
    codec: str
    ptz: bool


def choose(profiles: list[Profile]) -> tuple[Profile, Profile]:
    """Main and sub by resolution: the largest, and the largest that is no more than D1; if none is,
    the smallest. JPEG profiles are taken only where there is nothing else.
    """
    films = [one for one in profiles if one.codec.upper() != "JPEG"] or profiles
    if not films:
        raise SourceFailed("设备没有视频配置：请在设备上启用视频编码")
    by_size = sorted(films, key=lambda one: one.width * one.height)
    small = [one for one in by_size if one.width * one.height <= LARGEST_SUB]
    return by_size[-1], (small or by_size[:1])[-1]


REFUSED_FOR_S = 60.0
"""A login that was refused on a new connection, too, is not tried twice again for so long."""

NO_ANSWER = (ONVIFError, ZeepError, httpx.HTTPError, aiohttp.ClientError, OSError, RuntimeError)
"""RuntimeError: another request has let go of this connection meanwhile."""


class Onvif:
    """One device."""

    holds_for = HOLDS_S

    def __init__(
        self,
        address: str,
        username: str,
        password: str,
        check: Callable[[str], None] = lambda url: None,
    ) -> None:
        """`check` refuses an address that may not be asked: a device names its services itself."""
        self._check = check
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if secure else 80)
        self._scheme = f"{parts.scheme}://" if secure else ""
        self._login = (username or None, password or None)
        self._device: ONVIFCamera | None = None
        self._ptz: Any = None
        self._connecting = asyncio.Lock()
        self._frames: bool | None = None
        self._refused_at = -REFUSED_FOR_S

    # The protocol.

    def channels(self) -> list[Channel]:
        return self._run(self._channels)

    def move(self, channel: str, move: Move) -> None:
        async def work(ptz: Any) -> None:
            # What is left out goes on as it was: zeros say that it shall not.
            velocity = {"PanTilt": {"x": move.pan, "y": move.tilt}, "Zoom": {"x": move.zoom}}
            await ptz.ContinuousMove(
                {
                    "ProfileToken": channel,
                    "Velocity": velocity,
                    "Timeout": timedelta(seconds=HOLDS_S),
                }
            )

        self._with_ptz(work)

    def stop(self, channel: str) -> None:
        self._with_ptz(
            lambda ptz: ptz.Stop({"ProfileToken": channel, "PanTilt": True, "Zoom": True})
        )

    def presets(self, channel: str) -> list[Preset]:
        told = self._with_ptz(lambda ptz: ptz.GetPresets({"ProfileToken": channel}))
        return [Preset(str(one.token), one.Name or "") for one in told or []]

    def go_to(self, channel: str, preset: str) -> None:
        words = {"ProfileToken": channel, "PresetToken": preset}
        self._with_ptz(lambda ptz: ptz.GotoPreset(words))

    def remember(self, channel: str, name: str) -> Preset:
        words = {"ProfileToken": channel, "PresetName": name}
        return Preset(str(self._with_ptz(lambda ptz: ptz.SetPreset(words))), name)

    def forget(self, channel: str, preset: str) -> None:
        words = {"ProfileToken": channel, "PresetToken": preset}
        self._with_ptz(lambda ptz: ptz.RemovePreset(words))

    def frame(self, channel: str, box: Box, nearer: bool) -> None:
        """By RelativeMove in the field-of-view space: -1 to 1 is half a picture to either side."""
        x, y = box.middle
        part = max(box.width, box.height, 0.02)
        zoom = min(1.0, 1 - part) * (1 if nearer else -1)
        turn = {"x": 2 * x - 1, "y": 1 - 2 * y, "space": FIELD_OF_VIEW}

        async def work(ptz: Any) -> None:
            if not await self._can_frame(ptz):
                raise SourceFailed("这台设备不支持三维定位：请用方向键和变倍")
            translation = {"PanTilt": turn, "Zoom": {"x": zoom}}
            await ptz.RelativeMove({"ProfileToken": channel, "Translation": translation})

        self._with_ptz(work)

    def close(self) -> None:
        self._let_go(self._device)

    def _let_go(self, device: ONVIFCamera | None) -> None:
        """The next request connects anew, unless another one has done so already."""
        if device is not None:
            with suppress(NotInTime):
                ended = asyncio.run_coroutine_threadsafe(self._end(device), _loop())
                ended.result(ANSWER_WITHIN_S)

    async def _end(self, device: ONVIFCamera) -> None:
        async with self._connecting:
            is_used = self._device is device
            if is_used:
                self._device = self._ptz = None
        if is_used:
            await device.close()

    # Asking.

    async def _channels(self) -> list[Channel]:
        """A device of one lens is one camera; each video source of an encoder is one of its own."""
        device = await self._connected()
        media = await device.create_media_service()
        by_source: dict[str, list[Profile]] = {}
        for told in await media.GetProfiles():
            coding, source = told.VideoEncoderConfiguration, told.VideoSourceConfiguration
            if coding is None or source is None:
                continue
            size = coding.Resolution
            profile = Profile(
                str(told.token),
                told.Name or "",
                int(size.Width),
                int(size.Height),
                str(coding.Encoding),
                told.PTZConfiguration is not None,
            )
            by_source.setdefault(str(source.SourceToken), []).append(profile)
        about = await (await device.create_devicemgmt_service()).GetDeviceInformation()
        serial = str(about.SerialNumber or f"{self._host}:{self._port}")
        found = []
        for place, profiles in enumerate(by_source.values(), 1):
            main, sub = choose(profiles)
            turning = next((one for one in profiles if one.ptz), None)
            more = f"-{place}" if len(by_source) > 1 else ""
            found.append(
                Channel(
                    channel=(turning or main).token,
                    code=f"{serial}{more}"[:32],
                    name=f"{about.Manufacturer or ''} {about.Model or ''}{more}".strip(),
                    ptz=turning is not None,
                    main_url=await self._stream_url(media, main),
                    sub_url=await self._stream_url(media, sub),
                )
            )
        return found

    async def _stream_url(self, media: Any, profile: Profile) -> str:
        transport = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        told = await media.GetStreamUri({"StreamSetup": transport, "ProfileToken": profile.token})
        return str(told.Uri)

    async def _can_frame(self, ptz: Any) -> bool:
        if self._frames is None:
            told = [node.SupportedPTZSpaces for node in await ptz.GetNodes() or []]
            spaces = [
                str(space.URI)
                for offered in told
                if offered is not None
                for space in offered.RelativePanTiltTranslationSpace or []
            ]
            self._frames = FIELD_OF_VIEW in spaces
        return self._frames

    async def _connected(self) -> ONVIFCamera:
        async with self._connecting:  # a movement and the presets may be asked for at once
            return await self._connect()

    async def _connect(self) -> ONVIFCamera:
        if self._device is None:
            host = f"{self._scheme}{self._host}"
            device = ONVIFCamera(host, self._port, *self._login, adjust_time=True)
            try:
                await device.update_xaddrs()
                for url in set(device.xaddrs.values()):
                    await asyncio.to_thread(self._check, str(url))
            except BaseException:
                await device.close()
                raise
            self._device = device
        return self._device

    def _with_ptz(self, work: Callable[[Any], Awaitable[T]]) -> T:
        async def asked() -> T:
            async with self._connecting:
                device = await self._connect()
                if self._ptz is None:
                    self._ptz = await device.create_ptz_service()
                ptz = self._ptz
            return await work(ptz)

        return self._run(asked)

    def _run(self, work: Callable[[], Awaitable[T]]) -> T:
        """A request is signed by the device's clock as it was when it was connected to: one whose
        clock was set since refuses it, and is connected to anew.
        """
        device = self._device
        try:
            return self._asked(work)
        except SourceSilent:
            self._let_go(device)
            raise
        except SourceLocked:
            self._let_go(device)
            if device is None or time.monotonic() - self._refused_at < REFUSED_FOR_S:
                raise
        try:
            return self._asked(work)
        except SourceLocked:
            self._refused_at = time.monotonic()  # it is the password: cameras lock accounts
            self._let_go(self._device)
            raise

    def _asked(self, work: Callable[[], Awaitable[T]]) -> T:
        async def asked() -> T:
            return await work()

        future = asyncio.run_coroutine_threadsafe(asked(), _loop())
        try:
            return future.result(ANSWER_WITHIN_S)
        except Refusal:
            raise
        except NotInTime:
            future.cancel()
            raise SourceSilent("设备没有应答：请检查网络和地址") from None
        except Fault as fault:
            if "auth" in f"{fault.message} {fault.subcodes}".lower():
                raise SourceLocked("设备不接受用户名或密码：请管理员核对") from None
            raise SourceFailed("设备拒绝了：{why}", why=fault.message or fault.code) from None
        except NO_ANSWER as error:
            if "auth" in str(error).lower():
                raise SourceLocked("设备不接受用户名或密码：请管理员核对") from None
            raise SourceSilent("设备没有按 ONVIF 应答：请检查地址和端口") from None


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop that all devices' requests run on."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="onvif", daemon=True).start()
    return loop

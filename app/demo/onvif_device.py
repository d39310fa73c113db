"""A device that speaks the part of ONVIF that the console uses: SOAP with a password digest, media
profiles, PTZ with presets, and the answer to WS-Discovery.

Its pictures are streams of the RTSP server beside it; PTZ orders turn nothing but are kept.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import struct
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from xml.sax.saxutils import escape

from lxml import etree

from app.demo.peer import Answer, Peer
from app.demo.turning import Turning
from app.domain.ptz import Move
from app.sources.discovery import GROUP
from app.sources.onvif import FIELD_OF_VIEW

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SECURITY = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
)
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
TT = "http://www.onvif.org/ver10/schema"
OPEN_TO_ALL = frozenset({"GetSystemDateAndTime", "GetCapabilities", "GetServices"})


@dataclass(frozen=True)
class OnvifProfile:
    """One profile: its size in pixels and where it is served."""

    token: str
    width: int
    height: int
    rtsp: str
    codec: str = "H264"


class OnvifDevice:
    """The device, on ports of its own while the context lasts."""

    def __init__(
        self,
        profiles: list[OnvifProfile],
        username: str,
        password: str,
        serial: str = "ZS0001",
        model: str = "Dome",
        frames: bool = True,
        group: tuple[str, int] = GROUP,
    ) -> None:
        self._profiles, self._login = profiles, (username, password)
        self._serial, self._model, self._frames, self._group = serial, model, frames, group
        self._peer = Peer(self._answer)
        self._discovery: socket.socket | None = None
        self.turning = Turning()
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return self._peer.address

    def __enter__(self) -> Self:
        self._peer.__enter__()
        self._discovery = _listen(self._group)
        threading.Thread(target=self._discover, args=(self._discovery,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._peer.__exit__()
        if self._discovery is not None:
            self._discovery.close()

    # SOAP.

    def _answer(self, _method: str, _target: str, _headers: dict[str, str], body: bytes) -> Answer:
        try:
            root = etree.fromstring(body)
            asked = root.find(f"{{{SOAP}}}Body")[0]
        except (etree.XMLSyntaxError, IndexError, TypeError):
            return _fault("malformed", 400)
        name = etree.QName(asked).localname
        self.asked.append(name)
        if name not in OPEN_TO_ALL and not self._is_signed(root):
            return _fault("Sender not authorized", 400, "NotAuthorized")
        verb = getattr(self, f"_on_{_snake(name)}", None)
        if verb is None:
            return _fault(f"{name} is not supported", 500)
        try:
            namespace = etree.QName(asked).namespace
            told = verb(asked)
        except Refused as refused:
            return _fault(str(refused), 500)
        inner = f'<x:{name}Response xmlns:x="{namespace}" xmlns:tt="{TT}">{told}</x:{name}Response>'
        return 200, "application/soap+xml; charset=utf-8", _envelope(inner)

    def _is_signed(self, root: Any) -> bool:
        token = root.find(f".//{{{SECURITY[0]}}}UsernameToken")
        if token is None:
            return False
        user = token.findtext(f"{{{SECURITY[0]}}}Username")
        nonce = base64.b64decode(token.findtext(f"{{{SECURITY[0]}}}Nonce") or "")
        created = (token.findtext(f"{{{SECURITY[1]}}}Created") or "").encode()
        digest = hashlib.sha1(nonce + created + self._login[1].encode(), usedforsecurity=False)
        wanted = base64.b64encode(digest.digest()).decode()
        told = token.findtext(f"{{{SECURITY[0]}}}Password")
        return bool(user == self._login[0] and told == wanted)

    # Device.

    def _on_get_system_date_and_time(self, _asked: Any) -> str:
        now = datetime.now(UTC)
        return (
            "<x:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
            "<tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime>"
            f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
            f"<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>"
            f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
            "</tt:UTCDateTime></x:SystemDateAndTime>"
        )

    def _on_get_capabilities(self, _asked: Any) -> str:
        here = self.address
        return (
            f"<x:Capabilities><tt:Device><tt:XAddr>{here}/onvif/device_service</tt:XAddr>"
            f"</tt:Device><tt:Media><tt:XAddr>{here}/onvif/media</tt:XAddr>"
            "<tt:StreamingCapabilities/></tt:Media>"
            f"<tt:PTZ><tt:XAddr>{here}/onvif/ptz</tt:XAddr></tt:PTZ></x:Capabilities>"
        )

    def _on_get_services(self, _asked: Any) -> str:
        here = self.address
        lines = ((DEVICE, "device_service"), (MEDIA, "media"), (PTZ, "ptz"))
        return "".join(
            f"<x:Service><x:Namespace>{space}</x:Namespace><x:XAddr>{here}/onvif/{path}</x:XAddr>"
            "<x:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></x:Version></x:Service>"
            for space, path in lines
        )

    def _on_get_device_information(self, _asked: Any) -> str:
        return (
            f"<x:Manufacturer>Zhishou</x:Manufacturer><x:Model>{escape(self._model)}</x:Model>"
            f"<x:FirmwareVersion>1</x:FirmwareVersion><x:SerialNumber>{self._serial}"
            "</x:SerialNumber><x:HardwareId>1</x:HardwareId>"
        )

    # Media.

    def _on_get_profiles(self, _asked: Any) -> str:
        return "".join(self._profile(place, one) for place, one in enumerate(self._profiles))

    def _profile(self, place: int, one: OnvifProfile) -> str:
        return (
            f'<x:Profiles token="{one.token}" fixed="true"><tt:Name>{one.token}</tt:Name>'
            '<tt:VideoSourceConfiguration token="v"><tt:Name>v</tt:Name>'
            "<tt:UseCount>2</tt:UseCount>"
            '<tt:SourceToken>s</tt:SourceToken><tt:Bounds x="0" y="0" width="1" height="1"/>'
            f'</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="e{place}">'
            f"<tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>{one.codec}"
            f"</tt:Encoding><tt:Resolution><tt:Width>{one.width}</tt:Width><tt:Height>{one.height}"
            "</tt:Height></tt:Resolution><tt:Quality>5</tt:Quality><tt:SessionTimeout>PT60S"
            "</tt:SessionTimeout></tt:VideoEncoderConfiguration>"
            '<tt:PTZConfiguration token="p"><tt:Name>p</tt:Name><tt:UseCount>1</tt:UseCount>'
            "<tt:NodeToken>n</tt:NodeToken></tt:PTZConfiguration></x:Profiles>"
        )

    def _on_get_stream_uri(self, asked: Any) -> str:
        token = asked.findtext(f"{{{MEDIA}}}ProfileToken")
        one = next((profile for profile in self._profiles if profile.token == token), None)
        if one is None:
            raise Refused("no such profile")
        return (
            f"<x:MediaUri><tt:Uri>{escape(one.rtsp)}</tt:Uri><tt:InvalidAfterConnect>false"
            "</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
            "<tt:Timeout>PT0S</tt:Timeout></x:MediaUri>"
        )

    # PTZ.

    def _on_get_nodes(self, _asked: Any) -> str:
        space = (
            f"<tt:RelativePanTiltTranslationSpace><tt:URI>{FIELD_OF_VIEW}</tt:URI><tt:XRange>"
            "<tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:XRange><tt:YRange><tt:Min>-1</tt:Min>"
            "<tt:Max>1</tt:Max></tt:YRange></tt:RelativePanTiltTranslationSpace>"
        )
        return (
            f'<x:PTZNode token="n"><tt:SupportedPTZSpaces>{space if self._frames else ""}'
            "</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>255</tt:MaximumNumberOfPresets>"
            "<tt:HomeSupported>false</tt:HomeSupported></x:PTZNode>"
        )

    def _on_continuous_move(self, asked: Any) -> str:
        turn = asked.find(f".//{{{TT}}}PanTilt")
        zoom = asked.find(f".//{{{TT}}}Zoom")
        move = Move(
            float(turn.get("x")) if turn is not None else 0.0,
            float(turn.get("y")) if turn is not None else 0.0,
            float(zoom.get("x")) if zoom is not None else 0.0,
        )
        told = re.fullmatch(r"PT([\d.]+)S", asked.findtext(f"{{{PTZ}}}Timeout") or "")
        self.turning.move(move, float(told[1]) if told else float("inf"))
        return ""

    def _on_stop(self, _asked: Any) -> str:
        self.turning.stop()
        return ""

    def _on_relative_move(self, asked: Any) -> str:
        turn, zoom = asked.find(f".//{{{TT}}}PanTilt"), asked.find(f".//{{{TT}}}Zoom")
        near = float(zoom.get("x")) if zoom is not None else 0.0
        factor = 1 / max(0.03, 1 - abs(near))
        x, y = float(turn.get("x")), float(turn.get("y"))
        self.turning.turn_by(x * 30, y * 17, factor if near >= 0 else 1 / factor)
        return ""

    def _on_get_presets(self, _asked: Any) -> str:
        return "".join(
            f'<x:Preset token="{one.token}"><tt:Name>{escape(one.name)}</tt:Name></x:Preset>'
            for one in self.turning.presets()
        )

    def _on_set_preset(self, asked: Any) -> str:
        token = str(1 + max((int(one.token) for one in self.turning.presets()), default=0))
        self.turning.remember(token, asked.findtext(f"{{{PTZ}}}PresetName") or "")
        return f"<x:PresetToken>{token}</x:PresetToken>"

    def _on_goto_preset(self, asked: Any) -> str:
        if not self.turning.go_to(asked.findtext(f"{{{PTZ}}}PresetToken") or ""):
            raise Refused("no such preset")
        return ""

    def _on_remove_preset(self, asked: Any) -> str:
        self.turning.forget(asked.findtext(f"{{{PTZ}}}PresetToken") or "")
        return ""

    # WS-Discovery.

    def _discover(self, listening: socket.socket) -> None:
        while True:
            try:
                asked, sender = listening.recvfrom(65_535)
            except OSError:
                return  # closed
            if b"Probe" in asked and b"ProbeMatch" not in asked:
                listening.sendto(self._match().encode(), sender)

    def _match(self) -> str:
        return (
            f'<e:Envelope xmlns:e="{SOAP}"><e:Body>'
            '<d:ProbeMatches xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
            "<d:ProbeMatch><d:Scopes>onvif://www.onvif.org/type/ptz "
            f"onvif://www.onvif.org/name/{self._model}</d:Scopes>"
            f"<d:XAddrs>{self.address}/onvif/device_service</d:XAddrs></d:ProbeMatch>"
            "</d:ProbeMatches></e:Body></e:Envelope>"
        )


class Refused(Exception):
    """What was asked cannot be done; the text goes into the fault."""


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _envelope(inner: str) -> bytes:
    told = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{inner}</s:Body></s:Envelope>'
    return f'<?xml version="1.0" encoding="utf-8"?>{told}'.encode()


def _fault(reason: str, status: int, subcode: str = "") -> Answer:
    more = f"<s:Subcode><s:Value>ter:{subcode}</s:Value></s:Subcode>" if subcode else ""
    inner = (
        f'<s:Fault xmlns:ter="http://www.onvif.org/ver10/error"><s:Code><s:Value>s:Sender</s:Value>'
        f'{more}</s:Code><s:Reason><s:Text xml:lang="en">{escape(reason)}</s:Text></s:Reason>'
        "</s:Fault>"
    )
    return status, "application/soap+xml; charset=utf-8", _envelope(inner)


def _listen(group: tuple[str, int]) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("", group[1]))
    member = struct.pack("4s4s", socket.inet_aton(group[0]), socket.inet_aton("0.0.0.0"))
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    return listening

"""Finding ONVIF devices of the local network: WS-Discovery, one question over multicast."""

from __future__ import annotations

import socket
import time
import uuid
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree

GROUP = ("239.255.255.250", 3702)
LISTEN_S = 3.0
NAMES = {
    "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
}
PROBE = """<?xml version="1.0" encoding="utf-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"
 xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<e:Header><w:MessageID>uuid:{id}</w:MessageID>
<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>
<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>
<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body>
</e:Envelope>"""

PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
"""Answers come from anybody on the network."""


class Found(NamedTuple):
    """A device that answered: the address of its service, and what it calls itself."""

    address: str  # http://host:port
    name: str


def discover(listen: float = LISTEN_S, group: tuple[str, int] = GROUP) -> list[Found]:
    """Ask once and listen so many seconds; every device that answered, by address. Blocks."""
    found: dict[str, Found] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 2)
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
        asking.sendto(PROBE.format(id=uuid.uuid4()).encode(), group)
        until = time.monotonic() + listen
        while (left := until - time.monotonic()) > 0:
            asking.settimeout(left)
            try:
                answer, _ = asking.recvfrom(65_535)
            except TimeoutError:
                break
            for device in read_answer(answer):
                found[device.address] = device
    return sorted(found.values())


def read_answer(answer: bytes) -> list[Found]:
    """The devices that one answer tells of; none if it is no answer."""
    try:
        root = etree.fromstring(answer, PARSER)
    except etree.XMLSyntaxError:
        return []
    devices = []
    for match in root.iterfind(".//d:ProbeMatch", NAMES):
        addresses = (match.findtext("d:XAddrs", "", NAMES)).split()
        scopes = (match.findtext("d:Scopes", "", NAMES)).split()
        name = next((s.rpartition("/")[2] for s in scopes if "/name/" in s.lower()), "")
        for address in addresses:
            try:
                parts = urlsplit(address)
                _port = parts.port
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.hostname and ":" not in parts.hostname:
                devices.append(Found(f"{parts.scheme}://{parts.netloc}", unquote(name)))
                break
    return devices

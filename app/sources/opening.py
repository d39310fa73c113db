"""From a source as it is kept to one that answers."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from app.domain.camera_source import SourceKind, SourceRow, check_address
from app.domain.network import Networks
from app.secrets import Seal
from app.sources.source import Source, SourceSilent


def open_source(row: SourceRow, seal: Seal, networks: Networks) -> Source:
    """A source that can be asked; nothing is sent yet. A Refusal for an address outside. Blocks."""
    check_address(row.address, networks)
    check_reached(row.address, networks)
    password = seal.open(row.secret)
    if row.kind is SourceKind.WVP:
        from app.sources.wvp import Wvp

        return Wvp(row.address, row.username, password)
    from app.sources.onvif import Onvif  # reads SOAP's libraries: half a second, when first needed

    return Onvif(row.address, row.username, password, lambda url: check_reached(url, networks))


def check_reached(url: str, networks: Networks) -> None:
    """A name, or a number written oddly, may lead anywhere: hold what it leads to now against the
    networks. Blocks while it is looked up.
    """
    host = urlsplit(url).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise SourceSilent("找不到主机 {host}：请核对地址", host=host) from None
    networks.check_addresses(host, (str(address[0]) for *_, address in found))

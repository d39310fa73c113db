"""From a source as it is kept to one that answers."""

from __future__ import annotations

from app.domain.camera_source import SourceKind, SourceRow, check_address
from app.domain.network import Networks
from app.secrets import Seal
from app.sources.source import Source


def open_source(row: SourceRow, seal: Seal, networks: Networks) -> Source:
    """A source that can be asked; nothing is sent yet. A Refusal for an address outside."""
    check_address(row.address, networks)
    password = seal.open(row.secret)
    if row.kind is SourceKind.WVP:
        from app.sources.wvp import Wvp

        return Wvp(row.address, row.username, password)
    from app.sources.onvif import Onvif  # reads SOAP's libraries: half a second, when first needed

    return Onvif(row.address, row.username, password)

"""Where a camera is reached, held against the allowed networks each time, and how it is opened."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import av
from av.container import InputContainer

from app.domain.camera import check_url
from app.domain.camera_source import PLATFORM
from app.domain.network import Networks

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 6.0, 8.0
ASKED_FOR_S = 2.0
"""So long a camera's door is tried, to tell a camera that is silent from one that is away."""

OPEN_OPTIONS = {
    "rtsp_flags": "prefer_tcp",
    "allowed_media_types": "video",  # sound that goes on would keep a hung picture's read alive
    # What a decoder needs is in the SDP or the first key frame. FFmpeg's own probing waits for that
    # key frame, and holds the next camera up at the gate meanwhile: 0.45 s an open, not 0.06. It
    # reads one picture in any case, and hands it on: a key frame, from most cameras.
    "probesize": "32",
    "fpsprobesize": "0",  # counting the pictures a second took one second of each open
    "protocol_whitelist": "rtsp,rtsps,rtp,srtp,udp,tcp,tls",
    "timeout": str(round(READ_TIMEOUT_S * 1_000_000)),  # of one wait on a socket, in microseconds
}


class OutsideError(Exception):
    """The camera's address lies outside the networks that cameras may stand in."""


class NoVideoError(Exception):
    """The camera answers, but offers no video."""


class Route:
    """The way to one camera. `platform` is the one that is asked where it stands; empty: none."""

    def __init__(self, url: str, networks: tuple[str, ...]) -> None:
        self._url, self._networks = url, Networks(networks)
        self.platform = urlsplit(url).netloc if url.startswith(PLATFORM) else ""

    def find(self) -> str:
        """Its address now. A platform is asked each time: it lets go what nobody reads.

        Raises OSError where no name leads to it, SourceFailed, OutsideError.
        """
        self._check(self._url.removeprefix(PLATFORM))
        if not self.platform:
            return self._url
        from app.sources.wvp import resolve  # a seventh of a second that most engines save

        url = resolve(self._url)
        check_url(url)
        self._check(url)
        return url

    def _check(self, url: str) -> None:
        """A name may lead anywhere: what it leads to now is held against the networks."""
        host = urlsplit(url).hostname or ""
        for *_, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
            if not self._networks.allow(str(address[0])):
                raise OutsideError

    @staticmethod
    def open(address: str, bounded: bool) -> InputContainer:
        """Connect to what was found. `bounded`: PyAV bounds each read as well.

        Raises what FFmpeg raises.
        """
        return av.open(
            address,
            options=OPEN_OPTIONS,
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S if bounded else None),
        )

    def answers(self) -> bool:
        """Whether its door is open, though perhaps nothing comes through it."""
        parts = urlsplit(self._url.removeprefix(PLATFORM))
        try:
            place = (parts.hostname or "", parts.port or 554)
            with socket.create_connection(place, timeout=ASKED_FOR_S):
                return True
        except (OSError, ValueError):  # a host or port that is none
            return False

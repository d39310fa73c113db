"""Cameras that lie: an RTSP server of the tests' own, each path another way of being wrong.

It speaks just enough RTSP over TCP to send H.264 or whatever it claims is H.264. A path is
``/kind/seed/pictures a second``; the seed decides what is random about it.
"""

from __future__ import annotations

import base64
import random
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

HEALS_AFTER = 150
"""Pictures that a stream which `heals` sends spoilt before it is well."""

STARVES_AFTER = 40
"""Pictures that a stream which `starves` sends; then reports alone, as a camera whose encoder has
hung while its RTSP server goes on."""

HONEST = ("honest", "resolution", "b_frames", "clock_jump", "clock_back", "unannounced")
"""Kinds that send pictures all the same: what is odd about them must be lived with."""

BROKEN = (
    "truncated", "garbage", "wrong_codec", "audio_only", "no_media", "endless_headers",
    "huge_length", "closes_at_once", "closes_later", "error_500", "not_rtsp", "odd_frames",
    "wrong_jpeg", "empty_sdp", "bad_base64", "wrong_payload", "no_key_frame", "session_lost",
    "half_headers",
)  # fmt: skip

FPS, PAYLOAD = 25, 1400


def units(file: Path) -> list[list[bytes]]:
    """The NAL units of an Annex B file, picture by picture (each ends with its slice)."""
    raw = file.read_bytes().replace(b"\0\0\0\1", b"\0\0\1")
    pictures: list[list[bytes]] = [[]]
    for unit in raw.split(b"\0\0\1")[1:]:
        pictures[-1].append(unit)
        if unit[0] & 0x1F in (1, 5):
            pictures.append([])
    return [picture for picture in pictures if picture]


class Liar(socketserver.ThreadingTCPServer):
    """Serves while the context lasts."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, loops: dict[str, Path]) -> None:
        super().__init__(("127.0.0.1", 0), Lie)
        self.pictures = {name: units(loops[name]) for name in ("sub", "main", "b") if name in loops}
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    def url(self, kind: str, seed: int, fps: int = FPS) -> str:
        return f"rtsp://127.0.0.1:{self.server_address[1]}/{kind}/{seed}/{fps}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A camera that lies does not explain itself."""


class Lie(socketserver.StreamRequestHandler):
    """One connection."""

    server: Liar

    def handle(self) -> None:
        self.request.settimeout(20)
        try:
            for words, headers in self._requests():
                if not self._answer(words, headers):
                    return
        except (OSError, ValueError):
            return

    def _requests(self) -> Iterator[tuple[list[str], dict[str, str]]]:
        while not self.server.ended.is_set():
            first = self.rfile.readline().decode("latin-1").strip()
            if not first:
                return
            headers = {}
            while line := self.rfile.readline().decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            yield first.split(), headers

    def _answer(self, words: list[str], headers: dict[str, str]) -> bool:
        method, url = words[0], words[1]
        path = url.split("/", 3)[-1]
        self.kind, seed, fps = path.split("/")[:3]
        self.dice, self.fps = random.Random(int(seed)), int(fps)
        self.cseq = headers.get("cseq", "1")
        if self.kind == "closes_at_once" or (self.kind == "closes_later" and method == "SETUP"):
            return False
        if self.kind == "not_rtsp":
            self.wfile.write(self.dice.randbytes(self.dice.randrange(1, 4000)))
            return False
        if self.kind == "half_headers":
            self.wfile.write(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Le")
            return False
        match method:
            case "OPTIONS":
                self._say("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n")
            case "DESCRIBE":
                return self._describe()
            case "SETUP":
                self._say("Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n")
            case "PLAY":
                if self.kind == "session_lost":
                    self._say("", 454)
                    return False
                self._say("Session: 1\r\n")
                self._play()
                return False
            case _:
                self._say("")
        return True

    def _say(self, headers: str, status: int = 200, body: bytes = b"") -> None:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        head = f"RTSP/1.0 {status} X\r\nCSeq: {self.cseq}\r\n{headers}{length}\r\n"
        self.wfile.write(head.encode() + body)

    def _describe(self) -> bool:
        if self.kind == "error_500":
            self._say("", 500)
            return False
        if self.kind == "endless_headers":
            self.wfile.write(b"RTSP/1.0 200 OK\r\nCSeq: 2\r\n")
            for number in range(2_000):
                self.wfile.write(f"X-{number}: {'a' * 60}\r\n".encode())
            return False
        kind = "Content-Type: application/sdp\r\n"
        if self.kind == "huge_length":
            self._say(f"{kind}Content-Length: {1 << 40}\r\n")
            self.server.ended.wait(0.2)  # whoever believes it waits for its own time-out
            return False
        self._say(kind, body=self._sdp())
        return True

    def _sdp(self) -> bytes:
        head = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
        if self.kind == "empty_sdp":
            return b"\r\n"
        if self.kind == "no_media":
            return head.encode()
        if self.kind == "audio_only":
            return (head + "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n").encode()
        codec = {"wrong_codec": "H265", "wrong_jpeg": "JPEG"}.get(self.kind, "H264")
        payload = 97 if self.kind == "wrong_payload" else 96
        sets = [u for u in self._pictures()[0] if u[0] & 0x1F in (7, 8)]
        told = ",".join(base64.b64encode(one).decode() for one in sets)
        if self.kind == "bad_base64":
            told = "%%%," * 50
        if self.kind in ("no_key_frame", "garbage", "unannounced"):
            told = ""
        more = f";sprop-parameter-sets={told}" if told else ""
        return (
            f"{head}m=video 0 RTP/AVP {payload}\r\na=rtpmap:{payload} {codec}/90000\r\n"
            f"a=fmtp:{payload} packetization-mode=1{more}\r\na=control:t\r\n"
        ).encode()

    def _pictures(self) -> list[list[bytes]]:
        every = self.server.pictures
        return every["b"] if self.kind == "b_frames" and "b" in every else every["sub"]

    # Media.

    def _play(self) -> None:
        began, number, sequence = time.monotonic(), 0, 0
        self.number = 0
        pictures = self._pictures()
        while not self.server.ended.is_set():
            if self.kind == "resolution" and number % 100 == 50:
                whole = self.server.pictures
                pictures = whole["main"] if pictures is whole["sub"] else whole["sub"]
            stamp = number * 90_000 // self.fps
            if self.kind == "clock_jump" and number % 60 >= 30:
                stamp += 90_000 * 5_000
            if self.kind == "clock_back" and number % 60 >= 30:
                stamp -= 90_000 * 500
            picture = pictures[number % len(pictures)]
            if self.kind == "one_key" and number:
                picture = pictures[1 + number % (FPS - 1)]
            if self.kind == "starves" and number >= STARVES_AFTER:
                self._report(stamp)
                self.server.ended.wait(0.2)
                continue
            if self.kind == "no_key_frame":
                picture = [u for u in picture if u[0] & 0x1F not in (5, 7, 8)]
            for place, unit in enumerate(picture):
                last = place == len(picture) - 1
                for body, ends in self._fragments(self._spoilt(unit)):
                    self._send(body, sequence, stamp & 0xFFFFFFFF, last and ends)
                    sequence += 1
            self.number = number = number + 1
            time.sleep(max(0.0, began + number / self.fps - time.monotonic()))

    def _spoilt(self, unit: bytes) -> bytes:
        match self.kind:
            case "truncated":
                return unit[: self.dice.randrange(1, max(2, len(unit) // 3))]
            case "garbage":
                return bytes([unit[0]]) + self.dice.randbytes(min(len(unit), 3000))
            case "heals" if self.number < HEALS_AFTER and unit[0] & 0x1F in (1, 5):
                return bytes([unit[0]]) + self.dice.randbytes(min(len(unit), 3000))
        return unit

    def _fragments(self, unit: bytes) -> Iterator[tuple[bytes, bool]]:
        """FU-A (RFC 6184): a unit in packets of no more than `PAYLOAD` bytes."""
        if len(unit) <= PAYLOAD:
            yield unit, True
            return
        rest = unit[1:]
        for start in range(0, len(rest), PAYLOAD):
            part, end = rest[start : start + PAYLOAD], start + PAYLOAD >= len(rest)
            head = (0x80 if start == 0 else 0) | (0x40 if end else 0) | (unit[0] & 0x1F)
            yield bytes([(unit[0] & 0xE0) | 28, head]) + part, end

    def _report(self, stamp: int) -> None:
        """A sender's report (RFC 3550, 6.4.1), on the channel beside the pictures'."""
        report = struct.pack(">BBHIQIII", 0x80, 200, 6, 7, 0, stamp & 0xFFFFFFFF, 1, 1)
        self.wfile.write(struct.pack(">cBH", b"$", 1, len(report)) + report)

    def _send(self, body: bytes, sequence: int, stamp: int, marker: bool) -> None:
        rtp = struct.pack(">BBHII", 0x80, 96 | (0x80 if marker else 0), sequence & 0xFFFF, stamp, 7)
        length = len(rtp) + len(body)
        if self.kind == "odd_frames" and self.dice.random() < 0.3:
            length = self.dice.randrange(0, 60_000)
        self.wfile.write(struct.pack(">cBH", b"$", 0, length & 0xFFFF) + rtp + body)

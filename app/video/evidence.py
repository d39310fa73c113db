"""Still and clip out of the packet ring: nothing is encoded again, nothing is decoded twice.

The still is decoded from the newest key frame on, so it is the newest picture at the stream's own
resolution, whatever the tile showed. The clip is the packets themselves in an MP4.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, cast

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from app.durable import whole_file, write_whole
from app.video import jpeg
from app.video.lateness import JUMP_S, STUCK_S
from app.video.ring import Coding, RingPacket

LIKE_WIDE, LIKE_HIGH = 64, 36
"""In so small a picture two scalers differ by less than two pictures of a street do."""

AROUND_S = 5.0
"""libVLC tells its time a quarter of a second at a time and at a clip's end a second early; after a
jump it tells where it is going while the old picture still stands."""

UNLIKE, NEARER = 0.3, 0.002
"""Two pictures in small that differ by more, in parts of their own contrast, are not the same; of
those that are, a second counts as so much of a difference."""

STEP_BACK_S = 0.5
"""B-frames come some pictures early; whatever steps back further is a clock that was set."""

RAW_FORMAT = {"h264": "h264", "hevc": "hevc", "mjpeg": "mjpeg", "mpeg4": "m4v"}


class NoPicture(Exception):
    """The packets hold no picture that can be decoded."""


class Shaped(NamedTuple):
    """A picture, and the shape of its pixels (width by height)."""

    frame: av.VideoFrame
    sar: Fraction


def shape_of(decoder: VideoCodecContext) -> Fraction:
    """The shape of a pixel, as the pictures decoded so far tell it; square where they do not."""
    sar = decoder.sample_aspect_ratio
    return sar if sar and sar > 0 else Fraction(1)


def newest_picture(coding: Coding, packets: Sequence[RingPacket]) -> tuple[Shaped, RingPacket]:
    """Decode the newest picture of these packets, which must hold a key frame; with the packet it
    was made of.
    """
    start = max(place for place, packet in enumerate(packets) if packet.key)
    decoder = cast(VideoCodecContext, av.CodecContext.create(coding.codec, "r"))
    decoder.thread_count = 1
    if coding.extradata:
        decoder.extradata = coding.extradata
    newest: av.VideoFrame | None = None
    fed = list(packets[start:])
    for place, packet in [*enumerate(fed), (len(fed), None)]:
        given = packet.to_decode() if packet else None
        if given is not None:
            given.pts = given.dts = place  # so that a picture tells of which packet it was made
        try:
            for frame in decoder.decode(given):
                newest = frame
        except av.error.FFmpegError:
            continue  # one broken picture does not spoil the ones after it
    if newest is None:
        raise NoPicture
    packet = fed[newest.pts if newest.pts is not None else -1]
    return Shaped(newest, shape_of(decoder)), packet


def thumbnail(frame: av.VideoFrame) -> NDArray[np.float64]:
    """A picture in small, `LIKE_HIGH` x `LIKE_WIDE`, free of how bright and how hard it is."""
    small = frame.reformat(LIKE_WIDE, LIKE_HIGH, "gray")
    plane = np.frombuffer(memoryview(small.planes[0]), np.uint8).reshape(LIKE_HIGH, -1)
    return _plain(plane[:, :LIKE_WIDE])


def _plain(grey: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Players and scalers differ in the range of their greys, which here does not count."""
    shades = grey.astype(np.float64)
    found: NDArray[np.float64] = (shades - shades.mean()) / max(1.0, float(shades.std()))
    return found


def picture_at(clip: Path, position: float, like: bytes) -> tuple[Shaped, float]:
    """The picture that was on the screen when a player said it stood at `position` (seconds): of
    those around it the one that looks most like `like` (`LIKE_WIDE` x `LIKE_HIGH` greys, row by
    row), with its own time from the clip's beginning. Of pictures that look the same, the one
    nearest to `position`.
    Raises `NoPicture`, also where none looks like it.
    """
    wanted = _plain(np.frombuffer(like, np.uint8).reshape(LIKE_HIGH, LIKE_WIDE))
    try:
        found = _likest(clip, position, wanted)
    except av.error.FFmpegError as error:
        raise NoPicture from error
    if found is None:
        raise NoPicture
    return found


def _likest(
    clip: Path, position: float, wanted: NDArray[np.float64]
) -> tuple[Shaped, float] | None:
    best: tuple[float, float, av.VideoFrame] | None = None
    with av.open(str(clip)) as opened:
        stream = opened.streams.video[0]
        assert stream.time_base is not None
        first = float((stream.start_time or 0) * stream.time_base)
        opened.seek(max(0, round((position - AROUND_S + first) / stream.time_base)), stream=stream)
        for frame in opened.decode(stream):
            at = (frame.time or 0.0) - first
            if at > position + AROUND_S:
                break
            if at < position - AROUND_S:
                continue
            unlike = float(np.abs(thumbnail(frame) - wanted).mean())
            if unlike > UNLIKE:
                continue
            far = unlike + NEARER * abs(at - position)
            if best is None or far < best[0]:
                best = far, at, frame
        if best is None:
            return None
        return Shaped(best[2], shape_of(stream.codec_context)), best[1]


def write_still(picture: Shaped, path: Path) -> None:
    """Write a picture as JPEG of high quality at its own resolution, with its pixels' shape."""
    write_whole(path, jpeg.coded(*picture))  # what is on record must be on disk


def write_clip(coding: Coding, packets: Sequence[RingPacket], path: Path) -> None:
    """Write the packets, which must begin with a key frame, as an MP4 without encoding again."""
    head = coding.extradata + b"".join(packet.coded for packet in packets[:2])
    raw = RAW_FORMAT[coding.codec]
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(path) as part,
        av.open(io.BytesIO(head), format=raw) as told,
        av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as clip,
    ):
        stream = clip.add_stream_from_template(told.streams.video[0])
        stream.time_base = coding.time_base
        for packet, (shown, decoded) in zip(packets, clip_times(coding, packets), strict=True):
            copy = packet.to_decode()
            copy.stream = stream
            copy.time_base = coding.time_base
            copy.pts, copy.dts = shown, decoded
            copy.is_keyframe = packet.key
            clip.mux(copy)


def clip_times(coding: Coding, packets: Sequence[RingPacket]) -> list[tuple[int, int]]:
    """When each packet is shown and when it is decoded, in the stream's own units from 0 on.

    A camera's clock may jump; a clip's goes on with the time that passed between the arrivals. With
    B-frames packets come in another order than they are shown in: they are decoded in the order of
    the times at which something is shown, and shown so much later that nothing is late.
    """
    shown: list[int] = []
    offset, before, stuck = -packets[0].pts, packets[0], 0.0
    for packet in packets:
        stepped = float((packet.pts - before.pts) * coding.time_base)
        passed = packet.arrived - before.arrived
        stuck = stuck + passed if packet.pts == before.pts else 0.0
        if stepped < -STEP_BACK_S or stepped - passed > JUMP_S or stuck > STUCK_S:
            offset += round(passed / coding.time_base) - (packet.pts - before.pts)
        shown.append(packet.pts + offset)
        before = packet
    decoded: list[int] = []
    for time in sorted(shown):
        decoded.append(max(time, decoded[-1] + 1) if decoded else time)
    delay = max(later - at for at, later in zip(shown, decoded, strict=True))
    first = decoded[0]
    return [(at + delay - first, then - first) for at, then in zip(shown, decoded, strict=True)]


def cut(packets: Sequence[RingPacket], pressed: float, before: float) -> list[RingPacket]:
    """The packets from the last key frame at least `before` seconds ahead of `pressed` on.

    Where less is held, all of it: the clip then tells that it is shorter.
    """
    start = 0
    for place, packet in enumerate(packets):
        if packet.key and packet.arrived <= pressed - before:
            start = place
    return list(packets[start:])


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

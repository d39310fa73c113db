"""What a recorded file holds, read without showing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av


@dataclass(frozen=True)
class ClipFacts:
    """A clip as a checker sees it. `seconds` from the first picture's time to the last one's."""

    codec: str
    width: int
    height: int
    pictures: int
    seconds: float
    begins_with_key: bool


def inspect_clip(path: Path) -> ClipFacts:
    """Read every packet of the file's video and decode the first picture."""
    with av.open(str(path)) as clip:
        stream = clip.streams.video[0]
        assert stream.time_base is not None
        times: list[float] = []
        first_is_key = False
        for packet in clip.demux(stream):
            if packet.size and packet.pts is not None:
                first_is_key = first_is_key or (not times and packet.is_keyframe)
                times.append(float(packet.pts * stream.time_base))
        context = stream.codec_context
        seconds = times[-1] - times[0] if times else 0.0
        return ClipFacts(
            context.name, context.width, context.height, len(times), seconds, first_is_key
        )

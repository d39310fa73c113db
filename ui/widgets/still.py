"""The true shape of a still: cameras squeeze 16:9 into D1 and tell it in the picture's head."""

from __future__ import annotations

from pathlib import Path

HEAD_BYTES = 20


def pixel_shape(path: Path) -> float:
    """How much wider than high a pixel of this JPEG is to be shown (JFIF: density without unit)."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[6:11] != b"JFIF\0" or head[13] != 0:
        return 1.0
    across, down = int.from_bytes(head[14:16], "big"), int.from_bytes(head[16:18], "big")
    return across / down if across and down else 1.0

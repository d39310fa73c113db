"""A window that asks an engine for evidence and is then killed by the test.

python -m tests.video.capture_driver URL FOLDER
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from app.domain.camera import Stream
from app.video.messages import Capture, Decode, StillTaken, StreamKey
from app.video.supervisor import Engines

KEY = StreamKey(1, Stream.SUB)


def hear(message: object) -> None:
    if isinstance(message, StillTaken):
        sys.stdout.write("still\n")
        sys.stdout.flush()


if __name__ == "__main__":
    url, folder = sys.argv[1], Path(sys.argv[2])
    engines = Engines(hear, count=1)
    engines.open(KEY, url)
    view = engines.view(KEY, 160, 90, Decode.FULL)
    while view.slot.number < 5:
        time.sleep(0.05)
    engines.capture(Capture("c", KEY, folder / "c.jpg", folder / "c.mp4", 10, 2))
    time.sleep(60)

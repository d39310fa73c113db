"""Where a camera that does not really turn would be looking: what PTZ orders make of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.domain.ptz import STILL, Move, Preset

DEGREES_A_SECOND = 60.0
ZOOM_A_SECOND = 4.0


class Turning:
    """Pan and tilt in degrees, zoom from 1; `log` keeps every order with its time (monotonic)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pan, self._tilt, self._zoom = 0.0, 0.0, 1.0
        self._move, self._since, self._until = STILL, 0.0, float("inf")
        self._presets: dict[str, tuple[str, tuple[float, float, float]]] = {}
        self.log: list[tuple[float, str]] = []

    def move(self, move: Move, for_s: float = float("inf")) -> None:
        """Move on for so long at most."""
        with self._lock:
            self._settle()
            self._move, self._until = move, self._clock() + for_s
            self.log.append((self._clock(), f"move {move.pan:g} {move.tilt:g} {move.zoom:g}"))

    def stop(self) -> None:
        with self._lock:
            self._settle()
            self._move = STILL
            self.log.append((self._clock(), "stop"))

    def turn_by(self, pan: float, tilt: float, zoom: float) -> None:
        """At once, in degrees and by a factor."""
        with self._lock:
            self._settle()
            self._move = STILL
            self._put(self._pan + pan, self._tilt + tilt, self._zoom * zoom)
            self.log.append((self._clock(), f"turn {pan:g} {tilt:g} {zoom:g}"))

    @property
    def position(self) -> tuple[float, float, float]:
        """Pan, tilt and zoom now."""
        with self._lock:
            self._settle()
            return self._pan, self._tilt, self._zoom

    @property
    def moves(self) -> bool:
        with self._lock:
            self._settle()
            return self._move.moves

    # Presets.

    def presets(self) -> list[Preset]:
        with self._lock:
            return [Preset(token, name) for token, (name, _) in self._presets.items()]

    def remember(self, token: str, name: str) -> None:
        position = self.position
        with self._lock:
            self._presets[token] = (name, position)
            self.log.append((self._clock(), f"remember {token}"))

    def forget(self, token: str) -> bool:
        with self._lock:
            self.log.append((self._clock(), f"forget {token}"))
            return self._presets.pop(token, None) is not None

    def go_to(self, token: str) -> bool:
        with self._lock:
            known = self._presets.get(token)
            self.log.append((self._clock(), f"go {token}"))
            if known is None:
                return False
            self._move = STILL
            self._put(*known[1])
            return True

    def _settle(self) -> None:
        now = self._clock()
        if self._move.moves:
            seconds = max(0.0, min(now, self._until) - self._since)
            turn = seconds * DEGREES_A_SECOND
            zoom = self._zoom * ZOOM_A_SECOND ** (self._move.zoom * seconds)
            self._put(self._pan + self._move.pan * turn, self._tilt + self._move.tilt * turn, zoom)
            if now >= self._until:
                self._move = STILL
        self._since = now

    def _put(self, pan: float, tilt: float, zoom: float) -> None:
        self._pan = (pan + 180) % 360 - 180
        self._tilt, self._zoom = max(-90.0, min(20.0, tilt)), max(1.0, min(30.0, zoom))

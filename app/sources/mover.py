"""One camera under somebody's hand: what is wanted now is what is sent, and it always stops.

A movement goes on only while it is asked for again: whoever lets go of a key outside the window, or
whose window hangs, does not leave a camera turning.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.domain.errors import Refusal
from app.domain.ptz import STILL, Move
from app.sources.source import Source, SourceFailed

HELD_S = 1.0
"""The window asks again every 0.3 s while a key is held; after this without a word, stop."""

STOP_TRIES = 6
TOLD_AFTER_S = 3.0
"""A stop that has not got through after so long is told while it is tried on."""

PAUSE_S = 0.4
AGAIN_S = 5.0
"""A stop that did not get through is tried again so often, for as long as it takes."""


class Mover(threading.Thread):
    """Sends the newest wish; older ones that were not sent yet are dropped.

    `opening` gives the source and `failed(Refusal, stopped)` hears of trouble, both called on this
    thread; `stopped` False means that the camera may go on moving. `noted(True)` is called before a
    camera is told to move that by itself would never stop, `noted(False)` when one has been told to
    stop. `moves`: it may be moving already, and nobody has told it to stop.
    """

    def __init__(
        self,
        opening: Callable[[], Source],
        channel: str,
        failed: Callable[[Refusal, bool], None],
        noted: Callable[[bool], None] = lambda moves: None,
        moves: bool = False,
    ) -> None:
        super().__init__(daemon=True, name=f"ptz {channel}")
        self._opening, self._channel, self._failed = opening, channel, failed
        self._noted = noted
        self._source: Source | None = None
        self._changed = threading.Condition()
        self._wanted = STILL
        self._asked_at = 0.0
        self._moves = moves
        self._told = False  # somebody was told that it may go on moving
        self._sent: Move | None = None if moves else STILL
        """None: nobody knows, a stop did not get through."""

        self._sent_at = 0.0
        self._forced = False
        self._let_go = self._abandoned = self._over = False

    def moves_through(self, source: Source) -> bool:
        return self._source is source

    def take(self) -> bool:
        """It is in somebody's hand, again if it was let go; False: its thread is over."""
        with self._changed:
            self._let_go = False
            return self.is_alive() and not self._over

    @property
    def moves(self) -> bool:
        """Whether somebody wants it to move now."""
        return self._wanted.moves

    def want(self, move: Move) -> None:
        """This is wanted from here on; say it again while it is."""
        with self._changed:
            self._wanted, self._asked_at = move, time.monotonic()
            self._changed.notify()

    def stop(self) -> None:
        """Stand still, and say so to the camera whatever it was told before."""
        with self._changed:
            self._wanted, self._forced = STILL, True
            self._changed.notify()

    def let_go(self) -> None:
        """Nobody holds it any more: the thread ends when its stop has got through, now or later."""
        with self._changed:
            self._wanted, self._let_go = STILL, True
            self._forced |= self._sent is None
            self._changed.notify()

    def abandon(self) -> None:
        """End, whether it stands or not: there is no way to reach it any more."""
        with self._changed:
            self._abandoned = True
            self._changed.notify()

    def run(self) -> None:
        try:
            self._source = self._opening()
        except Exception as error:
            with self._changed:
                self._over = True
            self._failed(_failure(error), not self._moves)  # else it was never asked to
            return
        while (wanted := self._next()) is not None:
            self._send(wanted)

    def _next(self) -> Move | None:
        """What is to be sent, when it is; None when there is nothing more to do."""
        with self._changed:
            while not self._is_due():
                if self._abandoned or (self._let_go and self._sent is not None):
                    self._over = True
                    return None
                self._changed.wait(self._patience())
            self._forced = False
            return self._wanted

    # Called with the lock held.

    def _is_due(self) -> bool:
        """Whether there is something to send now."""
        now = time.monotonic()
        if self._wanted.moves and now - self._asked_at >= HELD_S:
            self._wanted = STILL  # nobody holds the key any more
        if self._abandoned:
            return False
        if self._forced:
            return True
        if self._sent is None:  # a stop that did not get through: tried again, and again
            return self._wanted.moves or now - self._sent_at >= AGAIN_S
        again = self._holds_for / 2
        held_on = bool(again) and self._wanted.moves and now - self._sent_at >= again
        return self._wanted != self._sent or held_on

    def _patience(self) -> float | None:
        """Seconds until time alone makes something due; None: only a word can."""
        now = time.monotonic()
        waits = []
        if self._sent is None:
            waits.append(self._sent_at + AGAIN_S - now)
        if self._wanted.moves:
            waits.append(self._asked_at + HELD_S - now)
            if self._holds_for:
                waits.append(self._sent_at + self._holds_for / 2 - now)
        return max(0.0, min(waits)) if waits else None

    @property
    def _holds_for(self) -> float:
        return self._source.holds_for if self._source is not None else 0.0

    # Called without it: these take as long as the network does. Whatever goes wrong, also what no
    # source should raise, must not leave a camera turning.

    def _send(self, move: Move) -> None:
        if not move.moves:
            self._stand_still()
            return
        assert self._source is not None
        if not self._holds_for:
            self._noted(True)
        try:
            self._source.move(self._channel, move)
        except Exception as error:
            with self._changed:
                self._wanted = STILL
            stopped = self._stand_still()  # an order that failed may have arrived
            self._failed(_failure(error), stopped)
            return
        self._sent, self._sent_at = move, time.monotonic()

    def _stand_still(self) -> bool:
        """Whether the stop got through, at the first try or a later one."""
        assert self._source is not None
        self._sent, began = None, time.monotonic()
        for tries_left in reversed(range(STOP_TRIES)):
            try:
                self._source.stop(self._channel)
            except Exception as error:
                late = time.monotonic() - began >= TOLD_AFTER_S
                if (late or not tries_left) and not self._told:
                    self._told = True
                    self._failed(_failure(error), False)
                if tries_left:
                    time.sleep(PAUSE_S)
            else:
                with self._changed:  # one that was asked for meanwhile is this one
                    self._sent, self._forced = STILL, False
                self._sent_at, self._told = time.monotonic(), False
                self._noted(False)
                return True
        self._sent_at = time.monotonic()
        return False


def _failure(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    return SourceFailed("平台或设备没有照做（{why}）", why=type(error).__name__)

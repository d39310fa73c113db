"""One stream of one camera: its connection, its clock and its state; what it keeps and shows."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeGuard

from av.container import InputContainer
from av.packet import Packet

from app.domain.camera import LATE_AFTER_S, PICTURE_TROUBLES, STALL_AFTER_S, StreamState
from app.video.failing import Patience, meaning
from app.video.gates import Gates
from app.video.lateness import Lateness
from app.video.messages import Looked, Open, Show, StateChanged, StreamKey
from app.video.pictures import Pictures
from app.video.ring import Coding, Ring, RingPacket
from app.video.route import NoVideoError, Route
from app.video.shelf import Shelf

STUCK_AFTER_S, STUCK_FOR_S = 15.0, 1.0
"""A read that has brought no packet for so long, though no socket was silent for as long as `Route`
allows, is fed with something else: RTCP alone, another payload, a byte now and then. It is left
behind, if a second later it is no better: a machine that was paused finds every read old when it
goes on."""

BOUNDED_FOR_S = 3600.0
"""So long PyAV bounds the reads of a stream that was stuck: a whole platform's may be, once."""

HELD_S = 10.0
"""A connection that flowed for less is no beginning: a camera that is full, or a relay that is
sick, sends a packet and closes, and would be asked twice a second for ever."""

WAITED_S = 0.01
"""A read that took so long had to wait for its packet: nothing queues at our end. Less may be the
wait for the interpreter."""

LATE_FOR_S, RENEWED_EACH_S = 60.0, 600.0

AWAY = frozenset({StreamState.UNREACHABLE, StreamState.STALLED, StreamState.NO_VIDEO})
"""What a broken network looks like from a camera's side."""

WOKEN_SPREAD_S = 1.5


class CameraStream:
    """Connects, reads and reconnects until `end`, on a thread of its own.

    `tell` is called from that thread and from the engine's watchdog with each change of state.
    `bounded` are the streams, of the whole engine, that were stuck, and when: PyAV bounds their
    reads as well. It asks Python at each of the half dozen system calls of an RTP packet whether
    time is up, and 128 streams then spend four fifths of their processor time on handing the
    interpreter to and fro; so not the others.
    """

    def __init__(
        self,
        wanted: Open,
        tell: Callable[[StateChanged | Looked], None],
        gates: Gates,
        bounded: dict[StreamKey, float],
        lateness: Lateness | None = None,
    ) -> None:
        self.key = wanted.key
        self._bounded = bounded
        self._turning = threading.Lock()
        self._turn = 0  # a thread of an earlier turn was left behind, and touches nothing any more
        self._read_began: float | None = None
        self._asked_at = 0.0
        self._stuck_since: float | None = None
        self._thread: threading.Thread | None = None
        self._left: threading.Thread | None = None
        self.ring = Ring(wanted.ring_seconds)
        self._shelf = Shelf()
        key = self.key  # the line below must not hold this object: a circle goes when Python looks
        # for circles, and an engine that only shuffles packets does so once in minutes. A tour
        # opens and closes four streams each twenty seconds.
        self._pictures = Pictures(self.ring, lambda look, asked: tell(Looked(key, look, asked)))
        self._route, self._patience = Route(wanted.url, wanted.networks), Patience()
        self._tell, self._gates = tell, gates
        self._down_since: float | None = None
        self._woken = threading.Event()
        self.on_return: Callable[[float], None] = lambda since: None
        self._ended = threading.Event()
        self._telling = threading.RLock()
        self._muted = False
        self._state = StreamState.IDLE
        self._packet_at = 0.0
        self._flows_since: float | None = None
        self._second = 0.0  # a time stamp's unit: a fraction for each packet costs a fifth of them
        self._lateness = lateness or Lateness()
        self._late = self._renews = False
        self._late_since: float | None = None
        self._renewed_at = -RENEWED_EACH_S

    # What the engine asks.

    def start(self) -> None:
        """Connect, on a thread of this stream's own."""
        name = f"stream {self.key.camera_id} {self.key.stream.value}"
        follow = threading.Thread(target=self._follow, args=(self._turn,), name=name, daemon=True)
        self._thread = follow
        with suppress(RuntimeError):  # the system gives no more threads: `watch` tries it again
            follow.start()

    def show(self, wanted: Show) -> None:
        """Begin, resize or change the mode of a view."""
        self._pictures.show(wanted, self._packet_at)

    def hide(self, view: int) -> None:
        self._pictures.hide(view)

    def refer(self, look: bytes | None) -> None:
        """Hold the pictures against this one from here on."""
        self._pictures.refer(look)

    def ask_look(self) -> None:
        """Answer with the next key frame's look."""
        self._pictures.ask_look()

    def age_at(self, pressed: float, packet: RingPacket) -> float:
        """How old the picture of this packet was at `pressed`; a frozen one since it froze."""
        since = self._pictures.frozen_since
        return pressed - (packet.arrived if since is None else min(since, packet.arrived))

    @property
    def frozen(self) -> float | None:
        """Since when all pictures are the same (Unix time); None if they are not."""
        since = self._pictures.frozen_since
        return None if since is None else time.time() - (time.monotonic() - since)

    @property
    def down_since(self) -> float | None:
        """Since when the network has been keeping this stream away (monotonic); None if not."""
        return self._down_since

    def try_soon(self) -> None:
        """Another camera that went away at the same time is back: do not wait for one's turn."""
        self._woken.set()

    def end(self) -> None:
        """Let go; the last word is said here, since the thread may sit in a read for seconds."""
        self._ended.set()
        self._woken.set()
        self._become(StreamState.IDLE)
        self._muted = True

    def watch(self, now: float) -> None:
        """Called a few times a second: a stream that says LIVE and sends nothing is stalled."""
        flows = self._state.flows or self._state is StreamState.LATE
        if flows and now - self._packet_at > STALL_AFTER_S:
            self._become(StreamState.STALLED)
        if self._is_stuck(now) and not (self._left and self._left.is_alive()):
            self._leave_behind()
        if self._thread is not None and self._thread.ident is None and not self._ended.is_set():
            self.start()

    def lingers(self, now: float) -> bool:
        """Whether the thread of an ended stream still sits in a read that may yet end."""
        if self._is_stuck(now):
            self._bounded[self.key] = now
        elif self._thread is not None and self._thread.is_alive():
            return True
        # A thread that was left behind in its read keeps this object until the camera closes.
        self.ring.forget()
        self._pictures.forget()
        self._shelf = Shelf()
        return False

    def _is_stuck(self, now: float) -> bool:
        began = self._read_began
        if began is None or now - max(began, self._packet_at) <= STUCK_AFTER_S:
            self._stuck_since = None
            return False
        if self._stuck_since is None:
            self._stuck_since = now
        return now - self._stuck_since >= STUCK_FOR_S

    def _leave_behind(self) -> None:
        """Go on with another thread; the one that is stuck ends as soon as its read does."""
        with self._turning:
            if self._read_began is None:
                return  # it has just come back
            self._turn += 1
            self._read_began = self._stuck_since = None
        self._bounded[self.key] = time.monotonic()
        self._left = self._thread
        self._patience.begin_anew()
        self._become(StreamState.STALLED if self._packet_at else StreamState.NO_VIDEO)
        self.start()

    # The thread.

    @property
    def _is_bounded(self) -> bool:
        if self._left is not None and self._left.is_alive():
            return True  # another that is stuck could not be left behind
        return time.monotonic() - self._bounded.get(self.key, -BOUNDED_FOR_S) < BOUNDED_FOR_S

    def _is_over(self, turn: int) -> bool:
        return turn != self._turn or self._ended.is_set()

    def _follow(self, turn: int) -> None:
        while not self._is_over(turn):
            self._flows_since = None
            if self._state is not StreamState.STALLED:
                self._become(StreamState.CONNECTING)
            try:
                self._connect_and_read(turn)
                if self._renews:
                    self._renews = False
                    continue
                problem, detail = StreamState.UNREACHABLE, "closed by camera"
            except Exception as error:
                problem, detail = self._meaning(error)
            if self._is_over(turn):
                break
            held = self._flows_since is not None and self._packet_at - self._flows_since >= HELD_S
            self._become(problem, detail)
            self._rest(problem, self._patience.hear(problem, held))

    def _rest(self, problem: StreamState, pause: float) -> None:
        """Wait before the next try: for a turn, or until a camera of the same failure is back."""
        if problem in AWAY and self._down_since is None:
            self._down_since = time.monotonic()
        elif problem not in AWAY:
            self._down_since = None
        self._woken.clear()
        if self._ended.is_set():
            return
        if self._woken.wait(pause) and not self._ended.is_set():
            self._ended.wait(random.uniform(0, WOKEN_SPREAD_S))  # not all in one moment

    def _connect_and_read(self, turn: int) -> None:
        route = self._route
        address = "" if route.platform else route.find()
        with self._gates.door(route.platform, self._patience.is_tried):
            if self._is_over(turn):
                return
            # A platform's is asked for and used at once: it lets go those that nobody reads.
            source = route.open(address or route.find(), self._is_bounded)
        with source:
            if not source.streams.video:
                raise NoVideoError
            self._begin(source)
            self._read(source, turn)

    def _read(self, source: InputContainer, turn: int) -> None:
        """Take packet after packet, until the camera closes, this thread's turn is over, or a new
        connection may let go what queues up in this one.
        """
        packets = source.demux(video=0)
        try:
            while self._takes(packet := self._next(packets), turn):
                if packet.size:
                    self._on_packet(packet)
                if self._is_behind_for_long():
                    return
        finally:
            self._takes(None, turn)

    def _next(self, packets: Iterator[Packet[Any]]) -> Packet[Any] | None:
        self._read_began = self._asked_at = time.monotonic()
        return next(packets, None)

    def _takes(self, packet: Packet[Any] | None, turn: int) -> TypeGuard[Packet[Any]]:
        """A read is over: whether its packet is this thread's to take."""
        with self._turning:
            if turn != self._turn:
                return False
            self._read_began = None
            return packet is not None and not self._ended.is_set()

    def _is_behind_for_long(self) -> bool:
        """Late for a minute: what stands in a queue somewhere is let go by a new connection; tried
        seldom, since a line that is too thin makes it late again.
        """
        now = time.monotonic()
        if not (self._late or self._pictures.waits):
            self._late_since = None
        elif self._late_since is None:
            self._late_since = now
        elif now - self._late_since > LATE_FOR_S and now - self._renewed_at > RENEWED_EACH_S:
            self._renewed_at, self._late_since, self._renews = now, None, True
            return True
        return False

    def _begin(self, source: InputContainer) -> None:
        stream = source.streams.video[0]
        told = stream.codec_context
        assert stream.time_base is not None
        coding = Coding(told.name, stream.time_base, told.extradata or b"")
        self._second = float(stream.time_base)
        self.ring.begin(coding)
        self._pictures.begin(coding)
        self._lateness.begin()
        self._late = False

    def _on_packet(self, packet: Packet[Any]) -> None:
        now = time.monotonic()
        pts = packet.pts if packet.pts is not None else (packet.dts or 0)
        waited = now - self._asked_at >= WAITED_S
        late = self._lateness.hear(pts * self._second, now, waited)
        kept = RingPacket(
            self._on_shelf(packet), pts, packet.is_keyframe, now - late, time.time() - late
        )
        if kept.coded:
            self.ring.put(kept)
        self._packet_at = now
        if self._flows_since is None:
            self._flows_since = now
        if self._down_since is not None:
            since, self._down_since = self._down_since, None
            self.on_return(since)
        self._late = late > (LATE_AFTER_S / 2 if self._late else LATE_AFTER_S)
        if kept.key:
            self._pictures.hear_key(now)
        truth = self._truth(now)
        if truth is not self._state:
            began = self._pictures.noticed() if truth in PICTURE_TROUBLES else None
            self._become(truth, lasted=now - began if began is not None else 0.0)
        self._pictures.take(packet, kept, now, self._late)

    def _on_shelf(self, packet: Packet[Any]) -> bytes | memoryview:
        try:
            return self._shelf.put(packet)
        except OSError:  # no memory: with a hole in it, what is held would be no evidence
            self.ring.forget()
            return b""

    def _truth(self, now: float) -> StreamState:
        """What is true of a stream whose packets come."""
        if self._pictures.are_broken(now):
            return StreamState.BROKEN
        if self._late or self._pictures.waits:
            return StreamState.LATE
        return self._pictures.verdict or StreamState.LIVE

    # States.

    def _become(self, state: StreamState, detail: str = "", lasted: float = 0.0) -> None:
        with self._telling:
            if state is self._state or (self._ended.is_set() and state is not StreamState.IDLE):
                return
            self._state = state
            if not self._muted:
                self._tell(StateChanged(self.key, state, detail, lasted))

    def tell_again(self) -> None:
        """Say the present state once more, to a window that has just begun to listen."""
        self._tell(StateChanged(self.key, self._state))

    def _meaning(self, error: Exception) -> tuple[StreamState, str]:
        """What an error means for the operator. Its text carries the address: never pass it on."""
        word = type(error).__name__
        if (meant := meaning(error)) is not None:
            return meant, word
        if self._route.answers():
            # The camera's door is open but nothing comes through it.
            return (StreamState.STALLED if self._packet_at else StreamState.NO_VIDEO), word
        return StreamState.UNREACHABLE, word

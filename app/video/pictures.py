"""What is made of a stream's packets: pictures for whoever looks, and judgements of them."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

import av
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from app.domain.camera import StreamState
from app.domain.health import Judge
from app.video.evidence import shape_of
from app.video.frames import PLACE_BYTES, Slot
from app.video.measures import Measurer, unpack
from app.video.messages import Decode, Show
from app.video.ring import Coding, Ring, RingPacket

MEASURE_EACH_S = 2.0
"""A key frame is judged at most so often: one to two milliseconds each, a thousandth of a core."""

ADOPT_AFTER = 10
"""After so many judgements in order, a picture without a reference offers itself as one."""

BROKEN_AFTER, BROKEN_KEYS = 50, 3
"""Undecodable packets, or key frames, in a row before the stream is called broken."""

NO_KEY_S = 20.0
"""A stream that somebody looks at, or that never had a key frame, and of which for so long neither
one came nor a picture could be decoded, cannot be shown."""

SHOWN_EACH_S = 0.45
"""Where key frames only are shown, no more than two a second: of some cameras all are."""

CATCH_UP_PIXELS = 300_000_000
"""What is decoded at most to begin with all pictures between two key frames: a second's work. Of a
4K camera that sends a key frame each ten seconds it would be eight."""

DAMAGED_AFTER_S, DAMAGED_FOR_S = 2.0, 5.0
"""A decoder patches what was lost on the way with what was there before, which may be as old as the
last key frame. After so long without a whole picture that is said, until for so long all that came
were whole."""

BILINEAR = Interpolation.BILINEAR.value  # a plain number needs no looking up


@dataclass
class View:
    """Somebody looks: where the pictures go and how large they are wanted."""

    slot: Slot
    width: int
    height: int
    decode: Decode
    fitted_for: tuple[object, ...] = ()
    size: tuple[int, int] = (0, 0)
    scaler: VideoReformatter = field(default_factory=VideoReformatter)
    painter: VideoReformatter = field(default_factory=VideoReformatter)


def fitted(frame: VideoFrame, sar: Fraction, width: int, height: int) -> tuple[int, int]:
    """The largest size of the frame's true shape within `width` x `height`, never enlarged.

    The width is a multiple of 16, so that FFmpeg's lines and the slot's are of one length. Nor is
    it larger than a slot's place.
    """
    wide = frame.width * sar
    scale = min(Fraction(width) / wide, Fraction(height, frame.height), Fraction(1))
    across = max(16, round(wide * scale / 16) * 16)
    down = max(2, round(frame.height * scale / 2) * 2)
    if across * down * 4 <= PLACE_BYTES:
        return across, down
    smaller = math.sqrt(PLACE_BYTES / (across * down * 4))
    return max(16, int(across * smaller) // 16 * 16), max(2, int(down * smaller) // 2 * 2)


class Pictures:
    """Decodes what is looked at, and no more; judges a key frame now and then.

    The packets come on the stream's thread, what is asked from the engine's. `look` is called on
    the first with a picture in small, and whether it was asked for.
    """

    def __init__(self, ring: Ring, look: Callable[[bytes, bool], None]) -> None:
        self._ring, self._look = ring, look
        self._lock = threading.Lock()
        self._views: dict[int, View] = {}
        self._looking: tuple[View, ...] = ()  # the same, as each packet reads them: no lock
        self._coding: Coding | None = None
        self._decoder: VideoCodecContext | None = None
        self._lone: VideoCodecContext | None = None
        """For key frames by themselves: to open a decoder for each takes twice the decoding."""

        self._shape, self._shape_due = Fraction(1), False  # of a pixel; whether to ask it anew
        self._undecodable = self._bad_keys = 0
        self._key_at = self._key_shown_at = self._decoded_at = 0.0
        self._measurer, self._judge = Measurer(), Judge()
        self._measured_at = 0.0
        self._repaint_due, self._repainted_at = False, 0.0
        self._has_key = False  # of this connection
        self._in_order = 0
        self._look_asked = False
        self.waits = False
        """All pictures are asked for, and cannot be shown before the next key frame."""

        self._whole_at = self._spoilt_at = 0.0
        self._is_damaged = False
        self._noticed: float | None = None

    # What the engine asks.

    def show(self, wanted: Show, packet_at: float) -> None:
        """Begin, resize or change the mode of a view; when the last packet came is put in it."""
        with self._lock:
            known = self._views.get(wanted.view)
            if known is None or known.slot.path != wanted.slot:
                known = View(Slot(wanted.slot), wanted.width, wanted.height, wanted.decode)
                self._views[wanted.view] = known
            is_larger = wanted.width > known.width or wanted.height > known.height
            self._repaint_due |= is_larger or not known.fitted_for
            known.width, known.height, known.decode = wanted.width, wanted.height, wanted.decode
            known.slot.tick(packet_at)
            self._looking = tuple(self._views.values())

    def hide(self, view: int) -> None:
        with self._lock:
            gone = self._views.pop(view, None)
            self._looking = tuple(self._views.values())
        if gone:
            gone.slot.close()

    def refer(self, look: bytes | None) -> None:
        """Hold the pictures against this one from here on."""
        self._measurer.reference = unpack(look) if look else None

    def ask_look(self) -> None:
        """Answer with the next key frame's look."""
        self._look_asked = True

    # What the stream tells and asks.

    def begin(self, coding: Coding) -> None:
        """A connection begins, and with it the decoders."""
        self._coding = coding
        self._decoder = self._lone = None
        self.waits = self._is_damaged = False
        self._whole_at, self._spoilt_at = time.monotonic(), 0.0
        self._undecodable = self._bad_keys = 0
        self._key_at, self._has_key = time.monotonic(), False

    def forget(self) -> None:
        """Let go of the decoders, each of which holds some pictures, and of all views."""
        with self._lock:
            views, self._views, self._looking = list(self._views.values()), {}, ()
        for view in views:
            view.slot.close()
        self._decoder = self._lone = None

    def hear_key(self, now: float) -> None:
        """A key frame has come, whether or not it is going to be decoded."""
        self._key_at, self._has_key = now, True

    def are_broken(self, now: float) -> bool:
        """Whether packets come of which nothing can be shown."""
        if self._undecodable >= BROKEN_AFTER or self._bad_keys >= BROKEN_KEYS:
            return True
        wanted = not self.waits and (bool(self._looking) or not self._has_key)
        return wanted and now - max(self._key_at, self._decoded_at) > NO_KEY_S

    @property
    def verdict(self) -> StreamState | None:
        """What is wrong with the pictures themselves; None if nothing is."""
        return self._judge.verdict or (StreamState.DAMAGED if self._is_damaged else None)

    @property
    def frozen_since(self) -> float | None:
        """Since when all pictures are the same (monotonic); None if they are not."""
        return self._judge.since if self._judge.verdict is StreamState.FROZEN else None

    def noticed(self) -> float | None:
        """Since when what is wrong with the pictures was there before it could be known, once for
        each trouble (monotonic).
        """
        since = self._judge.since
        told, self._noticed = self._noticed, since
        return since if since != told else None

    def take(self, packet: Packet[Any], kept: RingPacket, now: float, late: bool) -> None:
        """Decode the newest packet for those who look; a key frame now and then, to be judged, also
        where nobody does: a tour's camera is seen for less time than a frozen picture takes to be
        known as one, and is connected before and after it.
        """
        views = self._looking
        for view in views:
            view.slot.tick(now)
        if views:
            self._decode(packet, kept, views, late)
            return
        self._decoder, self.waits, self._is_damaged = None, False, False
        self._whole_at = now
        if kept.key and self._is_due(kept.arrived):
            self._measure(self._alone(packet), kept.arrived)

    # Judging.

    def _measure(self, frames: list[VideoFrame], now: float) -> None:
        """Judge a key frame, now and then."""
        if not frames or not self._is_due(now):
            return
        self._measured_at = now
        verdict = self._judge.hear(self._measurer.measure(frames[-1]), now)
        self._in_order = self._in_order + 1 if verdict is None else 0
        offered = self._in_order == ADOPT_AFTER and self._measurer.reference is None
        if (self._look_asked or offered) and self._measurer.last is not None:
            self._look(self._measurer.last.packed(), self._look_asked)
            self._look_asked = False

    def _is_due(self, now: float) -> bool:
        """Whether another key frame is to be judged; asked before it is decoded for that alone."""
        return now - self._measured_at >= MEASURE_EACH_S

    # Decoding.

    def _decode(
        self, packet: Packet[Any], kept: RingPacket, views: Sequence[View], late: bool
    ) -> None:
        # Behind its clock it shows key frames only: what is saved lets it catch up. Then it begins
        # with a key frame, since to decode all since the last one would put it behind again.
        wanted = any(view.decode is Decode.FULL for view in views)
        self.waits = wanted and (late or (self.waits and not kept.key))
        if wanted and not self.waits:
            self._decode_all(packet, kept, views)
            return
        self._decoder = None  # whoever wants all pictures later starts from the ring
        if kept.key and kept.arrived - self._key_shown_at >= SHOWN_EACH_S:
            self._key_shown_at, self._repaint_due = kept.arrived, False
            alone = self._alone(packet)
            self._measure(alone, kept.arrived)
            self._give(alone, kept, views)
        elif self._repaint_due and kept.arrived - self._repainted_at >= SHOWN_EACH_S:
            self._repaint_due, self._repainted_at = False, kept.arrived
            self._repaint(views)

    def _repaint(self, views: Sequence[View]) -> None:
        """The newest key frame once more, as old as it is, for a view that is new or larger than
        when it was painted: the next one may be ten seconds away.
        """
        group = self._ring.newest_group()
        if not group:
            return
        shown = [(view, view.slot.picture()) for view in views]
        older = [view for view, now in shown if now is None or now.arrived <= group[0].arrived]
        if older:  # nobody is shown an older picture than there was
            self._give(self._alone(group[0].to_decode()), group[0], older)

    def _decode_all(self, packet: Packet[Any], kept: RingPacket, views: Sequence[View]) -> None:
        self._lone, self._repaint_due = None, False
        self._shape_due = self._shape_due or kept.key
        begins = self._decoder is None
        try:
            frames = self._catch_up(views) if begins else self._decoder.decode(packet)  # type: ignore[union-attr]
        except av.error.FFmpegError:  # decoders have more words for it than "invalid data"
            frames = []
            if begins:  # a group that is broken is not begun with again
                self.waits, self._bad_keys = True, self._bad_keys + 1
        if self._decoder is None:
            return  # no key frame yet, or not before the next one
        self._count(bool(frames))
        if frames and self._shape_due:
            self._shape, self._shape_due = shape_of(self._decoder), False
        if kept.key:
            self._measure(frames, kept.arrived)
        self._give(frames, kept, views)

    def _alone(self, packet: Packet[Any]) -> list[VideoFrame]:
        """A key frame by itself; a broken one is no reason to lose the connection and its ring."""
        decoder = self._lone = self._lone or self._new_decoder()
        try:
            frames = [*decoder.decode(packet), *decoder.decode(None)][-1:]
            decoder.flush_buffers()
        except av.error.FFmpegError:
            frames, self._lone = [], None
        self._bad_keys = 0 if frames else self._bad_keys + 1
        if frames:
            self._shape = shape_of(decoder)
            self._undecodable = 0  # a stream that was broken is well again
            self._decoded_at = time.monotonic()
        return frames

    def _catch_up(self, views: Sequence[View]) -> list[VideoFrame]:
        """Decode from the newest key frame on, so that a new view need not wait for the next. Where
        that would take too long the key frame is shown, as old as it is, and the next waited for.
        """
        group = self._ring.newest_group()
        if not group:
            return []
        decoder = self._new_decoder()
        frames: list[VideoFrame] = decoder.decode(group[0].to_decode())
        self.waits = len(group) * decoder.width * decoder.height > CATCH_UP_PIXELS
        if self.waits:
            if frames:
                self._shape = shape_of(decoder)
            self._give(frames, group[0], views)
            return []
        for packet in group[1:]:
            frames = decoder.decode(packet.to_decode())
        self._decoder = decoder
        return frames[-1:]

    def _new_decoder(self) -> VideoCodecContext:
        assert self._coding is not None
        self._shape_due = True
        decoder = cast(VideoCodecContext, av.CodecContext.create(self._coding.codec, "r"))
        decoder.thread_count = 1
        decoder.flags |= 0x80000  # AV_CODEC_FLAG_LOW_DELAY: cameras send no B-frames
        if self._coding.extradata:
            decoder.extradata = self._coding.extradata
        return decoder

    def _count(self, decoded: bool) -> None:
        self._undecodable = 0 if decoded else self._undecodable + 1
        if decoded:
            self._bad_keys = 0
            self._decoded_at = time.monotonic()

    # Painting.

    def _give(self, frames: list[VideoFrame], kept: RingPacket, views: Sequence[View]) -> None:
        for frame in frames:
            if frame.is_corrupt:
                self._spoilt_at = kept.arrived
                self._is_damaged |= kept.arrived - self._whole_at > DAMAGED_AFTER_S
            else:
                self._whole_at = kept.arrived
                self._is_damaged &= kept.arrived - self._spoilt_at < DAMAGED_FOR_S
            for view in views:
                self._write(frame, kept, view)

    def _write(self, frame: VideoFrame, kept: RingPacket, view: View) -> None:
        asked = (self._shape, frame.width, frame.height, view.width, view.height)
        if asked != view.fitted_for:  # fractions are slow, sizes seldom change
            view.size = fitted(frame, self._shape, view.width, view.height)
            view.fitted_for = asked
        width, height = view.size
        # Scaling in the stream's own planes first moves a third of the bytes: 20 % less time than
        # scaling and converting in one go.
        small = view.scaler.reformat(frame, width, height, interpolation=BILINEAR, threads=1)
        plane = view.painter.reformat(small, format="bgra", threads=1).planes[0]
        if plane.line_size * height <= PLACE_BYTES:
            pixels = memoryview(plane)
            with suppress(OSError):  # no memory: the picture that is there grows old, and is told
                view.slot.write(pixels, width, height, plane.line_size, kept.arrived, kept.wall)

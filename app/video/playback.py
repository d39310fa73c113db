"""Recorded pictures through libVLC: the only module that imports vlc.

Every call into libVLC is made on one thread of this module's own: `stop` may block for long, and
never from libVLC's own callbacks, which only copy the picture and count. The screen asks `picture`
as often as it likes.
"""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from app.domain.errors import Refusal

log = logging.getLogger(__name__)


class PlayState(Enum):
    """What the player does."""

    EMPTY = "empty"
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True)
class Shown:
    """One decoded picture: its running number, size, the shape of a pixel, and BGRA bytes."""

    number: int
    width: int
    height: int
    pixel: float  # how much wider than high a pixel is to be shown
    pixels: bytes


@cache
def library() -> ModuleType:
    """python-vlc with its library; a Refusal that says what to install where it is missing."""
    try:
        import vlc
    except (OSError, ImportError, NameError, AttributeError) as error:
        raise Refusal(
            "本机没有 libVLC，不能播放录像：请运行 zhishou doctor 查看安装办法"
        ) from error
    return vlc  # type: ignore[no-any-return]


@cache
def instance() -> Any:
    """The one libVLC instance of the process; a second one costs memory that never comes back."""
    made = library().Instance(["--no-audio", "--no-xlib", "--quiet", "--no-video-title-show"])
    if made is None:
        raise Refusal("libVLC 无法启动（缺少插件 vlc-plugin-base），不能播放录像")
    return made


class ClipPlayer:
    """Plays one file at a time into memory."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vlc")
        self._lock = threading.Lock()
        self._using = threading.Lock()
        self._player: Any = None
        self._callbacks: tuple[Any, ...] = ()
        self._buffer: Any = None
        self._shown: Shown | None = None
        self._number = 0
        self._failure: Refusal | None = None
        self._path: Path | None = None
        self._rate = 1.0

    # Asked by the screen.

    @property
    def failure(self) -> Refusal | None:
        """Why nothing can be played, if so."""
        return self._failure

    @property
    def state(self) -> PlayState:
        if self._failure:
            return PlayState.FAILED
        state = self._asked(lambda player: player.get_state())
        if state is None:
            return PlayState.EMPTY
        known = library().State
        if state in (known.Ended, known.Stopped):
            return PlayState.ENDED
        if state == known.Error:
            return PlayState.FAILED
        return PlayState.PAUSED if state == known.Paused else PlayState.PLAYING

    @property
    def length(self) -> float:
        """Seconds; 0.0 until known."""
        return max(0, self._asked(lambda player: player.get_length()) or 0) / 1000

    @property
    def position(self) -> float:
        """Seconds from the beginning."""
        return max(0, self._asked(lambda player: player.get_time()) or 0) / 1000

    def _asked(self, question: Callable[[Any], Any]) -> Any:
        """A quick question to the player, never while it is being freed."""
        with self._using:
            player = self._player
            return None if player is None else question(player)

    def picture(self) -> Shown | None:
        """The newest picture."""
        with self._lock:
            return self._shown

    # Told by the screen.

    def open(self, path: Path) -> None:
        """Begin to play a file."""
        self._path = path
        self._submit(lambda: self._open(path))

    def toggle(self) -> None:
        """Pause, go on, or begin again at the end."""
        self._with_player(lambda player: self._toggle(player))

    def step(self) -> None:
        """One picture on, paused."""
        self._with_player(lambda player: player.next_frame())

    def set_rate(self, rate: float) -> None:
        """Play this many times as fast (0.25 to 8)."""
        self._rate = rate
        self._with_player(lambda player: player.set_rate(rate))

    def seek(self, seconds: float) -> None:
        """Go to this second."""
        self._with_player(lambda player: player.set_time(int(seconds * 1000)))

    def stop(self) -> None:
        """Let the file go."""
        self._submit(self._release)

    def close(self) -> None:
        """Let the file go and end the thread."""
        self._submit(self._release)
        self._thread.shutdown(wait=True)

    # On the player's thread.

    def _submit(self, work: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                work()
            except Refusal as refusal:
                self._failure = refusal
            except Exception:
                log.exception("playback failed")
                self._failure = Refusal("录像播放失败，请再试一次")

        self._thread.submit(guarded)

    def _with_player(self, work: Callable[[Any], object]) -> None:
        def guarded() -> None:
            if self._player is not None:
                work(self._player)

        self._submit(guarded)

    def _toggle(self, player: Any) -> None:
        if self.state is PlayState.ENDED and self._path:
            self._open(self._path)
        else:
            player.pause()

    def _open(self, path: Path) -> None:
        self._release()
        self._failure = None
        media = instance().media_new(str(path))
        media.add_option(":avcodec-threads=1")
        media.parse()
        shape = _video_shape(media)
        if shape is None:
            media.release()
            raise Refusal("这个文件里没有可以播放的录像")
        self._player = instance().media_player_new()
        self._player.set_media(media)
        media.release()
        self._prepare(*shape)
        self._player.play()
        self._player.set_rate(self._rate)

    def _prepare(self, width: int, height: int, pixel: float) -> None:
        vlc = library()
        self._buffer = ctypes.create_string_buffer(width * height * 4)

        @vlc.CallbackDecorators.VideoLockCb  # type: ignore[untyped-decorator]
        def lock(_opaque: Any, planes: Any) -> None:
            planes[0] = ctypes.addressof(self._buffer)

        @vlc.CallbackDecorators.VideoDisplayCb  # type: ignore[untyped-decorator]
        def display(_opaque: Any, _picture: Any) -> None:
            with self._lock:
                self._number += 1
                self._shown = Shown(self._number, width, height, pixel, self._buffer.raw)

        self._callbacks = (lock, display)  # libVLC keeps no reference
        self._player.video_set_callbacks(lock, None, display, None)
        self._player.video_set_format("RV32", width, height, width * 4)

    def _release(self) -> None:
        player, self._player = self._player, None  # out of the screen's reach before it is freed
        if player is not None:
            player.stop()
            with self._using:  # the screen may be asking it something this very moment
                player.release()
            self._callbacks = ()
        with self._lock:
            self._shown = None


def _video_shape(media: Any) -> tuple[int, int, float] | None:
    """Width, height and pixel shape of the first video track.

    Read by hand: libVLC's track holds one pointer for audio, video or subtitle (a union), which
    python-vlc declares as three, so that its own `video` points nowhere.
    """
    vlc = library()
    tracks = ctypes.POINTER(vlc.MediaTrack)()
    count = vlc.libvlc_media_tracks_get(media, ctypes.byref(tracks))
    several = ctypes.cast(tracks, ctypes.POINTER(ctypes.POINTER(vlc.MediaTrack)))
    try:
        for place in range(count):
            track = several[place].contents
            if track.type == vlc.TrackType.video:
                video = ctypes.cast(track.audio, ctypes.POINTER(vlc.VideoTrack)).contents
                pixel = video.sar_num / video.sar_den if video.sar_num and video.sar_den else 1.0
                return int(video.width), int(video.height), pixel
    finally:
        vlc.libvlc_media_tracks_release(several, count)
    return None

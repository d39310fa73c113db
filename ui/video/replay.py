"""Instant replay: the last half minute of a tile, from the packets kept, while live goes on."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.domain.camera import CameraRow
from app.domain.deadline import CITY
from app.video.messages import Replay, ReplayFailed, ReplayReady, StreamKey
from ui.video.capture import Shown
from ui.video.stage import Stage
from ui.widgets.clip_view import ClipView
from ui.widgets.named import named
from ui.words import tr

SIZE = (960, 640)


class ReplayWindow(QWidget):
    """A window of its own beside the wall. Signals: `again()`, `closed()`, `kept(Shown)` when what
    it shows is to become evidence.
    """

    again = Signal()
    closed = Signal()
    kept = Signal(object)

    def __init__(self, camera: CameraRow) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.camera = camera
        self.setWindowTitle(tr("即时回放 · {name}", name=camera.name))
        self.resize(*SIZE)
        self.clip = ClipView()
        self.told = named(QLabel(tr("正在取最近的画面…")), "panelTitle")
        self._ready: ReplayReady | None = None
        more = QPushButton(tr("重新取到此刻"))
        more.clicked.connect(self.again)
        self.keep = QPushButton(tr("以此画面登记 F9"))
        self.keep.setProperty("weight", "main")
        self.keep.setEnabled(False)
        self.keep.clicked.connect(self._on_keep)
        head = QHBoxLayout()
        head.addWidget(self.told, 1)
        for button in (more, self.keep):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space pauses
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.clip, 1)

    def play(self, ready: ReplayReady) -> None:
        """Play what the engine has written."""
        begins = datetime.fromtimestamp(ready.wall, CITY)
        words = tr(
            "{t} 起 {s:.0f} 秒（回放，不是实时画面）", t=f"{begins:%H:%M:%S}", s=ready.seconds
        )
        self.told.setText(f"{self.camera.name}　{words}")
        self.clip.open(ready.path)
        self._ready = ready
        self.keep.setEnabled(True)

    def _on_keep(self) -> None:
        """The picture on the screen as evidence, and all that was replayed."""
        like = self.clip.like
        if self._ready is not None and like is not None:
            self.kept.emit(Shown(self._ready, self.clip.position, like))

    def fail(self, sentence: str) -> None:
        """Say why there is nothing to play."""
        self._ready = None
        self.keep.setEnabled(False)
        self.told.setText(self.camera.name)
        self.clip.show_image(None, sentence)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F7):
            self.close()
        elif event.key() == Qt.Key.Key_Space:
            self.clip.play.click()
        elif event.key() == Qt.Key.Key_Right:
            self.clip.one.click()
        elif event.key() == Qt.Key.Key_F9 and not event.isAutoRepeat():
            self._on_keep()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.clip.close_player()
        self.closed.emit()
        super().closeEvent(event)


class Replays(QObject):
    """Asks for replays and shows them, one window at a time; nothing of them is kept unless it is
    made evidence. Signals: `kept(CameraRow, StreamKey, Shown)`.
    """

    kept = Signal(object, object, object)

    def __init__(self, stage: Stage, folder: Path) -> None:
        super().__init__()
        self._stage, self._folder = stage, folder
        self.window: ReplayWindow | None = None
        self._wanted = ""
        self._key: StreamKey | None = None
        self._asked: dict[str, StreamKey] = {}  # of which stream each replay of this window is
        self._held: set[Path] = set()  # files that are about to be evidence
        stage.replay_ready.connect(self._on_ready)
        stage.replay_failed.connect(self._on_failed)
        shutil.rmtree(folder, ignore_errors=True)  # of a console that was killed

    def show(self, camera: CameraRow, key: StreamKey) -> None:
        """Replay what is kept of this stream."""
        self.close()
        self.window = ReplayWindow(camera)
        self.window.again.connect(self._ask)
        self.window.kept.connect(partial(self._on_kept, camera))
        self.window.closed.connect(self._on_closed)
        self._key = key
        self.window.show()
        self._ask()

    def check(self, may: Callable[[int], bool]) -> None:
        """Rights or the directory have changed: what may not be replayed is not replayed on."""
        if self.window is not None and not may(self.window.camera.id):
            self.close()

    def close(self) -> None:
        """No replay any more."""
        if self.window is not None:
            self.window.close()

    def _ask(self) -> None:
        if self._key is not None:
            self._wanted = str(uuid.uuid4())
            path = self._folder / f"{self._wanted}.mp4"
            longer = self._stage.reaching_back(self._key, self._stage.ring_s)
            self._asked[self._wanted] = longer
            self._stage.replay(Replay(self._wanted, longer, path))

    def _on_kept(self, camera: CameraRow, shown: Shown) -> None:
        if (key := self._asked.get(shown.replay.replay)) is not None:
            self._held.add(shown.replay.path)
            self.kept.emit(camera, key, shown)

    def let_go(self, path: Path) -> None:
        """Evidence has been made of this file, or could not be."""
        self._held.discard(path)
        if self.window is None:
            self._clear()

    def _clear(self) -> None:
        """Remove what is neither looked at nor about to be evidence."""
        for path in self._folder.glob("*"):
            if path not in self._held:
                with suppress(OSError):  # open yet, on Windows: the next start removes it
                    path.unlink()
        with suppress(OSError):  # something is held yet
            self._folder.rmdir()

    def _on_ready(self, told: ReplayReady) -> None:
        if self.window is not None and told.replay == self._wanted:
            self.window.play(told)
        else:
            told.path.unlink(missing_ok=True)

    def _on_failed(self, told: ReplayFailed) -> None:
        if self.window is not None and told.replay == self._wanted:
            self.window.fail(tr(told.reason))

    def _on_closed(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
            self.window = None
        self._asked.clear()
        self._clear()

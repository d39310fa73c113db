"""Evidence inside its case: the still, and the clip with pause, step, speed and seeking."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.services.cases import EvidenceLine
from app.video.playback import ClipPlayer, PlayState
from ui.labels import full_clock
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.widgets.still import load_still
from ui.words import sentence, tr

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
LINE = Qt.ItemDataRole.UserRole


class _Screen(QWidget):
    """Paints one picture, whole and in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.pixel = 1.0  # how much wider than high a pixel is
        self.text = ""
        self.setMinimumHeight(250)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_image(self, image: QImage | None, text: str = "", pixel: float = 1.0) -> None:
        self.image, self.text, self.pixel = image, text, pixel
        self.update()

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#07090b"))
        if self.image is not None and not self.image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            shape = QSize(round(self.image.width() * self.pixel), self.image.height())
            size = shape.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            at = QRect(0, 0, size.width(), size.height())
            at.moveCenter(self.rect().center())
            painter.drawImage(at, self.image)
        elif self.text:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(20, 0, -20, 0), flags, self.text)
        painter.end()


class EvidenceView(QWidget):
    """A list of what there is, and a screen for one of it."""

    def __init__(self, folder: Path, tasks: Tasks) -> None:
        super().__init__()
        self._folder, self._tasks = folder, tasks
        self._shown: EvidenceLine | None = None
        self.player: ClipPlayer | None = None
        self._number = 0
        self._dragging = False
        self._lines: tuple[EvidenceLine, ...] = ()
        self.stage = _Screen()
        self.list = QListWidget()
        self.list.setFixedHeight(92)
        self.list.setAccessibleName(tr("证据"))
        self.list.currentItemChanged.connect(self._on_item)
        self.told = named(QLabel(wordWrap=True), "muted")
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._make_controls()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.stage, 1)
        column.addWidget(self._controls)
        column.addWidget(self.list)
        column.addWidget(self.told)
        self._timer = QTimer(self, interval=30)
        self._timer.timeout.connect(self._poll)

    def _make_controls(self) -> None:
        self._controls = QWidget()
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        self.play = QPushButton(tr("暂停"))
        self.play.clicked.connect(self._on_play)
        self.one = QPushButton(tr("逐帧"))
        self.one.clicked.connect(self._on_step)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 1000)
        self.slider.setAccessibleName(tr("播放位置"))
        self.slider.sliderPressed.connect(lambda: self._set_dragging(True))
        self.slider.sliderReleased.connect(self._on_released)
        self.speed = QComboBox()
        self.speed.setAccessibleName(tr("播放速度"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(self._on_speed)
        self.time = QLabel("0.0 / 0.0 s")
        self.time.setMinimumWidth(100)
        for widget in (self.play, self.one, self.slider, self.time, self.speed):
            row.addWidget(widget, 1 if widget is self.slider else 0)
        self._controls.hide()

    def put(self, lines: tuple[EvidenceLine, ...]) -> None:
        """Show this evidence; what is being looked at stays while it is still there."""
        if lines == self._lines:
            return
        item = self.list.currentItem()
        before = item.data(LINE).sha256 if item else None
        self._lines = lines
        self.list.blockSignals(True)
        self.list.clear()
        for line in lines:
            mark = tr("【陈旧 {age} 秒】", age=round(line.age)) if line.is_stale else ""
            kind = tr("照片") if line.kind == "still" else tr("录像 {s:.0f} 秒", s=line.seconds)
            text = f"{mark}{kind}  {full_clock(line.taken_at)}  {line.camera}"
            entry = QListWidgetItem(text)
            entry.setData(LINE, line)
            self.list.addItem(entry)
            if line.sha256 == before:
                self.list.setCurrentItem(entry)
        self.list.blockSignals(False)
        if not lines:
            self._stop()
            self.stage.show_image(None, tr("这个案件没有证据"))
            self.told.clear()
        elif self.list.currentItem() is None:
            self.list.setCurrentRow(0)

    def _on_item(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.show_line(item.data(LINE))

    def show_line(self, line: EvidenceLine) -> None:
        """Show this piece of evidence."""
        self._stop()
        path = self._folder / line.path
        self.told.setText(
            tr(
                "取证人 {person}（席位 {desk}）  SHA-256 {hash}…",
                person=line.person,
                desk=line.desk,
                hash=line.sha256[:16],
            )
        )
        self.told.setToolTip(line.sha256)
        self._shown = line
        self.stage.show_image(None, tr("正在打开…"))
        self._tasks.start(self._open(line, path))

    async def _open(self, line: EvidenceLine, path: Path) -> None:
        """The folder may be a share that does not answer: the window never waits for it."""
        still = await load_still(path) if line.kind == "still" else None
        there = still is not None or await asyncio.to_thread(path.exists)
        if self._shown is not line:
            return  # another one was chosen meanwhile
        if not there:
            self.stage.show_image(None, tr("文件不在本机证据目录：{path}", path=line.path))
        elif line.kind == "clip":
            self._play(path)
        elif still is None:
            self.stage.show_image(None, tr("这张照片已损坏，无法显示：{path}", path=line.path))
        else:
            self.stage.show_image(still.image, pixel=still.pixel)

    def _play(self, path: Path) -> None:
        if self.player is None:
            self.player = ClipPlayer()
        self._number = 0
        self.stage.show_image(None, tr("正在打开录像…"))
        self._controls.show()
        self.player.open(path)
        self._timer.start()

    def _stop(self) -> None:
        self._shown = None
        self._timer.stop()
        self._controls.hide()
        if self.player is not None:
            self.player.stop()

    def _poll(self) -> None:
        assert self.player is not None
        if self.player.failure:
            self.stage.show_image(None, sentence(self.player.failure))
            self._timer.stop()
            return
        shown = self.player.picture()
        if shown and shown.number != self._number:
            self._number = shown.number
            format_ = QImage.Format.Format_RGB32
            image = QImage(shown.pixels, shown.width, shown.height, shown.width * 4, format_)
            self.stage.show_image(image.copy(), pixel=shown.pixel)
        length, position = self.player.length, self.player.position
        state = self.player.state
        if state is PlayState.ENDED:
            position = length
        self.play.setText(tr("播放") if state is not PlayState.PLAYING else tr("暂停"))
        self.time.setText(f"{position:.1f} / {length:.1f} s")
        if length and not self._dragging:
            self.slider.setValue(round(position / length * 1000))

    def _on_play(self) -> None:
        if self.player:
            self.player.toggle()

    def _on_step(self) -> None:
        if self.player:
            self.player.step()

    def _set_dragging(self, dragging: bool) -> None:
        self._dragging = dragging

    def _on_released(self) -> None:
        self._dragging = False
        if self.player:
            self.player.seek(self.slider.value() / 1000 * self.player.length)

    def _on_speed(self) -> None:
        if self.player:
            self.player.set_rate(self.speed.currentData())

    def close_player(self) -> None:
        """End the player's thread, when the console closes."""
        self._timer.stop()
        if self.player is not None:
            self.player.close()
            self.player = None

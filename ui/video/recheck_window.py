"""Re-check (核查): the case's first still beside the live picture of the same place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.domain.camera import CameraRow, Stream
from app.domain.workflow import Action
from app.evidence_store import StoreFailed
from app.services.cases import CaseDetail
from app.services.evidence import EvidenceLine
from app.video.alignment import Alignment, align, grey_of
from ui.cases.evidence_files import EvidenceFiles
from ui.labels import full_clock
from ui.tasks import Tasks
from ui.video.stage import Stage
from ui.video.tile import Tile
from ui.widgets.aligned import paint_aligned
from ui.widgets.named import named
from ui.widgets.still import Still, load_still
from ui.words import sentence, tr

SETTLES_S = 5.0
"""A camera that was turned to its preset stands still by then."""

LOOK_MS = 250
POLL_MS = 20
STILL_ENOUGH = 4.0
"""Mean difference of grey (0 to 255) between two looks: traffic stays below, turning above."""


class BeforeView(QWidget):
    """The still of before, laid so that it coincides with the picture of now."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.alignment: Alignment | None = None
        self.text = tr("正在打开首张取证照片…")
        self.setMinimumSize(480, 320)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#07090b"))
        if self.image is None:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self.text)
        else:
            paint_aligned(painter, QRectF(self.rect()), self.image, self.alignment)
        painter.end()


class RecheckWindow(QWidget):
    """F9 takes the picture of after, F2 passes, F4 sends it back: the verdict carries the picture.

    Signals: `after_wanted()`: take evidence of the tile now; `judged(passed, note)`; `closed()`.
    """

    after_wanted = Signal()
    judged = Signal(bool, str)
    closed = Signal()

    def __init__(
        self,
        stage: Stage,
        detail: CaseDetail,
        camera: CameraRow,
        before: EvidenceLine | None,
        files: EvidenceFiles,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("核查 · {number}", number=detail.row.number))
        self.resize(1500, 760)
        self.detail, self.camera, self.before = detail, camera, before
        self._files = files
        self._tasks = Tasks(self, on_error)
        self.pressed: str | None = None
        self.after: str | None = None
        self._verdict: bool | None = None
        self.alignment: Alignment | None = None
        self._still: Still | None = None
        self._last: np.ndarray | None = None
        self._waited = 0.0
        self.view = BeforeView()
        self.tile = Tile(stage, 0, self)
        self.told = named(QLabel(wordWrap=True), "muted")
        self.fade = QSlider(Qt.Orientation.Horizontal)
        self.fade.setRange(0, 100)
        self.fade.setAccessibleName(tr("叠加前后画面"))
        self.note = QLineEdit(placeholderText=tr("核查说明；不合格时必填"))
        self.take = QPushButton(tr("取核查照片 F9"))
        self.again = QPushButton(tr("重新对齐"))
        self.ok = QPushButton(tr("合格 F2"))
        self.ok.setProperty("weight", "main")
        self.bad = QPushButton(tr("不合格 F4"))
        self.bad.setProperty("weight", "danger")
        self._build()
        self._connect()
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        self.tile.show_camera(camera, Stream.MAIN)
        if before is not None:
            self._tasks.start(self._open(before))
        else:
            self.view.text = tr("这个案件没有取证照片，无法比对")
        self._looking.start()
        self._polling = QTimer(self, interval=POLL_MS)
        self._polling.timeout.connect(lambda: self.tile.poll(time.monotonic()))
        self._polling.start()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        row = self.detail.row
        head = f"{row.number} {row.subcategory}　{row.description}"
        column.addWidget(named(QLabel(head, wordWrap=True), "panelTitle"))
        steps = [s for s in self.detail.steps if s.action is Action.RESOLVE]
        if steps:
            done = steps[-1]
            words = tr("处置结果：{note}（{who}）", note=done.note, who=done.department)
            column.addWidget(named(QLabel(words, wordWrap=True), "muted"))
        names = QHBoxLayout()
        at = full_clock(self.before.taken_at) if self.before else ""
        names.addWidget(named(QLabel(tr("登记时 {at}", at=at)), "sectionTitle"), 1)
        names.addWidget(named(QLabel(tr("现在：{name}", name=self.camera.name)), "sectionTitle"), 1)
        column.addLayout(names)
        pictures = QHBoxLayout()
        pictures.addWidget(self.view, 1)
        pictures.addWidget(self.tile, 1)
        column.addLayout(pictures, 1)
        line = QHBoxLayout()
        line.addWidget(QLabel(tr("叠加")))
        line.addWidget(self.fade, 1)
        line.addWidget(self.again)
        column.addLayout(line)
        column.addWidget(self.told)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        for button in (self.take, self.ok, self.bad):
            foot.addWidget(button)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.take.clicked.connect(self.after_wanted)
        self.again.clicked.connect(self.align_again)
        self.ok.clicked.connect(lambda: self.judge(True))
        self.bad.clicked.connect(lambda: self.judge(False))
        self.fade.valueChanged.connect(lambda part: self.tile.lay_over(self._laid(), part / 100))

    # The picture of before.

    async def _open(self, before: EvidenceLine) -> None:
        try:
            path = await self._files.find(before)
        except StoreFailed as failure:
            self.view.text = sentence(failure)
            self.view.update()
            return
        self._still = await load_still(path) if path else None
        if self._still is None:
            self.view.text = tr("文件不在本机，证据库里也没有：{path}", path=before.path)
        else:
            self.view.image = await asyncio.to_thread(self._still.shaped)
        self.view.update()

    def align_again(self) -> None:
        """Forget how the two lie on one another and look anew."""
        self.alignment = self._last = None
        self._waited = 0.0
        self._looking.start()

    def _look(self) -> None:
        """Wait until the live picture stands still, then lay the still of before on it."""
        now = self.tile.pixels()
        if now is None or self.view.image is None:
            return
        self._waited += LOOK_MS / 1000
        grey = grey_of(now)
        last, self._last = self._last, grey
        moves = last is None or float(np.abs(grey - last).mean()) > STILL_ENOUGH
        if moves and self._waited < SETTLES_S:
            waits = tr("等待云台转到预置位…") if self.camera.ptz else tr("等待画面稳定…")
            self.told.setText(waits)
            return
        self._looking.stop()
        self._tasks.start(self._align(grey, self.view.image))

    async def _align(self, now: np.ndarray, image: QImage) -> None:
        def work() -> Alignment:
            plain = image.convertToFormat(QImage.Format.Format_RGB32)
            shape = (plain.height(), plain.bytesPerLine() // 4, 4)
            pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(shape)
            return align(grey_of(pixels[:, : plain.width()]), now)

        found = await asyncio.to_thread(work)
        self.alignment = self.view.alignment = found
        self.view.update()
        if found.is_sure:
            told = tr(
                "已对齐：缩放 {scale:.0f}%，平移 {right:+.1f}% / {down:+.1f}%",
                scale=found.scale * 100,
                right=found.right * 100,
                down=found.down * 100,
            )
        else:
            told = tr("两张画面对不上：镜头可能转过或画面变化太大，请人工比对")
        self.told.setText(told)
        self.tile.lay_over(self._laid(), self.fade.value() / 100)

    def _laid(self) -> tuple[QImage, Alignment | None] | None:
        return (self.view.image, self.alignment) if self.view.image is not None else None

    # The verdict.

    def taking(self, capture: str) -> None:
        """A picture of after is being taken under this uid."""
        self.pressed, self.after = capture, None
        self.told.setText(tr("正在取核查照片…"))

    def taken(self, capture: str) -> None:
        """It is on disk; a verdict that waited for it is said now."""
        if capture != self.pressed:
            return
        self.after = capture
        self.told.setText(tr("已取核查照片，将随结论存入案件"))
        waiting, self._verdict = self._verdict, None
        if waiting is not None:
            self.judge(waiting)

    def failed(self, capture: str, why: str) -> None:
        """It could not be taken: there is nothing to judge by."""
        if capture == self.pressed and self.after is None:
            self.pressed = self._verdict = None
            self.told.setText(why)

    def judge(self, passed: bool) -> None:
        """Say it, as soon as there is a picture of after; one is taken first if there is none."""
        if not passed and not self.note.text().strip():
            self.told.setText(tr("不合格必须写明还有什么问题，再按一次 F4"))
            self.note.setFocus()
            return
        if self.after is None:
            self._verdict = passed
            if self.pressed is None:
                self.after_wanted.emit()
            if self.pressed is None:
                self._verdict = None  # there is no picture now: it was said why
            return
        self.judged.emit(passed, self.note.text().strip())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return  # a verdict is one press
        match event.key():
            case Qt.Key.Key_F9:
                self.after_wanted.emit()
            case Qt.Key.Key_F2:
                self.judge(True)
            case Qt.Key.Key_F4:
                self.judge(False)
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._looking.stop()
        self._polling.stop()
        self.tile.clear()
        self.closed.emit()
        super().closeEvent(event)

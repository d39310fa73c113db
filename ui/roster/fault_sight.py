"""What a fault looked like when it was found, beside what its camera ought to show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.desk import Desk
from app.services import faults
from app.services.faults import FaultLine, FaultSight
from app.video.measures import unpack
from ui.labels import full_clock, label
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

WIDE, PICTURE_WIDE = 460, 420


class FaultSightPanel(QFrame):
    """One fault at a time."""

    def __init__(self, desk: Desk, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self.setObjectName("sidePanel")
        self.setFixedWidth(WIDE)
        self._desk, self._tasks = desk, Tasks(self, on_error)
        self._fault: int | None = None
        self.title = named(QLabel(wordWrap=True), "panelTitle")
        self.hint = named(QLabel(wordWrap=True), "muted")
        self.pictures = QWidget()
        self._column = QVBoxLayout(self.pictures)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.pictures)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addWidget(area, 1)
        self.show_fault(None)

    def show_fault(self, line: FaultLine | None) -> None:
        """Show this one; None: nothing was chosen, or several."""
        if line is None or line.id != self._fault:
            self._clear()
        self._fault = line.id if line else None
        self.title.setText(f"{line.camera}　{label(line.state)}" if line else tr("故障画面"))
        self.hint.setText("" if line else tr("选中一个故障，查看发现时的画面"))
        if line is not None:
            self._tasks.start(self._load(line.id))

    async def _load(self, fault_id: int) -> None:
        seen = await self._desk.ask(faults.sight, fault_id)
        if self._fault == fault_id:
            self._show(seen)

    def _show(self, seen: FaultSight) -> None:
        self._clear()
        for picture in seen.pictures:
            words = tr("发现时：{state}", state=label(picture.state))
            told = f"{words}　{full_clock(picture.taken_at)}"
            self._add(told, QImage.fromData(picture.jpeg))
        if not seen.pictures:
            words = tr("没有故障画面：从未收到过画面，或公安视频点位，或您不能观看这个点位")
            self.hint.setText(words)
        look = unpack(seen.reference) if seen.reference else None
        if look is not None:
            grey = look.luma.astype("uint8")
            high, wide = grey.shape
            image = QImage(grey.tobytes(), wide, high, wide, QImage.Format.Format_Grayscale8)
            self._add(tr("基准画面（黑白小图）"), image)

    def _add(self, told: str, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        wide = round(PICTURE_WIDE * ratio)
        scaled = image.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
        scaled.setDevicePixelRatio(ratio)
        picture = QLabel()
        picture.setPixmap(QPixmap.fromImage(scaled))
        picture.setAccessibleName(told)
        for widget in (named(QLabel(told), "muted"), picture):
            self._column.insertWidget(self._column.count() - 1, widget)

    def _clear(self) -> None:
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            if item is not None and (gone := item.widget()) is not None:
                gone.deleteLater()

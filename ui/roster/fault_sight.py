"""What a fault looked like when it was found, beside what its camera ought to show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.desk import Desk
from app.domain.camera import StreamState
from app.domain.fault import FaultPicture
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
        self._line: FaultLine | None = None
        self._seen: FaultSight | None = None
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
        before, self._line = self._line, line
        self.title.setText(f"{line.camera}　{label(line.state)}" if line else tr("故障画面"))
        if line is None or before is None or line.id != before.id:
            self._clear()
            self.hint.setText("" if line else tr("选中一个故障，查看发现时的画面"))
        elif (line.version, line.state) == (before.version, before.state) and self._is_complete:
            return  # the list was fetched anew for another's sake
        if line is not None:
            self._tasks.start(self._load(line.id))

    @property
    def _is_complete(self) -> bool:
        """Whether there is a picture of the state that the fault is in."""
        states = {one.state for one in self._seen.pictures} if self._seen else set()
        return self._line is not None and self._line.state in states

    async def _load(self, fault_id: int) -> None:
        seen = await self._desk.ask(faults.sight, fault_id)
        if self._line is not None and self._line.id == fault_id and seen != self._seen:
            self._show(seen)
            self._seen = seen

    def _show(self, seen: FaultSight) -> None:
        self._clear()
        self.hint.clear()
        for picture in seen.pictures:
            self._add(_caption(picture), QImage.fromData(picture.jpeg))
        if not seen.pictures:
            never = tr("没有故障画面：那时没有收到过画面")
            self.hint.setText(
                never if seen.is_shown else tr("公安视频点位，或您无权观看：不显示画面")
            )
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
        self._seen = None
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            if item is not None and (gone := item.widget()) is not None:
                gone.deleteLater()


def _caption(picture: FaultPicture) -> str:
    """Of a camera that sends nothing it is the last picture, which may be old."""
    seen = picture.state.flows or picture.state is StreamState.TOLD
    state = label(picture.state)
    words = tr("发现时：{state}", state=state) if seen else tr("最后画面：{state}", state=state)
    return f"{words}　{full_clock(picture.taken_at)}"

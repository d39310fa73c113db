"""The page of the wall: camera tree, layouts, and the wall itself."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ui.video.camera_tree import CameraTree
from ui.video.inspection_panel import InspectionPanel
from ui.video.layouts import LAYOUTS
from ui.video.ptz_pad import PtzPad
from ui.video.tour_bar import TourBar
from ui.video.wall import VideoWall
from ui.widgets.flow import FlowLayout
from ui.widgets.named import named
from ui.widgets.twice import Twice
from ui.words import tr


class WallBar(QWidget):
    """Layout buttons and what can be done with the current tile.

    Signals: `layout_chosen(name)`, `capture()`, `enlarge()`, `clear()`, `reference()`, `replay()`,
    `trace()`, `other_wall()`, `full_screen()`.
    """

    layout_chosen = Signal(str)
    capture = Signal()
    enlarge = Signal()
    clear = Signal()
    reference = Signal()
    replay = Signal()
    trace = Signal()
    other_wall = Signal()
    full_screen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("toolBar")
        row = self._row = FlowLayout(self, beside=10)
        row.addWidget(named(QLabel(tr("分屏")), "muted"))
        self._group = QButtonGroup(self)
        self.layouts: dict[str, QPushButton] = {}
        for name in LAYOUTS:
            button = QPushButton(name)
            button.setCheckable(True)
            button.setAccessibleName(tr("{name} 分屏", name=name))
            button.clicked.connect(lambda _=False, chosen=name: self.layout_chosen.emit(chosen))
            self._group.addButton(button)
            self.layouts[name] = button
            row.addWidget(button)
        self.capture_button = QPushButton(tr("取证登记 F9"))
        self.capture_button.setProperty("weight", "main")
        self.capture_button.clicked.connect(self.capture)
        row.addWidget(self.capture_button)
        for text, signal in (
            (tr("放大 F10"), self.enlarge),
            (tr("回放 F7"), self.replay),
            (tr("清空窗格"), self.clear),
            (tr("追溯"), self.trace),
            (tr("全屏 F11"), self.full_screen),
        ):
            row.addWidget(_button(text, signal))
        self.reference_button = Twice(tr("设为基准画面"))
        self.reference_button.tell(tr("设为基准画面"), tr("再按一次：以后按此画面比对"))
        self.reference_button.confirmed.connect(self.reference)
        row.addWidget(self.reference_button)
        self.other_button = _button(tr("副屏"), self.other_wall)
        row.addWidget(self.other_button)

    def add(self, widget: QWidget) -> None:
        """Put something more at the end of the line."""
        self._row.addWidget(widget)

    def mark(self, name: str) -> None:
        """Show which layout is on."""
        self.layouts[name].setChecked(True)


def _button(text: str, signal: SignalInstance) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(signal)
    return button


class VideoPage(QWidget):
    """Tree on the left, wall on the right."""

    def __init__(
        self,
        tree: CameraTree,
        pad: PtzPad,
        wall: VideoWall,
        bar: WallBar,
        tours: TourBar,
        inspection: InspectionPanel,
    ) -> None:
        super().__init__()
        self.tree, self.wall, self.bar, self.tours = tree, wall, bar, tours
        self._left = QWidget()
        beside = QVBoxLayout(self._left)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(tree, 1)
        beside.addWidget(pad)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(tours)
        beside_wall = QHBoxLayout()
        beside_wall.setSpacing(0)
        beside_wall.addWidget(wall, 1)
        beside_wall.addWidget(inspection)
        column.addLayout(beside_wall, 1)
        self._inspection = inspection
        split = QSplitter()
        split.addWidget(self._left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([270, 1400])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)
        bar.layout_chosen.connect(wall.arrange)
        wall.arranged.connect(lambda: bar.mark(wall.layout_name))
        bar.enlarge.connect(wall.toggle_enlarged)
        bar.clear.connect(wall.clear_current)
        bar.mark(wall.layout_name)

    def show_only_wall(self, only: bool) -> None:
        """Hide all but the pictures: full screen, or while the desk is locked."""
        self._left.setVisible(not only)
        self.bar.setVisible(not only)
        self.tours.setVisible(not only)
        self._inspection.setVisible(not only and self._inspection.runs)

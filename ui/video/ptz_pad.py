"""The pad that moves the current tile's camera: directions, zoom, presets, framing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
)

from app.domain.audit import AuditLine
from app.domain.camera import CameraRow
from app.domain.ptz import STILL, Box, Move, Preset
from ui.notices import Notices
from ui.tasks import Tasks
from ui.video.controls import Controls
from ui.widgets.named import named
from ui.widgets.twice import Twice
from ui.words import tr

SAY_AGAIN_MS = 300
WAYS = {
    "↖": (-1, 1), "↑": (0, 1), "↗": (1, 1),
    "←": (-1, 0), "■": (0, 0), "→": (1, 0),
    "↙": (-1, -1), "↓": (0, -1), "↘": (1, -1),
}  # fmt: skip
KEYS = {
    Qt.Key.Key_Left: (-1, 0, 0),
    Qt.Key.Key_Right: (1, 0, 0),
    Qt.Key.Key_Up: (0, 1, 0),
    Qt.Key.Key_Down: (0, -1, 0),
    Qt.Key.Key_PageUp: (0, 0, 1),
    Qt.Key.Key_PageDown: (0, 0, -1),
    Qt.Key.Key_Plus: (0, 0, 1),
    Qt.Key.Key_Minus: (0, 0, -1),
}


class PtzPad(QFrame):
    """Shown while the current tile's camera can be moved by whoever sits here.

    Signals: `preset_wanted(camera id, token)`: tours and re-checks are to turn it there.
    """

    preset_wanted = Signal(int, str)

    def __init__(
        self, controls: Controls, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__()
        self.setObjectName("ptzPad")
        self._controls, self._notices = controls, notices
        self._tasks = Tasks(self, on_error)
        self.camera: CameraRow | None = None
        self._move = STILL
        self._again = QTimer(self, interval=SAY_AGAIN_MS)
        self._again.timeout.connect(self._say)
        self.buttons: dict[str, QPushButton] = {}
        self.title = named(QLabel(), "sectionTitle")
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(1, 10)
        self.speed.setValue(5)
        self.speed.setAccessibleName(tr("云台速度"))
        self.presets = QComboBox()
        self.presets.setAccessibleName(tr("预置位"))
        self.call = QPushButton(tr("调用"))
        self.for_tours = QPushButton(tr("设为轮巡预置位"))
        self.forget = Twice(tr("删除"))
        self.forget.tell(tr("删除"), tr("再按删除"))
        self.name = QLineEdit(placeholderText=tr("新预置位名称"))
        self.remember = QPushButton(tr("保存"))
        self.told = named(QLabel(wordWrap=True), "muted")
        self._build()
        controls.failed.connect(self._on_failed)
        controls.shared.connect(self._on_shared)
        self.hide()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.title)
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, (sign, (pan, tilt)) in enumerate(WAYS.items()):
            grid.addWidget(self._hold(sign, pan, tilt, 0), place // 3, place % 3)
        grid.addWidget(self._hold("＋", 0, 0, 1), 0, 3)
        grid.addWidget(self._hold("－", 0, 0, -1), 2, 3)
        column.addLayout(grid)
        column.addWidget(self.speed)
        column.addWidget(self.presets)
        for row in ((self.call, self.for_tours, self.forget), (self.name, self.remember)):
            line = QHBoxLayout()
            line.setSpacing(4)
            for widget in row:
                line.addWidget(widget, 1 if widget is self.name else 0)
            column.addLayout(line)
        column.addWidget(self.told)
        self.call.clicked.connect(self._on_call)
        self.for_tours.clicked.connect(self._on_for_tours)
        self.forget.confirmed.connect(self._on_forget)
        self.remember.clicked.connect(self._on_remember)
        self.name.returnPressed.connect(self._on_remember)
        self.told.setText(tr("方向键转动，PgUp/PgDn 变倍，1—9 调用预置位，按住 Shift 拖框定位"))

    def _hold(self, sign: str, pan: int, tilt: int, zoom: int) -> QPushButton:
        button = QPushButton(sign)
        button.setFixedSize(52, 34)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(tr("云台 {sign}", sign=sign))
        button.pressed.connect(lambda: self.press(pan, tilt, zoom))
        button.released.connect(self.release)
        self.buttons[sign] = button
        return button

    # Which camera.

    def follow(self, camera: CameraRow | None) -> None:
        """The current tile shows this camera now; whatever moved stands still."""
        same = camera is not None and self.camera is not None and camera.id == self.camera.id
        if self.camera is not None and not same:
            self.release()
            self._controls.stop(self.camera.id)
        before = self.camera.preset if self.camera is not None else ""
        self.camera = camera if self._controls.may(camera) else None
        self.setVisible(self.camera is not None)
        if self.camera is None or (same and self.camera.preset == before):
            return
        if same:
            self._mark()
            return
        self.title.setText(tr("云台：{name}", name=self.camera.name))
        self.presets.clear()
        self._tasks.start(self._load(self.camera))

    async def _load(self, camera: CameraRow) -> None:
        found = await self._controls.presets(camera)
        if self.camera is None or self.camera.id != camera.id:
            return
        chosen = self.presets.currentData()
        self.presets.clear()
        for preset in found:
            self.presets.addItem("", preset)
            if isinstance(chosen, Preset) and chosen.token == preset.token:
                self.presets.setCurrentIndex(self.presets.count() - 1)
        self._mark()
        for button in (self.call, self.for_tours, self.forget):
            button.setEnabled(bool(found))

    def _mark(self) -> None:
        """Each preset by number and name, and which of them tours turn to."""
        for place in range(self.presets.count()):
            preset = self.presets.itemData(place)
            is_for_tours = self.camera is not None and preset.token == self.camera.preset
            mark = tr("（轮巡）") if is_for_tours else ""
            self.presets.setItemText(place, f"{preset.token} {preset.name}{mark}")

    # Moving.

    def press(self, pan: int, tilt: int, zoom: int) -> None:
        """Begin to move; again and again until `release`."""
        speed = self.speed.value() / 10
        self._move = Move(pan * speed, tilt * speed, zoom * speed)
        self._say()  # the button in the middle says stop, whatever was said before
        if self._move.moves:
            self._again.start()

    def release(self) -> None:
        """Stand still."""
        self._again.stop()
        moved, self._move = self._move, STILL
        if moved.moves and self.camera is not None:
            self._controls.move(self.camera, STILL)

    def _say(self) -> None:
        if self.camera is not None:
            self._controls.move(self.camera, self._move)

    def key_pressed(self, key: int) -> bool:
        """A key of the wall; True if it was for the camera."""
        if self.camera is None:
            return False
        way = KEYS.get(Qt.Key(key))
        if way is not None:
            self.press(*way)
            return True
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            place = self._numbered(key - Qt.Key.Key_0)
            if place is not None:
                self.presets.setCurrentIndex(place)
                self._on_call()
                return True
        return False

    def _numbered(self, number: int) -> int | None:
        """Where preset `number` stands in the list; where presets have no numbers, the n-th."""
        tokens = [self.presets.itemData(n).token for n in range(self.presets.count())]
        if str(number) in tokens:
            return tokens.index(str(number))
        has_numbers = any(token.isdigit() for token in tokens)
        return None if has_numbers or number > len(tokens) else number - 1

    def frame(self, box: Box, nearer: bool) -> None:
        """Fill the picture with this part of it, or step back."""
        if self.camera is not None:
            self._tasks.start(self._controls.frame(self.camera, box, nearer))

    # Presets.

    def _chosen(self) -> tuple[CameraRow, Preset] | None:
        preset = self.presets.currentData()
        if self.camera is None or not isinstance(preset, Preset):
            return None
        return self.camera, preset

    def _on_call(self) -> None:
        if chosen := self._chosen():
            camera, preset = chosen
            self._tasks.start(self._go_to(camera, preset))

    async def _go_to(self, camera: CameraRow, preset: Preset) -> None:
        await self._controls.go_to(camera, preset.token)
        self._notices.say(tr("已调用预置位：{name}", name=preset.name or preset.token), "ok")

    def _on_for_tours(self) -> None:
        if chosen := self._chosen():
            self.preset_wanted.emit(chosen[0].id, chosen[1].token)

    def _on_forget(self) -> None:
        if chosen := self._chosen():
            self._tasks.start(self._forget(*chosen))

    async def _forget(self, camera: CameraRow, preset: Preset) -> None:
        await self._controls.forget(camera, preset.token)
        if preset.token == camera.preset:
            self.preset_wanted.emit(camera.id, "")  # tours would turn to where nothing is
        await self._load(camera)

    def _on_remember(self) -> None:
        name = self.name.text().strip()
        if not name:
            self._notices.say(tr("请先填写预置位名称"), "wrong")
        elif self.camera is not None:
            self._tasks.start(self._remember(self.camera, name))

    async def _remember(self, camera: CameraRow, name: str) -> None:
        preset = await self._controls.remember(camera, name)
        self.name.clear()
        self._notices.say(tr("已保存预置位 {n} {name}", n=preset.token, name=name), "ok")
        await self._load(camera)

    def _on_shared(self, other: AuditLine) -> None:
        words = tr(
            "{person}（{desk}）也在转动这个点位，请先商量", person=other.person, desk=other.desk
        )
        self._notices.say(words, "wrong")

    def _on_failed(self, failure: Exception, stopped: bool, camera: CameraRow | None) -> None:
        """Of whichever camera: the one that is moved now goes on if it is another's failure."""
        here = camera is not None and self.camera is not None and camera.id == self.camera.id
        if here:
            self.release()
        self._notices.tell_error(failure)
        if stopped:
            return
        name = camera.name if camera else ""
        words = tr("{camera} 的停止命令没有送达，可能还在转动：正在重试", camera=name)
        more = tr("，也可按云台盘中间的 ■") if here else tr("，选中它后可按云台盘中间的 ■")
        self._notices.say(words + more, "wrong")

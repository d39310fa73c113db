"""Choosing, running and keeping tours, in a line below the wall's own buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.desk import Desk
from app.domain.roster import Shift, shift_at
from app.domain.tour import LONGEST_S, SHORTEST_S, TILES, TourRow
from app.services import tours
from ui.labels import label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.video.camera_tree import CameraTree
from ui.video.tour_runner import TourRunner
from ui.video.wall import VideoWall
from ui.widgets.flow import FlowLayout
from ui.widgets.named import named
from ui.widgets.twice import Twice
from ui.words import tr

DWELL_S = 20
"""Long enough to look a spot over: nine monitors at once halve what is seen."""


class TourBar(QWidget):
    """One line to run a tour, and one, opened when wanted, to keep one."""

    def __init__(
        self,
        desk: Desk,
        wall: VideoWall,
        tree: CameraTree,
        runner: TourRunner,
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self.setObjectName("toolBar")
        self._desk, self._wall, self._tree = desk, wall, tree
        self._runner, self._notices = runner, notices
        self._tasks = Tasks(self, on_error)
        self._reminded: set[tuple[int, str]] = set()
        self._rows: list[TourRow] = []
        self.tours = QComboBox()
        self.tours.setMinimumWidth(250)
        self.tours.setAccessibleName(tr("轮巡"))
        self.start = QPushButton(tr("开始轮巡 F8"))
        self.pause = QPushButton(tr("暂停"))
        self.back, self.on = QPushButton("‹"), QPushButton("›")
        self.back.setAccessibleName(tr("上一组"))
        self.on.setAccessibleName(tr("下一组"))
        self.out = QPushButton(tr("本次轮巡跳过此点位"))
        self.told = named(QLabel(), "muted")
        self.edit = QPushButton(tr("新建轮巡…"))
        self.edit.setCheckable(True)
        self.drop = Twice(tr("删除"))
        self.drop.tell(tr("删除"), tr("再按删除"))
        self.inspect = QPushButton(tr("巡查 F6"))
        self._editor = self._make_editor()
        flow = FlowLayout(self, beside=10)
        for widget in (
            named(QLabel(tr("轮巡")), "muted"),
            self.tours,
            self.start,
            self.inspect,
            self.pause,
            self.back,
            self.on,
            self.out,
            self.edit,
            self.drop,
            self.told,
            *self._editor,
        ):
            flow.addWidget(widget)
        self._connect()
        self._show_editor(False)
        self._on_changed()

    def _make_editor(self) -> list[QWidget]:
        self.name = QLineEdit(placeholderText=tr("轮巡名称"))
        self.name.setFixedWidth(170)
        self.dwell = QSpinBox()
        self.dwell.setRange(SHORTEST_S, LONGEST_S)
        self.dwell.setValue(DWELL_S)
        self.dwell.setSuffix(tr(" 秒"))
        self.dwell.setAccessibleName(tr("停留时间"))
        self.tiles = QComboBox()
        self.tiles.setAccessibleName(tr("窗格数"))
        for count in TILES:
            self.tiles.addItem(tr("{n} 个窗格", n=count), count)
        self.tiles.setCurrentIndex(1)
        self.shift = QComboBox()
        self.shift.setAccessibleName(tr("班次"))
        self.shift.addItem(tr("不限班次"), None)
        for shift in (Shift.EARLY, Shift.LATE, Shift.NIGHT):
            self.shift.addItem(label(shift), shift)
        self.for_all = QCheckBox(tr("全体共用"))
        self.keep = QPushButton(tr("保存点位树现有的 {n} 个点位", n=0))
        self.keep.setProperty("weight", "main")
        return [self.name, self.dwell, self.tiles, self.shift, self.for_all, self.keep]

    def _connect(self) -> None:
        self.start.clicked.connect(self.toggle)
        self.pause.clicked.connect(self._runner.pause)
        self.back.clicked.connect(lambda: self._runner.go(-1))
        self.on.clicked.connect(lambda: self._runner.go(1))
        self.out.clicked.connect(self._take_out)
        self.edit.toggled.connect(self._show_editor)
        self.keep.clicked.connect(lambda: self._tasks.start(self._save()))
        self.drop.confirmed.connect(lambda: self._tasks.start(self._drop()))
        self._runner.changed.connect(self._on_changed)
        self._runner.gave_way.connect(lambda: self._notices.say(tr("换了分屏，轮巡已停止")))
        self._tree.narrowed.connect(self._count)
        self.name.textChanged.connect(lambda _: self._count())
        self.for_all.toggled.connect(lambda _: self._count())

    def show_inspecting(self, runs: bool) -> None:
        """What F6 does now."""
        self.inspect.setText(tr("结束巡查 F6") if runs else tr("巡查 F6"))

    def reload(self) -> None:
        """Fetch the tours that may be run here."""
        self._tasks.start(self._load())

    async def _load(self) -> None:
        rows = self._rows = await self._desk.ask(tours.mine)
        chosen = self.tours.currentData()
        self.tours.clear()
        for row in rows:
            when = f" · {label(row.shift)}" if row.shift else ""
            told = tr("{name}（{n} 个点位{when}）", name=row.name, n=len(row.cameras), when=when)
            self.tours.addItem(told, row)
            if chosen is not None and row.id == chosen.id:
                self.tours.setCurrentIndex(self.tours.count() - 1)
        self._on_changed()
        self.remind()

    def remind(self) -> None:
        """A tour that is planned for the shift that runs now says so, once."""
        day, shift = shift_at(self._desk.clock())
        for number in range(self.tours.count()):
            row: TourRow = self.tours.itemData(number)
            mark = (row.id, f"{day} {shift.value}")
            if row.shift is shift and mark not in self._reminded and not self._runner.runs:
                self._reminded.add(mark)
                self.tours.setCurrentIndex(number)
                self._notices.say(tr("本班计划轮巡：{name}，按 F8 开始", name=row.name))

    def toggle(self) -> None:
        """Start the chosen tour, or end the one that runs."""
        row = self.tours.currentData()
        if self._runner.runs:
            self._runner.stop()
        elif row is not None:
            self._runner.start(row)
            if not self._runner.runs:
                self._notices.say(tr("这条轮巡里没有您可以看的点位"), "wrong")
        else:
            self._notices.say(tr("还没有轮巡：按“新建轮巡…”把点位树现有的点位存成一条"), "wrong")

    def _take_out(self) -> None:
        tile = self._wall.current
        if tile is not None and tile.camera is not None:
            self._runner.take_out(tile.camera.id)

    def _show_editor(self, shown: bool) -> None:
        for widget in self._editor:
            widget.setVisible(shown)
        self._count()

    def _count(self) -> None:
        """A tour is kept from what is selected in the tree, or from all it shows."""
        if not self.edit.isChecked():
            return
        chosen, n = len(self._tree.chosen()) > 1, len(self._wanted())
        words = tr("保存选中的 {n} 个点位", n=n)
        if not chosen:
            words = tr("保存点位树现有的 {n} 个点位", n=n)
        name, owner = self.name.text().strip(), self._owner()
        if any((row.name, row.owner_id) == (name, owner) for row in self._rows):
            words = tr("替换同名轮巡：{n} 个点位", n=n)
        self.keep.setText(words)

    def _wanted(self) -> list[int]:
        chosen = self._tree.chosen()
        return [one.id for one in (chosen if len(chosen) > 1 else self._tree.shown())]

    def _owner(self) -> int | None:
        return None if self.for_all.isChecked() else self._desk.signed.person_id

    async def _save(self) -> None:
        cameras = self._wanted()
        await self._desk.run(
            tours.save,
            self.name.text(),
            cameras,
            self.dwell.value(),
            self.tiles.currentData(),
            self.for_all.isChecked(),
            self.shift.currentData(),
        )
        name, owner = self.name.text().strip(), self._owner()
        self._notices.say(tr("轮巡已保存：{name}", name=name), "ok")
        self.name.clear()
        self.edit.setChecked(False)
        await self._load()
        for place, row in enumerate(self._rows):
            if (row.name, row.owner_id) == (name, owner):
                self.tours.setCurrentIndex(place)  # what was just kept is what F8 begins

    async def _drop(self) -> None:
        row = self.tours.currentData()
        if row is not None:
            await self._desk.run(tours.drop, row.id)
            self._notices.say(tr("轮巡已删除：{name}", name=row.name), "ok")
            await self._load()

    def _on_changed(self) -> None:
        runner = self._runner
        self.start.setText(tr("停止轮巡 F8") if runner.runs else tr("开始轮巡 F8"))
        self.start.setEnabled(runner.runs or self.tours.count() > 0)
        self.pause.setText(tr("继续") if runner.paused else tr("暂停"))
        for button in (self.pause, self.back, self.on, self.out):
            button.setEnabled(runner.runs)
        self.tours.setEnabled(not runner.runs)
        self.drop.setEnabled(not runner.runs and self.tours.count() > 0)
        if runner.course is None:
            self.told.clear()
            return
        told = tr("第 {k} / {n} 组", k=runner.course.step + 1, n=runner.course.steps)
        rest = tr("{s} 秒后切换", s=runner.left)
        if runner.paused or runner.waits:
            rest = tr("已暂停") if runner.paused else tr("放大中，暂不切换")
        self.told.setText(f"{told}　{rest}")

"""Platforms and devices that cameras come from: kept, tried, and their catalogues brought in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.camera_source import SourceKind, SourceRow
from app.domain.network import Networks
from app.resources import districts
from app.secrets import Seal
from app.services import directory, sources
from app.sources.opening import open_source
from ui.directory.outcome import list_lines, summary
from ui.labels import label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.named import named
from ui.words import tr

ROW = Qt.ItemDataRole.UserRole


class SourcesPanel(QWidget):
    """A list of sources, the form of one, and what bringing its catalogue in would do."""

    def __init__(
        self,
        desk: Desk,
        seal: Seal,
        networks: tuple[str, ...],
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._desk, self._seal, self._networks = desk, seal, Networks(networks)
        self._notices = notices
        self._tasks = Tasks(self, on_error)
        self._seen: directory.View | None = None
        self._plan: directory.Plan | None = None
        self.list = QListWidget()
        self.list.setAccessibleName(tr("接入平台"))
        self.list.setMaximumHeight(130)
        self.kind = QComboBox()
        for kind in SourceKind:
            self.kind.addItem(label(kind), kind)
        self.name = QLineEdit()
        self.address = QLineEdit(placeholderText="http://10.1.2.3:18080")
        self.user = QLineEdit()
        self.password = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("留空则保留原密码"))
        self.place = QComboBox()
        self.place.addItem(tr("（按编码）"), "")
        for district in districts():
            self.place.addItem(district.name, district.code)
        self.seek = QPushButton(tr("搜索本网段的 ONVIF 设备"))
        self.save = QPushButton(tr("保存"))
        self.drop = QPushButton(tr("删除"))
        self.read = QPushButton(tr("读取目录（试算）"))
        self.write = QPushButton(tr("写入目录"))
        self.write.setProperty("weight", "main")
        self.told = QLabel(wordWrap=True)
        self.reasons = QTreeWidget()
        self._build()
        self._connect()
        self._ready()

    def _build(self) -> None:
        form = QFormLayout()
        for words, field in (
            (tr("类型"), self.kind),
            (tr("名称"), self.name),
            (tr("地址"), self.address),
            (tr("用户名"), self.user),
            (tr("密码"), self.password),
            (tr("没有坐标的放在"), self.place),
        ):
            field.setAccessibleName(words)
            form.addRow(words, field)
        self.reasons.setHeaderLabels([tr("行"), tr("列"), tr("说明")])
        self.reasons.setRootIsDecorated(False)
        self.reasons.setColumnWidth(0, 60)
        self.reasons.setColumnWidth(1, 190)
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addLayout(form)
        for row in ((self.seek,), (self.save, self.drop, self.read, self.write)):
            line = QHBoxLayout()
            for button in row:
                line.addWidget(button)
            line.addStretch()
            column.addLayout(line)
        column.addWidget(self.told)
        column.addWidget(named(QLabel(tr("未收、更新与提醒")), "sectionTitle"))
        column.addWidget(self.reasons, 1)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(lambda item, _: self._show(item))
        self.seek.clicked.connect(lambda: self._tasks.start(self._seek()))
        self.save.clicked.connect(self._on_save)
        self.drop.clicked.connect(self._on_drop)
        self.read.clicked.connect(self._on_read)
        self.write.clicked.connect(self._on_write)

    def put(self, seen: directory.View) -> None:
        """The directory and its sources as they are now; what is being typed stays."""
        self._seen = seen
        chosen = self.chosen()
        self.list.blockSignals(True)
        self.list.clear()
        for row in seen.sources:
            count = sum(camera.source_id == row.id for camera in seen.cameras)
            told = tr("{name}（{kind}，{n} 个点位）", name=row.name, kind=label(row.kind), n=count)
            item = QListWidgetItem(told)
            item.setData(ROW, row)
            self.list.addItem(item)
            if chosen is not None and row.id == chosen.id:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._ready()

    def chosen(self) -> SourceRow | None:
        """The source that is selected."""
        item = self.list.currentItem()
        row = item.data(ROW) if item else None
        return SourceRow(*row) if row else None

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            row = SourceRow(*item.data(ROW))
            self.kind.setCurrentIndex(self.kind.findData(row.kind))
            for field, text in (
                (self.name, row.name),
                (self.address, row.address),
                (self.user, row.username),
                (self.password, ""),
            ):
                field.setText(text)
        self._plan = None
        self._ready()

    # Doing. What was typed or chosen is read as the button is pressed.

    def _on_save(self) -> None:
        told = (
            self.kind.currentData(),
            self.name.text(),
            self.address.text(),
            self.user.text(),
            self.password.text(),
        )
        self._tasks.start(self._save(*told))

    async def _save(
        self, kind: SourceKind, name: str, address: str, user: str, password: str
    ) -> None:
        await self._desk.run(
            sources.save, kind, name, address, user, password, self._seal.seal, self._networks
        )
        self.password.clear()
        self._notices.say(tr("接入平台已保存：{name}", name=name.strip()), "ok")

    def _on_drop(self) -> None:
        if row := self.chosen():
            self._tasks.start(self._drop(row.id))

    async def _drop(self, source_id: int) -> None:
        await self._desk.run(sources.drop, source_id)

    async def _seek(self) -> None:
        from app.sources.discovery import discover

        self.seek.setEnabled(False)
        self.told.setText(tr("正在搜索，约 3 秒…"))
        try:
            found = await asyncio.to_thread(discover)
        finally:
            self.seek.setEnabled(True)
        if not found:
            self.told.setText(tr("没有设备应答：组播可能被交换机拦住，可直接填写地址"))
            return
        self.list.setCurrentRow(-1)  # what is found is no change of the one that was chosen
        first = found[0]
        self.kind.setCurrentIndex(self.kind.findData(SourceKind.ONVIF))
        self.address.setText(first.address)
        self.name.setText(first.name)
        lines = [f"{one.name}　{one.address}" for one in found]
        self.told.setText(tr("找到 {n} 台：", n=len(found)) + "\n" + "\n".join(lines))

    def _on_read(self) -> None:
        if (row := self.chosen()) and self._seen:
            self._tasks.start(self._read(row, self._seen, self.place.currentData()))

    async def _read(self, row: SourceRow, seen: directory.View, district: str) -> None:
        self.told.setText(tr("正在读取目录…"))
        self.read.setEnabled(False)
        try:
            plan = await asyncio.to_thread(self._make_plan, row, seen, district)
            outcome = await self._desk.run(
                directory.carry_out, plan, self._seal.seal, self._seal.open, True
            )
        except BaseException:
            self.told.clear()
            raise
        finally:
            self._ready()
        chosen = self.chosen()
        if chosen is None or chosen.id != row.id:
            return  # another one was selected meanwhile: its own plan is to be written, not this
        self._plan = plan
        self._tell(outcome, tr("试算：还没有写入"))

    def _make_plan(self, row: SourceRow, seen: directory.View, district: str) -> directory.Plan:
        """Blocks for as long as the platform takes."""
        source = open_source(row, self._seal, self._networks)
        try:
            channels = source.channels()
        finally:
            source.close()
        password = self._seal.open(row.secret)
        return sources.plan(row, channels, seen.cameras, self._networks, password, district)

    def _on_write(self) -> None:
        if self._plan is not None:
            self._tasks.start(self._write(self._plan))

    async def _write(self, plan: directory.Plan) -> None:
        outcome = await self._desk.run(directory.carry_out, plan, self._seal.seal, self._seal.open)
        self._plan = None
        self._tell(outcome, tr("已写入目录"))

    def _tell(self, outcome: directory.Outcome, title: str) -> None:
        self.told.setText(summary(outcome, title))
        list_lines(self.reasons, outcome)
        self._ready()

    def _ready(self) -> None:
        chosen = self.list.currentItem() is not None
        self.drop.setEnabled(chosen)
        self.read.setEnabled(chosen)
        self.write.setEnabled(chosen and self._plan is not None)

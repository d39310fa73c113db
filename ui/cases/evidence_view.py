"""Evidence inside its case: the still, and the clip with pause, step, speed and seeking."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.services.evidence import EvidenceLine
from ui.labels import full_clock
from ui.tasks import Tasks
from ui.widgets.clip_view import ClipView
from ui.widgets.named import named
from ui.widgets.still import load_still
from ui.words import tr

LINE = Qt.ItemDataRole.UserRole


class EvidenceView(QWidget):
    """A list of what there is, and a screen for one of it."""

    def __init__(self, folder: Path, tasks: Tasks) -> None:
        super().__init__()
        self._folder, self._tasks = folder, tasks
        self._shown: EvidenceLine | None = None
        self._lines: tuple[EvidenceLine, ...] = ()
        self.clip = ClipView()
        self.list = QListWidget()
        self.list.setFixedHeight(92)
        self.list.setAccessibleName(tr("证据"))
        self.list.currentItemChanged.connect(self._on_item)
        self.told = named(QLabel(wordWrap=True), "muted")
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.clip, 1)
        column.addWidget(self.list)
        column.addWidget(self.told)

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
            self.clip.show_image(None, tr("这个案件没有证据"))
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
        self.clip.show_image(None, tr("正在打开…"))
        self._tasks.start(self._open(line, path))

    async def _open(self, line: EvidenceLine, path: Path) -> None:
        """The folder may be a share that does not answer: the window never waits for it."""
        still = await load_still(path) if line.kind == "still" else None
        there = still is not None or await asyncio.to_thread(path.exists)
        if self._shown is not line:
            return  # another one was chosen meanwhile
        if not there:
            self.clip.show_image(None, tr("文件不在本机证据目录：{path}", path=line.path))
        elif line.kind == "clip":
            self.clip.open(path)
        elif still is None:
            self.clip.show_image(None, tr("这张照片已损坏，无法显示：{path}", path=line.path))
        else:
            self.clip.show_image(still.image, pixel=still.pixel)

    def _stop(self) -> None:
        self._shown = None
        self.clip.stop()

    def close_player(self) -> None:
        """End the player's thread, when the console closes."""
        self.clip.close_player()

"""Evidence inside its case: the still, and the clip with pause, step, speed and seeking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.desk import Desk
from app.domain.access import USUAL, Right
from app.domain.audit import Act
from app.domain.errors import LinkLost
from app.domain.evidence import Purpose
from app.evidence_store import StoreFailed
from app.services import evidence
from app.services.evidence import EvidenceLine
from app.video.evidence import NoPicture, picture_at
from ui.cases.evidence_files import EvidenceFiles
from ui.cases.export import Exports
from ui.cases.marks_bar import MarksBar
from ui.labels import full_clock
from ui.tasks import Tasks
from ui.widgets.ask_reason import with_reason
from ui.widgets.clip_view import ClipView
from ui.widgets.named import named
from ui.widgets.still import load_still
from ui.words import sentence, tr

LINE = Qt.ItemDataRole.UserRole
EXPORTING = frozenset(role for role, rights in USUAL.items() if Right.EXPORT in rights)


class EvidenceView(QWidget):
    """A list of what there is, and a screen for one of it."""

    def __init__(self, desk: Desk, files: EvidenceFiles, tasks: Tasks) -> None:
        super().__init__()
        self._desk, self._files, self._tasks = desk, files, tasks
        self._path: Path | None = None
        self._seen: dict[str, str] = {}
        self._wanted: EvidenceLine | None = None
        self.bar = MarksBar()
        self.exports: Exports | None = None
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
        column.addWidget(self.bar)
        column.addWidget(self.list)
        column.addWidget(self.told)
        self.bar.seek_wanted.connect(self.clip.seek)
        self.bar.mark_wanted.connect(self._on_mark)
        self.bar.export_wanted.connect(self._on_export)
        self.bar.still_wanted.connect(self._on_still)
        self.bar.writing.connect(self.clip.pause)  # the moment does not go by meanwhile

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
            mark = tr("【回放】") if line.replayed else mark
            kind = tr("照片") if line.kind == "still" else tr("录像 {s:.0f} 秒", s=line.seconds)
            after = tr("【核查】") if line.purpose is Purpose.AFTER else ""
            text = f"{after}{mark}{kind}  {full_clock(line.taken_at)}  {line.camera}"
            entry = QListWidgetItem(text)
            entry.setData(LINE, line)
            self.list.addItem(entry)
            if line.sha256 == before:
                self.list.setCurrentItem(entry)
                if self._shown is not None and self._shown.sha256 == before:
                    self._shown = line  # it goes on, with the marks that it has now
                    self.bar.put(line, self._desk.signed.role in EXPORTING)
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
        """Show this piece of evidence, once a reason is given where one is wanted; nothing while
        nobody can see it, so that the record tells of looks and not of tabs.
        """
        self._stop()
        self._wanted = line
        if not self.isVisible():
            return
        if (reason := self._seen.get(line.sha256)) is not None:
            self.told.clear()
            self.clip.show_image(None, tr("正在打开…"))
            self._note(line, reason)  # each look is on record; its reason was given before
            return
        title = tr("查看公安视频点位的证据：{camera}", camera=line.camera)
        self.clip.show_image(None, title)
        with_reason(self, line.code, Act.VIEW, title, lambda why: self._note(line, why))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._shown is None:
            self._on_item(self.list.currentItem())

    def forget_person(self) -> None:
        """Somebody else sits here: what they look at is theirs to answer for."""
        self._seen.clear()

    def _note(self, line: EvidenceLine, reason: str) -> None:
        self._tasks.start(self._note_and_show(line, reason))

    async def _note_and_show(self, line: EvidenceLine, reason: str) -> None:
        try:
            await self._desk.run(evidence.note_view, line.id, reason)
        except LinkLost:
            self.clip.show_image(None, tr("数据库没有应答，没有打开：请稍后再点一次"))
            raise
        self._seen[line.sha256] = reason
        if self._wanted is line and self.isVisible():  # else another one was chosen meanwhile
            self._show(line)

    def _show(self, line: EvidenceLine) -> None:
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
        self.bar.put(line, self._desk.signed.role in EXPORTING)
        self.clip.show_image(None, tr("正在打开…"))
        self._tasks.start(self._open(line))

    async def _open(self, line: EvidenceLine) -> None:
        try:
            path = await self._files.find(line)
        except StoreFailed as failure:
            if self._shown is not None and self._shown.sha256 == line.sha256:
                self.clip.show_image(None, sentence(failure))
            return
        still = await load_still(path) if path and line.kind == "still" else None
        if self._shown is None or self._shown.sha256 != line.sha256:
            return  # another one was chosen meanwhile
        self._path = path
        if path is None:
            self.clip.show_image(None, tr("文件不在本机，证据库里也没有：{path}", path=line.path))
        elif line.kind == "clip":
            self.clip.open(path)
        elif still is None:
            self.clip.show_image(None, tr("这张照片已损坏，无法显示：{path}", path=line.path))
        else:
            self.clip.show_image(still.image, pixel=still.pixel)

    # Marks and copies.

    def _on_mark(self, note: str) -> None:
        if self._shown is not None:
            self._tasks.start(self._mark(self._shown, self._moment(), note))

    async def _mark(self, line: EvidenceLine, at: Awaitable[float], note: str) -> None:
        seconds = await at
        if self._is_shown(line):
            await self._desk.run(evidence.mark, line.id, seconds, note)

    def _is_shown(self, line: EvidenceLine) -> bool:
        """Whether whoever asked still looks at it: the desk may have been locked meanwhile."""
        return self.isVisible() and self._shown is not None and self._shown.id == line.id

    def _moment(self) -> Coroutine[None, None, float]:
        """When in the clip the picture on the screen is, in seconds; 0 of a still."""
        is_clip = self._shown is not None and self._shown.kind == "clip"
        path = self._path if is_clip else None
        return _exactly(path, self.clip.position, self.clip.like)

    def _on_export(self) -> None:
        if self._shown and self._path and self.exports:
            self.exports.ask(self._shown, self._path)

    def _on_still(self) -> None:
        """The picture that is on the screen now, in its true shape, as a still to be taken out."""
        image = self.clip.stage.image
        if self._shown and self._path and self.exports and image is not None:
            shape = QSize(round(image.width() * self.clip.stage.pixel), image.height())
            wanted = partial(self.exports.ask_picture, self._shown, self._path, image.scaled(shape))
            self._tasks.start(self._ask_still(self._shown, wanted, self._moment()))

    async def _ask_still(
        self, line: EvidenceLine, ask: Callable[[float], None], at: Awaitable[float]
    ) -> None:
        seconds = await at
        if self._is_shown(line):
            ask(seconds)

    def _stop(self) -> None:
        self._shown = self._path = None
        self.bar.put(None, False)
        self.clip.stop()

    def close_player(self) -> None:
        """End the player's thread, when the console closes."""
        self.clip.close_player()


async def _exactly(path: Path | None, position: float, like: bytes | None) -> float:
    """A player tells its time roughly: what is on the screen is looked for in the file."""
    if path is None or like is None:
        return position
    try:
        return (await asyncio.to_thread(picture_at, path, position, like))[1]
    except NoPicture:
        return position

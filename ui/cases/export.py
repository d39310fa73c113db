"""Copies of evidence for somebody outside: watermarked, with the reason, on record."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from app.desk import Desk
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.services import evidence
from app.services.evidence import EvidenceLine
from app.video.watermark import Cancelled, Unreadable, burn
from ui.labels import full_clock
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_reason import ReasonDialog
from ui.words import tr

FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "WenQuanYi Zen Hei")


class Exports(QObject):
    """One export at a time; it shows how far it is and can be called off.

    Signals: `done(Path)`.
    """

    done = Signal(object)
    _progressed = Signal(float)

    def __init__(
        self, desk: Desk, window: QWidget, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._notices = desk, window, notices
        self._tasks = Tasks(self, on_error)
        self._cancelled = threading.Event()
        self.bar: QProgressDialog | None = None
        self._progressed.connect(self._on_progress)

    def ask(self, line: EvidenceLine, source: Path) -> None:
        """Ask why and where to, then write the copy."""
        title = tr("导出 {camera} {at}", camera=line.camera, at=full_clock(line.taken_at))
        dialog = ReasonDialog(self._window, title, lambda why: self._ask_file(line, source, why))
        dialog.open()

    def _ask_file(self, line: EvidenceLine, source: Path, reason: str) -> None:
        dialog = QFileDialog(self._window, tr("导出到"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(source.suffix[1:])
        at = line.taken_at.astimezone(CITY)
        dialog.selectFile(f"{line.camera}-{at:%Y%m%d-%H%M%S}{source.suffix}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda to: self.write(line, source, Path(to), reason))
        dialog.open()

    def write(self, line: EvidenceLine, source: Path, target: Path, reason: str) -> None:
        """Put the export on record, then write the copy and, beside it, what it is a copy of."""
        self._cancelled.clear()
        self.bar = QProgressDialog(tr("正在加水印并导出…"), tr("取消"), 0, 100, self._window)
        self.bar.setMinimumDuration(400)
        self.bar.canceled.connect(self._cancelled.set)
        self._tasks.start(self._write(line, source, target, reason))

    async def _write(self, line: EvidenceLine, source: Path, target: Path, reason: str) -> None:
        try:
            await self._desk.run(evidence.note_export, line.id, reason)
            words = self._words(line, reason)

            def told(part: float) -> bool:
                self._progressed.emit(part)
                return not self._cancelled.is_set()

            def work() -> None:
                burn(source, target, lambda wide, high: draw_mark(wide, high, words), told)
                facts = self._facts(line, target, reason, self._desk.clock())
                target.with_name(f"{target.name}.json").write_text(facts, encoding="utf-8")

            await asyncio.to_thread(work)
        except Cancelled:
            self._notices.say(tr("导出已取消，没有留下文件"))
            return
        except (OSError, Unreadable) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise Refusal("没有导出：{why}。请检查磁盘和证据文件", why=why) from error
        finally:
            if self.bar is not None:
                self.bar.close()
                self.bar.deleteLater()
                self.bar = None
        self._notices.say(tr("已导出：{file}", file=target.name), "ok")
        self.done.emit(target)

    def _words(self, line: EvidenceLine, reason: str) -> list[str]:
        who, now = self._desk.signed, self._desk.clock()
        return [
            f"{line.camera}　{full_clock(line.taken_at)}",
            tr(
                "导出 {who}（{desk}）{at}　事由：{why}",
                who=who.name,
                desk=self._desk.name,
                at=full_clock(now),
                why=reason,
            ),
        ]

    def _facts(self, line: EvidenceLine, target: Path, reason: str, now: datetime) -> str:
        told = {
            "file": target.name,
            "sha256": evidence.sha256(target),
            "copy_of": line.path,
            "copy_of_sha256": line.sha256,
            "camera": line.camera,
            "taken_at": line.taken_at.isoformat(),
            "exported_by": self._desk.signed.name,
            "desk": self._desk.name,
            "exported_at": now.isoformat(),
            "reason": reason,
        }
        return json.dumps(told, ensure_ascii=False, indent=1)

    def _on_progress(self, part: float) -> None:
        if self.bar is not None:
            self.bar.setValue(round(part * 100))


def draw_mark(wide: int, high: int, words: list[str]) -> NDArray[np.uint8]:
    """The mark for a picture of this size, rows x columns x RGBA: the words in a bar below, and the
    second line again and again across the picture, so that no cut leaves it out.
    """
    image = QImage(wide, high, QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    font = QFont()
    font.setFamilies(list(FONTS))
    font.setPixelSize(max(11, high // 34))
    painter.setFont(font)
    line = painter.fontMetrics().height()
    bar = line * len(words) + 8
    painter.fillRect(0, high - bar, wide, bar, QColor(0, 0, 0, 170))
    painter.setPen(QColor("#ffffff"))
    for place, text in enumerate(words):
        told = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, wide - 16)
        room = QRectF(8, high - bar + 4 + place * line, wide - 16, line)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, told)
    painter.setPen(QColor(255, 255, 255, 46))
    painter.translate(wide / 2, high / 2)
    painter.rotate(-24)
    step = line * 5
    across = painter.fontMetrics().horizontalAdvance(words[-1]) + line * 4
    for row in range(-wide // step - 1, wide // step + 2):
        for column in range(-wide // across - 1, wide // across + 2):
            painter.drawText(column * across + (row % 2) * across // 2, row * step, words[-1])
    painter.end()
    stride = image.bytesPerLine()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(high, stride // 4, 4)
    return np.array(pixels[:, :wide])

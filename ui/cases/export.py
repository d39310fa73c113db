"""Copies of evidence for somebody outside: watermarked, with the reason, on record."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.people import Signed
from app.services import evidence
from app.services.evidence import EvidenceLine
from app.video.watermark import Cancelled, Mark, Unreadable, burn
from ui.labels import full_clock
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.widgets.ask_reason import ReasonDialog
from ui.widgets.long_work import LongWork
from ui.words import tr

FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "WenQuanYi Zen Hei")


@dataclass(frozen=True)
class Wanted:
    """What is to be taken out: a whole file, or one picture of a clip."""

    line: EvidenceLine
    source: Path
    picture: QImage | None = None
    position: float = 0.0  # seconds from the clip's beginning

    @property
    def at(self) -> datetime:
        """When what is taken out was seen."""
        return self.line.taken_at + timedelta(seconds=self.position)

    @property
    def suffix(self) -> str:
        return ".jpg" if self.picture is not None else self.source.suffix


class Exports(QObject):
    """One export at a time; it shows how far it is and can be called off.

    Signals: `done(Path)`.
    """

    done = Signal(object)

    def __init__(
        self, desk: Desk, window: QWidget, notices: Notices, on_error: Callable[[Exception], None]
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._notices = desk, window, notices
        self._tasks = Tasks(self, on_error)
        self._work = LongWork(window)

    def ask(self, line: EvidenceLine, source: Path) -> None:
        """Ask why and where to, then write the copy."""
        self._ask(Wanted(line, source))

    def ask_picture(
        self, line: EvidenceLine, source: Path, picture: QImage, position: float
    ) -> None:
        """The same for one picture of a clip, `position` seconds from its beginning."""
        self._ask(Wanted(line, source, picture, position))

    def _ask(self, wanted: Wanted) -> None:
        title = tr("导出 {camera} {at}", camera=wanted.line.camera, at=full_clock(wanted.at))
        ReasonDialog(self._window, title, lambda why: self._ask_file(wanted, why)).open()

    def _ask_file(self, wanted: Wanted, reason: str) -> None:
        at = wanted.at.astimezone(CITY)
        name = f"{wanted.line.camera}-{at:%Y%m%d-%H%M%S}{wanted.suffix}"
        ask_save(self._window, tr("导出到"), name, lambda to: self.write(wanted, to, reason))

    def write(self, wanted: Wanted, target: Path, reason: str) -> None:
        """Put the export on record, then write the copy and, beside it, what it is a copy of."""
        if not self._work.begin(tr("正在加水印并导出…")):
            self._notices.say(tr("正在导出另一份，请等它完成"), "wrong")
            return
        self._tasks.start(self._write(wanted, target, reason, self._desk.signed))

    async def _write(self, wanted: Wanted, target: Path, reason: str, who: Signed) -> None:
        try:
            position = wanted.position if wanted.picture is not None else None
            await self._desk.run(evidence.note_export, wanted.line.id, reason, position)
            now = self._desk.clock()
            mark = partial(self._mark, wanted, reason, who, now)
            await asyncio.to_thread(self._burn, wanted, target, mark)
            facts = self._facts(wanted, target, reason, who, now)
            beside = target.with_name(f"{target.name}.json")
            await asyncio.to_thread(beside.write_text, facts, encoding="utf-8")
        except Cancelled:
            await self._desk.run(evidence.note_no_export, wanted.line.id, "已取消")
            self._notices.say(tr("导出已取消，没有留下文件"))
            return
        except (OSError, Unreadable) as error:
            why = getattr(error, "strerror", None) or str(error)
            await self._desk.run(evidence.note_no_export, wanted.line.id, why)
            raise Refusal("没有导出：{why}。请检查磁盘和证据文件", why=why) from error
        finally:
            self._work.over()
        self._notices.say(tr("已导出：{file}", file=target.name), "ok")
        self.done.emit(target)

    def _burn(self, wanted: Wanted, target: Path, mark: Mark) -> None:
        """Blocks. A file that is not what was registered is not taken out under its name."""
        if evidence.sha256(wanted.source) != wanted.line.sha256:
            raise Refusal("证据文件与登记时不同，不能导出：{path}", path=wanted.line.path)

        def told(part: float) -> bool:
            return self._work.told(round(part * 100), 100)

        if wanted.picture is None:
            burn(wanted.source, target, mark, told, wanted.at.microsecond / 1e6)
            return
        with tempfile.TemporaryDirectory(prefix="zhishou-") as folder:
            plain = Path(folder) / "picture.jpg"
            if not wanted.picture.save(str(plain), quality=95):
                raise OSError(0, tr("画面写不进磁盘"))
            burn(plain, target, mark, told)

    def _mark(
        self, wanted: Wanted, reason: str, who: Signed, now: datetime,
        wide: int, high: int, seconds: float,
    ) -> NDArray[np.uint8]:  # fmt: skip
        """The mark of the picture that was seen so many seconds after the first."""
        seen = wanted.at + timedelta(seconds=seconds)
        replayed = tr("【回放】") if wanted.line.replayed else ""
        words = [
            f"{replayed}{wanted.line.camera}　{full_clock(seen)}",
            tr(
                "导出 {who}（{desk}）{at}　原因：{why}",
                who=who.name,
                desk=self._desk.name,
                at=full_clock(now),
                why=reason,
            ),
        ]
        return draw_mark(wide, high, words)

    def _facts(self, wanted: Wanted, target: Path, reason: str, who: Signed, now: datetime) -> str:
        line = wanted.line
        told = {
            "file": target.name,
            "sha256": evidence.sha256(target),
            "copy_of": line.path,
            "copy_of_sha256": line.sha256,
            "seconds_into_it": wanted.position if wanted.picture is not None else None,
            "camera": line.camera,
            "replayed": line.replayed,
            "taken_at": wanted.at.isoformat(),
            "exported_by": who.name,
            "desk": self._desk.name,
            "exported_at": now.isoformat(),
            "reason": reason,
        }
        return json.dumps(told, ensure_ascii=False, indent=1)


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

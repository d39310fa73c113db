"""Registering: the form, its drafts, the evidence key and the desk, brought together."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.domain.camera import CameraRow
from app.domain.case_list import CaseRow
from app.domain.deadline import CITY
from app.domain.draft import CaseDraft, Source
from app.domain.errors import Refusal
from app.drafts import Drafts
from app.services import cases, evidence, order_numbers
from app.services.cases import Alike
from app.services.evidence import OnRecord
from app.video.messages import StreamKey
from ui.cases.case_form import CaseForm
from ui.labels import label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.theme import TOKENS
from ui.video.capture import CaptureKey, Shown, StillKept
from ui.widgets.still import load_still
from ui.words import sentence, tr

HINTS = 5
"""Cases that may be the same, told of at once; more would hide the form."""


class Registration(QObject):
    """Signals: `registered(case id, number, camera id or 0)`; `opened()` and `finished()` of the
    form.
    """

    registered = Signal(int, str, int)
    opened = Signal()
    finished = Signal()

    def __init__(
        self,
        desk: Desk,
        form: CaseForm,
        key: CaptureKey,
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self._desk, self._form, self._key, self._notices = desk, form, key, notices
        self._tasks = Tasks(self, on_error)
        self._drafts: Drafts | None = None
        self._writing = asyncio.Lock()
        self._gone: set[str] = set()
        self._folder = key.folder
        self._open = False
        self._replayed: set[str] = set()
        self._asked = 0  # how often cases that may be the same were asked for
        form.submitted.connect(lambda draft: self._tasks.start(self._send(draft)))
        form.edited.connect(self._on_edited)
        form.edited.connect(lambda _: self._tasks.start(self._look_near()))
        form.cancelled.connect(self.cancel)
        form.place_changed.connect(lambda: self._tasks.start(self._look_near()))
        key.still_kept.connect(self._on_still)
        key.clip_kept.connect(self._on_clip)
        key.failed.connect(self._on_failed)

    def sign_in(self, folder: Path) -> None:
        """Somebody has signed in: offer what was not sent before."""
        self._drafts = Drafts(folder, self._desk.signed.person_id)
        self._tasks.start(self._restore())

    async def _restore(self) -> None:
        catalogue = await self._desk.ask(cases.catalogue)
        self._form.offer(catalogue)
        if self._drafts is None:
            return
        for draft in await asyncio.to_thread(self._drafts.all):
            if await self._desk.ask(cases.is_registered, draft.uid):
                await asyncio.to_thread(self._drafts.drop, draft.uid)  # sent, then the desk died
        await self._offer_next()

    async def _offer_next(self, done: str = "") -> None:
        """Open the newest draft that waits, unless a form is being filled in. `done`: the number of
        the case that was registered just now.
        """
        if self._drafts is None or self._open:
            return
        every = await asyncio.to_thread(self._drafts.all)
        kept = [draft for draft in every if draft.uid not in self._gone]
        if not kept or self._open:
            return
        draft = kept[-1]
        self._begin_form(draft)
        told = tr("已登记 {number}；", number=done) if done else ""
        more = tr("，另有 {n} 份草稿在后", n=len(kept) - 1) if len(kept) > 1 else ""
        self._notices.say(told + tr("已打开先前没有提交的登记草稿") + more)
        self._tasks.start(self._look_near())
        for capture in draft.captures:
            known = await self._desk.ask(evidence.on_record, capture)
            if known is not None:
                await self._show_known(capture, known)

    async def _show_known(self, capture: str, known: OnRecord) -> None:
        still = await load_still(self._folder / known.still) if known.still else None
        if not self._mine(capture):
            return  # another form was begun meanwhile
        if known.replayed:
            self._replayed.add(capture)
        if still is not None:
            self._form.show_still(still, known.stale_s)
        if known.clip_s is not None:
            self._tell_clip(capture, known.clip_s)

    def _begin_form(self, draft: CaseDraft) -> None:
        self._form.start(draft)
        self._open = True
        self.opened.emit()

    def shut(self) -> None:
        """The console closes."""
        self._tasks.cancel()

    def close(self) -> None:
        """Nobody sits here any more: what was typed is kept, and nothing of it stays on show."""
        self._form.start(CaseDraft(uid=str(uuid.uuid4())))
        self._open = False
        self.finished.emit()

    # Beginning.

    def press(self, camera: CameraRow, stream: StreamKey, preset: str = "") -> None:
        """The evidence key: the form opens at once, the still and the clip follow."""
        self._begin_from(camera, self._key.press(camera, stream, preset), self._desk.clock())
        self._form.show_clip(tr("录像片段录制中（按键前 10 秒至后 5 秒）…"))

    def press_replayed(self, camera: CameraRow, stream: StreamKey, shown: Shown) -> None:
        """The same of a moment that a replay shows: that is when it was seen."""
        capture = self._key.press_replayed(camera, stream, shown)
        self._replayed.add(capture)
        at = datetime.fromtimestamp(shown.replay.wall + shown.position, CITY)
        self._begin_from(camera, capture, at)
        self._form.show_clip(tr("正在保存回放片段…"))

    def _begin_from(self, camera: CameraRow, capture: str, at: datetime) -> None:
        if self._open and self._form.draft().description.strip():
            self._notices.say(tr("上一份登记已存为草稿，登记完这一份就接着填写"))
        uid = str(uuid.uuid4())
        self._form.start_from_camera(uid, camera, at, capture)
        self._open = True
        self.opened.emit()

    def begin(self, source: Source = Source.HOTLINE) -> None:
        """An empty form."""
        now = self._desk.clock()
        if self._open and self._form.draft().description.strip():
            self._notices.say(tr("先前填写的已留作草稿：登记或放弃这一张后再打开"))
        self._begin_form(CaseDraft(uid=str(uuid.uuid4()), source=source, seen_at=now))
        self._form.subcategory.setFocus()

    # Ending.

    def cancel(self, uid: str) -> None:
        """Throw the draft away; its evidence stays on record."""
        self._gone.add(uid)
        self._open = False
        self.finished.emit()
        self._tasks.start(self._drop_and_go_on(uid))

    async def _drop_and_go_on(self, uid: str) -> None:
        await self._drop(uid)
        await self._offer_next()

    async def _send(self, draft: CaseDraft) -> None:
        try:
            await self._keep_or_tell(draft, self._drafts)
            case_id = await self._desk.run(cases.register, draft)
        except Refusal as refusal:
            self._tell_refused(draft, refusal)
            return
        finally:
            if self._form.draft().uid == draft.uid:
                self._form.unlock()
        self._gone.add(draft.uid)
        await self._drop(draft.uid)
        row = (await self._desk.ask(cases.rows, [case_id]))[0]
        self._notices.say(tr("已登记 {number}", number=row.number), "ok")
        if self._form.draft().uid == draft.uid:
            self._open = False
            self.finished.emit()
        self.registered.emit(case_id, row.number, draft.camera_id or 0)
        await self._offer_next(row.number)

    def _tell_refused(self, draft: CaseDraft, refusal: Refusal) -> None:
        """On the form if it is still shown; else in a notice, and the draft waits its turn."""
        if self._form.draft().uid != draft.uid:
            self._notices.say(sentence(refusal), "wrong")
            return
        self._form.unlock()
        self._form.show_conflict(sentence(refusal))
        if "陈旧" in refusal.template:
            self._form.ask_about_stale()

    # Drafts.

    def _on_edited(self, draft: CaseDraft) -> None:
        """Kept for whoever typed it, even if somebody else sits down before it is written."""
        self._tasks.start(self._keep_or_tell(draft, self._drafts))

    async def _keep(self, draft: CaseDraft, drafts: Drafts | None) -> None:
        if drafts is None or draft.uid in self._gone:
            return
        async with self._writing:
            await asyncio.to_thread(drafts.keep, draft)

    async def _keep_or_tell(self, draft: CaseDraft, drafts: Drafts | None) -> None:
        """A draft that cannot be written is no reason not to send it."""
        try:
            await self._keep(draft, drafts)
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._notices.say(tr("草稿写不进本机磁盘（{why}）：请清理磁盘", why=why), "wrong")

    async def _drop(self, uid: str) -> None:
        """A draft that cannot be removed is known as registered when it is found again."""
        if self._drafts is not None:
            async with self._writing:
                with contextlib.suppress(OSError):
                    await asyncio.to_thread(self._drafts.drop, uid)

    # Hints and evidence.

    async def _look_near(self) -> None:
        draft = self._form.draft()
        self._asked = asked = self._asked + 1
        known, found = None, list[Alike]()
        if draft.source is Source.HOTLINE:
            known = await self._desk.ask(order_numbers.known, draft.order_number)
        if draft.subcategory and (draft.lon is not None or draft.address.strip()):
            found = await self._desk.ask(cases.alike, draft)
        if asked != self._asked or self._form.draft().uid != draft.uid:
            return  # more was typed meanwhile, or another form begun
        lines = [_taken(draft.order_number, known)] if known else []
        if found:
            lines.append(tr("可能与这些案件重复，请先核对："))
            lines += [_hint(one) for one in found[:HINTS]]
        self._form.show_near("<br>".join(lines))

    def _mine(self, capture: str) -> bool:
        return capture in self._form.draft().captures

    def _on_still(self, kept: StillKept) -> None:
        if self._mine(kept.pressed.uid):
            self._tasks.start(self._show_still(kept))

    async def _show_still(self, kept: StillKept) -> None:
        still = await load_still(kept.path)
        if self._mine(kept.pressed.uid):  # else another form was begun meanwhile
            self._form.show_still(still, kept.age if kept.is_stale else 0.0)

    def _on_clip(self, capture: str, _path: Path, seconds: float) -> None:
        if self._mine(capture):
            self._tell_clip(capture, seconds)

    def _tell_clip(self, capture: str, seconds: float) -> None:
        words = tr("录像片段已保存，{s:.1f} 秒", s=seconds)
        self._form.show_clip(tr("【回放】") + words if capture in self._replayed else words)

    def _on_failed(self, capture: str, text: str) -> None:
        if self._mine(capture):
            self._form.show_clip(text)
        self._notices.say(text, "wrong")


def _taken(order: str, row: CaseRow) -> str:
    """That an order is a case already."""
    return (
        tr("来文编号 {order} 已登记为", order=escape(order)) + f" {_link(row)} {label(row.status)}"
    )


def _link(row: CaseRow) -> str:
    return f"<a href='{row.id}' style='color:{TOKENS['accent']}'>{row.number}</a>"


def _hint(one: Alike) -> str:
    """A case that may be the same, in one line."""
    row = one.row
    where = "" if one.metres is None else " " + tr("{m} 米", m=round(one.metres))
    return f"{_link(row)} {label(row.status)} {one.score:.0f}%{where} {escape(row.address)}"

"""Opens re-checks and traces, and carries what is decided in them into the case."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.desk import Desk
from app.domain.audit import Act
from app.domain.camera import CameraRow
from app.domain.evidence import Purpose
from app.services import cases
from app.services.cases import CaseDetail
from app.services.evidence import EvidenceLine
from ui.cases.evidence_files import EvidenceFiles
from ui.cases.export import Exports
from ui.cases.piece_window import PieceWindow
from ui.notices import Notices
from ui.tasks import Tasks
from ui.video.capture import CaptureKey, StillKept
from ui.video.recheck_window import RecheckWindow
from ui.video.trace_window import TraceWindow
from ui.video.video_desk import VideoDesk
from ui.widgets.ask_reason import with_reason
from ui.words import tr


class Rechecks(QObject):
    """One re-check and one trace at a time. Signals: `case_chosen(id)` from a trace."""

    case_chosen = Signal(int)

    def __init__(
        self,
        desk: Desk,
        eyes: VideoDesk,
        key: CaptureKey,
        files: EvidenceFiles,
        window: QWidget,
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__(window)
        self._desk, self._eyes, self._key, self._files = desk, eyes, key, files
        self._window, self._notices, self._on_error = window, notices, on_error
        self._tasks = Tasks(self, on_error)
        self.recheck: RecheckWindow | None = None
        self._asked = 0
        key.still_kept.connect(self._on_still)
        key.failed.connect(self._on_failed)
        self.tracing: TraceWindow | None = None
        self.piece: PieceWindow | None = None
        self.exports: Exports | None = None

    def close(self) -> None:
        """Nobody goes on with what somebody else had open."""
        self._asked += 1
        for window in (self.recheck, self.tracing, self.piece):
            if window is not None:
                window.close()
        self.recheck = self.tracing = self.piece = None

    # Re-check.

    def open(self, detail: CaseDetail) -> None:
        """Compare the place of this case then and now."""
        camera = self._eyes.stage.camera(detail.row.camera_id or 0)
        if camera is None:
            self._notices.say(tr("您不能观看这个案件的点位，无法核查"), "wrong")
            return
        if self.recheck is not None:
            self.recheck.close()
        self._asked += 1
        title = tr("查看公安视频点位的证据：{camera}", camera=camera.name)
        with_reason(
            self._window,
            camera.code,
            Act.VIEW,
            title,
            partial(self._start, detail, camera, self._asked),
        )

    def _start(self, detail: CaseDetail, camera: CameraRow, asked: int, reason: str) -> None:
        self._tasks.start(self._open(detail, camera, reason, asked))

    async def _open(self, detail: CaseDetail, camera: CameraRow, reason: str, asked: int) -> None:
        from app.services import evidence

        lines = [one for one in detail.evidence if one.kind == "still"]
        before = next((one for one in lines if one.purpose is Purpose.REPORT), None)
        if before is not None:
            await self._desk.run(evidence.note_view, before.id, reason)
        if asked != self._asked:
            return  # another was asked for, or nobody sits here any more
        preset = (before.preset if before else "") or camera.preset
        if preset:
            turned = camera._replace(preset=preset)
            self._eyes.controls.turn_to_its_preset(turned, asked=True)
        window = RecheckWindow(
            self._eyes.stage, detail, camera, before, self._files, self._on_error
        )
        window.after_wanted.connect(lambda: self._take(window))
        window.judged.connect(
            lambda passed, note: self._tasks.start(self._judge(window, passed, note))
        )
        window.closed.connect(self._on_closed)
        self.recheck = window
        window.show()

    def _take(self, window: RecheckWindow) -> None:
        tile = window.tile
        if tile.key is None or not tile.truth.state.shows:
            self._notices.say(tr("现在没有可看的实时画面，不能取核查照片"), "wrong")
            window.told.setText(tr("现在没有可看的实时画面，不能取核查照片"))
            return
        preset = self._eyes.controls.place(window.camera.id)
        window.taking(self._key.press(window.camera, tile.key, preset))

    def _on_still(self, kept: StillKept) -> None:
        if self.recheck is None:
            return
        if kept.is_stale:
            why = tr("核查照片在按键时已停 {age:.0f} 秒，不能作为结论：请重取", age=kept.age)
            self.recheck.failed(kept.pressed.uid, why)
        else:
            self.recheck.taken(kept.pressed.uid)

    def _on_failed(self, capture: str, why: str) -> None:
        if self.recheck is not None:
            self.recheck.failed(capture, why)

    async def _judge(self, window: RecheckWindow, passed: bool, note: str) -> None:
        row = window.detail.row
        assert window.after is not None
        await self._desk.run(
            cases.recheck, row.id, window.after, window.camera.id, passed, note, row.version
        )
        word = tr("核查合格") if passed else tr("核查不合格，已返工")
        self._notices.say(f"{row.number}：{word}", "ok")
        if self.recheck is window:  # else it was closed while the verdict was kept
            window.close()

    def _on_closed(self) -> None:
        self.recheck = None

    def check(self) -> None:
        """Rights have changed: what may not be watched is not shown on."""
        for window in (self.recheck, self.tracing):
            if window is not None and self._eyes.stage.camera(window.camera.id) is None:
                window.close()
        if self.piece is not None and self._eyes.stage.camera(self.piece.camera_id) is None:
            self.piece.close()

    # Tracing.

    def trace(self, camera_id: int) -> None:
        """What this camera and its neighbours have shown and led to."""
        camera = self._eyes.stage.camera(camera_id)
        if camera is None:
            self._notices.say(tr("您不能观看这个点位，无法追溯"), "wrong")
            return
        title = tr("追溯公安视频点位：{camera}", camera=camera.name)
        with_reason(
            self._window, camera.code, Act.VIEW, title, lambda why: self._trace(camera, why)
        )

    def _trace(self, camera: CameraRow, reason: str) -> None:
        if self.tracing is not None:
            self.tracing.close()
        window = TraceWindow(self._desk, camera, self._files, reason, self._on_error)
        window.case_chosen.connect(self.case_chosen)
        window.piece_chosen.connect(self._show_piece)
        window.closed.connect(self._on_trace_closed)
        self.tracing = window
        window.show()

    def _show_piece(self, line: EvidenceLine) -> None:
        if self.piece is None:
            self.piece = PieceWindow(self._desk, self._files, self.exports, self._on_error)
            self.piece.destroyed.connect(self._on_piece_gone)
        self.piece.show_line(line)

    def _on_piece_gone(self, _gone: QObject) -> None:
        if self.piece is not None and not isValid(self.piece):
            self.piece = None

    def _on_trace_closed(self) -> None:
        self.tracing = None

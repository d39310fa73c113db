"""What an inspector is told of a spot: what to look for, and what has happened about it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.domain.camera import CameraRow
from app.domain.inspection import NearCase, Sheet
from app.domain.people import Role
from app.domain.workflow import CaseStatus
from app.services import cameras, inspections
from ui.labels import clock, label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.theme import TOKENS
from ui.widgets.named import named
from ui.words import listed, tr

MOST_CASES = 30
WRITING_TASKS = frozenset({Role.SHIFT_LEADER, Role.ADMINISTRATOR})


class InspectionSheet(QWidget):
    """The task of one camera, and the cases near it. Signal: `case_chosen(id)`."""

    case_chosen = Signal(int)

    def __init__(self, desk: Desk, notices: Notices, on_error: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._notices = desk, notices
        self._tasks = Tasks(self, on_error)
        self._camera: CameraRow | None = None
        self.told: Sheet | None = None
        self.task = QPlainTextEdit()
        self.task.setAccessibleName(tr("巡查要点"))
        self.task.setFixedHeight(92)
        self.keep_task = QPushButton(tr("保存要点"))
        self.near = QTextBrowser()
        self.near.setOpenLinks(False)
        self.near.setAccessibleName(tr("附近案件"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(named(QLabel(tr("这里看什么")), "sectionTitle"))
        column.addWidget(self.task)
        column.addWidget(self.keep_task)
        column.addWidget(named(QLabel(tr("附近案件（90 天内或未结束，150 米内）")), "sectionTitle"))
        column.addWidget(self.near, 1)
        self.keep_task.clicked.connect(self._on_keep_task)
        self.near.anchorClicked.connect(lambda url: self.case_chosen.emit(int(url.toString())))

    def offer(self, role: Role) -> None:
        """Whether who sits here may write the task."""
        self.task.setReadOnly(role not in WRITING_TASKS)
        self.keep_task.setVisible(role in WRITING_TASKS)

    def show_camera(self, camera: CameraRow) -> None:
        """Tell of this one; its cases follow as soon as the database has told them."""
        self._camera = camera
        self.task.setPlaceholderText("")
        self.task.setPlainText(camera.task)
        self.task.viewport().update()
        self.near.clear()
        self._tasks.start(self._load(camera))

    async def _load(self, camera: CameraRow) -> None:
        told = await self._desk.ask(inspections.sheet, camera.id)
        if self._camera is not None and self._camera.id == camera.id:
            self.told = told
            self._show(told)

    def _show(self, told: Sheet) -> None:
        if not told.task:
            usual = listed(f"{name}（{count}）" for name, count in told.usual)
            hint = tr("没有填写要点；这里常见：{usual}", usual=usual or tr("暂无案件"))
            self.task.setPlaceholderText(hint)
            self.task.viewport().update()  # Qt paints the old words on
        lines = [*_last_look(told), *_at_hand(told), *map(_line, told.near[:MOST_CASES])]
        self.near.setHtml("".join(lines) or tr("附近没有案件"))

    def _on_keep_task(self) -> None:
        if self._camera is not None:
            self._tasks.start(self._keep_task(self._camera, self.task.toPlainText()))

    async def _keep_task(self, camera: CameraRow, task: str) -> None:
        await self._desk.run(cameras.put_task, camera.id, task)
        self._notices.say(tr("{camera}：巡查要点已保存", camera=camera.name), "ok")


def _last_look(told: Sheet) -> list[str]:
    if told.last is None:
        return []
    words = tr(
        "上次巡查：{at} {person}，{verdict}",
        at=clock(told.last.at),
        person=told.last.person,
        verdict=label(told.last.verdict),
    )
    return [f"<p style='color:{TOKENS['muted']}'>{escape(words)}</p>"]


def _at_hand(told: Sheet) -> list[str]:
    if not told.at_hand:
        return []
    words = tr("50 米内有未结束案件，登记前请核对是否同一问题")
    return [f"<p style='color:{TOKENS['near']}'>{words}</p>"]


def _line(case: NearCase) -> str:
    colour = TOKENS["text"] if case.open else TOKENS["muted"]
    status = label(CaseStatus(case.status))
    return (
        f"<p style='margin:0 0 6px 0'><a style='color:{colour}' href='{case.id}'>"
        f"{case.number}</a> {escape(case.subcategory)}<br>"
        f"<span style='color:{TOKENS['muted']}'>{clock(case.registered_at)} · {status} · "
        f"{tr('{m} 米', m=round(case.metres))}</span></p>"
    )

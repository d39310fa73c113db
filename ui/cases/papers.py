"""Papers of the case that is shown: as Word, as PDF, or to the printer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QObject, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QMenu, QWidget

from app.desk import Desk
from app.domain.catalogue import CaseKind
from app.domain.errors import Refusal
from app.domain.papers import SHAPES, Paper, check, offered
from app.domain.people import Role
from app.services import papers
from app.services.cases import CaseDetail
from app.services.whole_file import whole
from ui.labels import case_word, label
from ui.notices import Notices
from ui.tasks import Tasks
from ui.widgets.ask_file import ask_save
from ui.words import tr

MARGIN_MM = 0  # the document keeps two centimetres by itself
FONTS = ("Noto Serif CJK SC", "SimSun", "Noto Sans CJK SC", "Microsoft YaHei")
STEP_TITLES = ("时间", "动作", "人员", "责任单位", "说明")


class Papers(QObject):
    """Makes the papers of one desk; a presenter, who may read no caller, makes none."""

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        own: Path,
        notices: Notices,
        on_error: Callable[[Exception], None],
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._own, self._notices = desk, window, own, notices
        self._tasks, self._on_error = Tasks(self, on_error), on_error

    def may(self) -> bool:
        """Whether whoever sits here may make papers."""
        return self._desk.signed.role is not Role.PRESENTER

    def fill_menu(self, menu: QMenu, detail: CaseDetail) -> None:
        """What can be made of this case, each in three ways."""
        menu.clear()
        for paper in offered(detail.row.status):
            name = label(paper)
            for words, suffix in ((tr("{paper}：Word…", paper=name), ".docx"),
                                  (tr("{paper}：PDF…", paper=name), ".pdf")):  # fmt: skip
                menu.addAction(words).triggered.connect(partial(self._ask, detail, paper, suffix))
            printed = menu.addAction(tr("{paper}：打印…", paper=name))
            printed.triggered.connect(partial(self._print, detail, paper))
            menu.addSeparator()
        menu.addAction(tr("修改 Word 模板…")).triggered.connect(self._lay_out)

    def _ask(self, detail: CaseDetail, paper: Paper, suffix: str, _checked: bool = False) -> None:
        if self._checked(detail, paper) is None:
            return
        name = f"{label(paper)}-{detail.row.number}{suffix}"
        ask_save(self._window, label(paper), name, partial(self.write, detail, paper))

    def write(self, detail: CaseDetail, paper: Paper, out: Path) -> None:
        """Write it; the file's ending says as what."""
        self._tasks.start(self._write(detail, paper, out))

    async def _write(self, detail: CaseDetail, paper: Paper, out: Path) -> None:
        told = self._facts(detail)
        check(paper, told)
        if out.suffix.lower() == ".pdf":
            pdf = self._drawn(paper, told, detail)
            await asyncio.to_thread(_keep, pdf, out)  # a share may not answer
        else:
            lines = papers.steps(detail, _word)
            await asyncio.to_thread(papers.write_docx, paper, told, lines, self._own, out)
        self._notices.say(tr("已存为 {file}", file=out.name), "ok")

    def _drawn(self, paper: Paper, told: papers.Facts, detail: CaseDetail) -> bytes:
        """The paper as PDF. Qt draws on the window's thread alone; a paper takes it some 50 ms."""
        memory = QBuffer()
        memory.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(memory)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        writer.setTitle(f"{label(paper)} {detail.row.number}")
        page(paper, told, papers.steps(detail, _word)).print_(writer)
        return bytes(memory.data().data())

    def _print(self, detail: CaseDetail, paper: Paper, _checked: bool = False) -> None:
        told = self._checked(detail, paper)
        if told is None:
            return
        document = page(paper, told, papers.steps(detail, _word))
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: document.print_(printer))
        dialog.setModal(True)
        dialog.show()

    def _lay_out(self) -> None:
        self._tasks.start(self._copy_templates())

    async def _copy_templates(self) -> None:
        await asyncio.to_thread(papers.lay_out_templates, self._own)
        told = tr("模板在 {folder}：用 Word 或 WPS 修改后即生效，删除即恢复原样", folder=self._own)
        self._notices.say(told, "ok")

    def _checked(self, detail: CaseDetail, paper: Paper) -> papers.Facts | None:
        """What the paper says; None, and the reason on the screen, where something is lacking."""
        told = self._facts(detail)
        try:
            check(paper, told)
        except Refusal as refusal:
            self._on_error(refusal)
            return None
        return told

    def _facts(self, detail: CaseDetail) -> papers.Facts:
        return papers.facts(detail, _word, self._desk.signed.name, self._desk.clock())


def _keep(pdf: bytes, out: Path) -> None:
    with whole(out) as part:
        part.write_bytes(pdf)


def _word(column: str, value: object) -> str:
    return label(CaseKind(value)) if column == "kind" else case_word(column, value)


def page(paper: Paper, told: papers.Facts, lines: list[papers.Facts]) -> QTextDocument:
    """The same paper as a page to be printed."""
    shape = SHAPES[paper]
    rows = "".join(
        f"<tr><td width='22%'>{name}</td><td>{_cell(told[fact])}</td></tr>"
        for name, fact in shape.rows
    )
    words = shape.words.format(**{name: escape(text) for name, text in told.items()})
    parts = [
        f"<h1 align='center'>{shape.title}</h1>",
        f"<p align='right'>编号：{escape(told['number'])}</p><p>{words}</p>",
        f"<table border='1' cellspacing='0' cellpadding='5' width='100%'>{rows}</table>",
    ]
    if shape.with_steps:
        head = "".join(f"<th align='left'>{title}</th>" for title in STEP_TITLES)
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(text)}</td>" for text in line.values()) + "</tr>"
            for line in lines
        )
        parts.append(
            "<p><b>流转记录</b></p><table border='1' cellspacing='0' cellpadding='4' width='100%'>"
            f"<tr>{head}</tr>{body}</table>"
        )
    signs = "　　　　".join(f"{one}：＿＿＿＿＿＿＿＿" for one in shape.signs)
    parts.append(f"<p><br>{signs}</p>")
    parts.append(f"<p align='right'>打印：{escape(told['printed_by'])}　{told['printed_at']}</p>")
    document = QTextDocument()
    font = QFont()
    font.setFamilies(list(FONTS))
    font.setPointSize(10)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet("table { border-collapse: collapse; } td, th { color: black; }")
    document.setHtml("".join(parts))
    return document


def _cell(text: str) -> str:
    return escape(text).replace("\n", "<br>") or "&nbsp;"

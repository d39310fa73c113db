"""Makes the Word templates of the papers from their shapes; run it as a script.

They are ordinary documents with names in double braces: whoever wants another look edits a copy.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from docx import Document  # noqa: E402
from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: E402
from docx.oxml.ns import qn  # noqa: E402
from docx.shared import Cm, Pt  # noqa: E402
from docx.table import Table  # noqa: E402
from docx.text.paragraph import Paragraph  # noqa: E402

from app.domain.papers import SHAPES, Paper, Shape  # noqa: E402

STEP_COLUMNS = (
    ("时间", "at", 3.6),
    ("动作", "action", 2.2),
    ("人员", "person", 2.0),
    ("责任单位", "department", 3.4),
    ("说明", "note", 5.0),
)
FONT = "宋体"


def make(paper: Paper, shape: Shape) -> None:
    """Write one template, A4 upright."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(shape.title)
    run.bold, run.font.size = True, Pt(20)
    right(document.add_paragraph("编号：{{ number }}"))
    words = shape.words
    for _, name in (("", "department"), ("", "due_at"), ("", "printed_at"), ("", "closed_at"),
                    ("", "supervised_until")):  # fmt: skip
        words = words.replace("{" + name + "}", "{{ " + name + " }}")
    document.add_paragraph(words)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, fact in shape.rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, "{{ " + fact + " }}"
        cells[0].width, cells[1].width = Cm(3.4), Cm(12.8)
    if shape.with_steps:
        document.add_paragraph()
        document.add_paragraph("流转记录").runs[0].bold = True
        add_steps(document.add_table(rows=4, cols=len(STEP_COLUMNS), style="Table Grid"))
    document.add_paragraph()
    document.add_paragraph("　　　　".join(f"{one}：＿＿＿＿＿＿＿＿" for one in shape.signs))
    right(document.add_paragraph("打印：{{ printed_by }}　{{ printed_at }}"))
    document.save(str(HERE / f"{paper.value}.docx"))


def add_steps(table: Table) -> None:
    """A head, and one row that is written again for each step."""
    for place, (name, fact, wide) in enumerate(STEP_COLUMNS):
        table.rows[0].cells[place].text = name
        table.rows[2].cells[place].text = "{{ step." + fact + " }}"
        for row in table.rows:
            row.cells[place].width = Cm(wide)
    table.rows[1].cells[0].text = "{%tr for step in steps %}"
    table.rows[3].cells[0].text = "{%tr endfor %}"


def right(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


if __name__ == "__main__":
    for kind, its_shape in SHAPES.items():
        make(kind, its_shape)

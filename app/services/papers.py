"""Papers of a case: its facts in words, and the Word file made of a template with them.

A template of the desk's own (`papers/KIND.docx` in the data folder) comes before the shipped one:
the client edits it in Word, and nothing here knows how it looks.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.papers import Paper
from app.domain.workflow import Action
from app.resources import resource
from app.services.cases import CaseDetail, StepLine
from app.services.whole_file import whole

Words = Callable[[str, Any], str]
"""What a person reads for a value of a column: a status, an action, the code of a district."""

Facts = dict[str, str]


def facts(detail: CaseDetail, words: Words, printed_by: str, now: datetime) -> Facts:
    """Everything that a paper may say of a case, each in words; empty where there is nothing."""
    row = detail.row
    done = _last(detail, Action.RESOLVE)
    supervised = _last(detail, Action.SUPERVISE)
    late = row.due_at is not None and row.resolved_at is not None and row.resolved_at > row.due_at
    return {
        "number": row.number,
        "order_number": detail.order_number,
        "status": words("status", row.status),
        "category": f"{words('kind', detail.kind)} {detail.category}",
        "subcategory": f"{detail.subcategory_code} {row.subcategory}",
        "description": row.description,
        "address": row.address,
        "place": f"{words('district', row.district)} {words('subdistrict', row.subdistrict)}",
        "position": f"{row.lon:.6f}, {row.lat:.6f}" if row.lon is not None else "",
        "source": words("source", row.source),
        "caller": detail.caller,
        "phone": detail.phone,
        "department": row.department,
        "limit": detail.limit,
        "dispatched_at": _clock(detail.dispatched_at),
        "due_at": _clock(row.due_at) + ("（暂定）" if row.due_provisional and row.due_at else ""),
        "supervised_until": _clock(row.supervised_until),
        "supervised_for": supervised.note if supervised else "",
        "resolved_at": _clock(row.resolved_at),
        "result": done.note if done else "",
        "in_time": "" if row.resolved_at is None else ("超期" if late else "按期"),
        "closed_at": _clock(detail.closed_at),
        "round": f"第 {row.round} 轮",
        "printed_by": printed_by,
        "printed_at": _clock(now),
    }


def steps(detail: CaseDetail, words: Words) -> list[Facts]:
    """The handling step by step, oldest first."""
    return [
        {
            "at": _clock(step.at),
            "action": words("action", step.action),
            "person": step.person,
            "department": step.department,
            "note": step.note,
        }
        for step in detail.steps
    ]


def write_docx(paper: Paper, told: Facts, lines: list[Facts], own: Path, out: Path) -> None:
    """Fill the template of this paper in; a Refusal says what is wrong with the client's own."""
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    template = own / f"{paper.value}.docx"
    if not template.exists():
        template = Path(str(resource(f"papers/{paper.value}.docx")))
    try:
        document = DocxTemplate(str(template))
        # The client's template is text from outside: it may name facts, and do nothing.
        names = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        document.render({**told, "steps": lines}, jinja_env=names)
    except (TemplateError, PackageNotFoundError, ValueError) as error:
        raise Refusal("模板 {file} 用不了：{why}", file=template.name, why=str(error)) from error
    with whole(out) as part:
        document.save(str(part))


def lay_out_templates(own: Path) -> list[Path]:
    """Copy the shipped templates to where the client edits them; those that are there stay."""
    own.mkdir(parents=True, exist_ok=True)
    laid = []
    for paper in Paper:
        target = own / f"{paper.value}.docx"
        if not target.exists():
            shutil.copyfile(str(resource(f"papers/{paper.value}.docx")), target)
            laid.append(target)
    return laid


def _last(detail: CaseDetail, action: Action) -> StepLine | None:
    return next((step for step in reversed(detail.steps) if step.action is action), None)


def _clock(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(CITY).strftime("%Y-%m-%d %H:%M")

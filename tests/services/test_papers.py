"""Papers of a case as Word files: filled in, the client's own templates first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest

from app.domain.case import Order
from app.domain.errors import Refusal
from app.domain.papers import Paper, check, offered
from app.domain.people import Role
from app.domain.workflow import Action, CaseStatus
from app.services import cases, papers
from tests.builders import draft
from tests.conftest import FakeClock, OpenDesk
from ui.labels import case_word

NOW = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


def words(column: str, value: object) -> str:
    return str(value) if column == "kind" else case_word(column, value)


def everything(file: Path) -> str:
    document = docx.Document(str(file))
    told = [one.text for one in document.paragraphs]
    told += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(told)


@pytest.fixture
def detail(open_desk: OpenDesk, clock: FakeClock) -> cases.CaseDetail:
    desk, leader = open_desk(Role.DISPATCHER), open_desk(Role.SHIFT_LEADER)
    case_id, _ = desk.do_now(
        cases.register, draft(caller="陈<某>", phone="13800138000", description="摊贩 & 垃圾\n两处")
    )
    for action in (Action.ACCEPT, Action.FILE):
        desk.do_now(cases.advance, case_id, action)
    desk.do_now(cases.advance, case_id, Action.DISPATCH, Order(department="城管执法队"))
    clock.go_on(minutes=5)
    later = clock.now.replace(hour=8)
    leader.do_now(cases.advance, case_id, Action.SUPERVISE, Order("领导批示", due_at=later))
    return desk.ask_now(cases.detail, case_id)


@pytest.mark.parametrize("paper", [Paper.DISPATCH, Paper.URGE, Paper.SUPERVISE])
def test_that_a_paper_says_what_the_case_says(
    detail: cases.CaseDetail, tmp_path: Path, paper: Paper
) -> None:
    told = papers.facts(detail, words, "林某", NOW)
    out = tmp_path / "a.docx"
    papers.write_docx(paper, told, papers.steps(detail, words), tmp_path / "none", out)
    said = everything(out)
    for word in (detail.row.number, "摊贩 & 垃圾", "城管执法队", "天河区", "2026-03-04", "林某"):
        assert word in said, word
    assert "{" not in said
    assert ("陈<某>" in said) is (paper is Paper.DISPATCH), (
        "who called is the dispatcher's business"
    )
    assert ("领导批示" in said) is (paper is not Paper.DISPATCH)
    assert [file.name for file in tmp_path.glob("*.docx*")] == ["a.docx"]


def test_that_a_paper_that_would_say_nothing_is_refused(detail: cases.CaseDetail) -> None:
    told = papers.facts(detail, words, "林某", NOW)
    with pytest.raises(Refusal, match="还没有办结"):
        check(Paper.CLOSE, told)
    check(Paper.DISPATCH, told)
    assert Paper.CLOSE in offered(CaseStatus.CLOSED)
    assert Paper.CLOSE not in offered(CaseStatus.HANDLING)


def test_that_the_clients_own_template_comes_first_and_may_do_nothing(
    detail: cases.CaseDetail, tmp_path: Path
) -> None:
    own, out = tmp_path / "papers", tmp_path / "a.docx"
    assert len(papers.lay_out_templates(own)) == len(Paper)
    assert papers.lay_out_templates(own) == [], "what is there stays"
    told = papers.facts(detail, words, "林某", NOW)

    def filled(text: str) -> str:
        document = docx.Document()
        document.add_paragraph(text)
        document.save(str(own / "dispatch.docx"))
        papers.write_docx(Paper.DISPATCH, told, [], own, out)
        return everything(out)

    assert filled("本局专用 {{ number }}") == f"本局专用 {detail.row.number}"
    for wrong in ("{{ nmber }}", "{{ number", "{{ number.__class__.__mro__ }}"):
        with pytest.raises(Refusal, match=r"dispatch\.docx"):
            filled(wrong)
    (own / "dispatch.docx").write_bytes(b"no document")
    with pytest.raises(Refusal, match=r"dispatch\.docx"):
        papers.write_docx(Paper.DISPATCH, told, [], own, out)

"""Every word of the screen has its English, and every enum's member its label."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest

from app.domain import (
    access,
    audit,
    camera,
    camera_import,
    camera_source,
    catalogue,
    coordinates,
    deadline,
    draft,
    evidence,
    fault,
    figures,
    gbcode,
    handing,
    handover,
    inspection,
    papers,
    people,
    roster,
    scheme,
    stages,
    standard_import,
    workflow,
)
from app.domain.errors import Refusal
from app.resources import resource
from app.services import faults, responsibility
from ui.actions import FACES
from ui.cases import intake_window
from ui.cases.case_model import COLUMNS
from ui.directory import camera_table
from ui.figures import figures_page
from ui.labels import LABELS, label, remaining, span
from ui.roster import audit_view, availability_view, faults_view, ledger_view
from ui.standard import calendar_panel, conditions_panel, rules_panel, schemes_panel
from ui.theme import TOKENS
from ui.words import choose_language, sentence, tr

ROOT = Path(__file__).resolve().parent.parent.parent
CHINESE = re.compile("[\u4e00-\u9fff]")
REMARKING = {"gbcode.py", "camera_import.py", "order_import.py"}
SAID = {
    "tr",
    "SourceFailed",
    "StoreFailed",
    "SourceLocked",
    "SourceSilent",
    "Refusal",
    "Conflict",
    "LinkLost",
    "Problem",
    "said",
    "CaptureFailed",
    "ReplayFailed",
    "_fail",
}


def spoken() -> Iterator[tuple[str, str]]:
    """Each Chinese literal that a screen will say, with where it stands."""
    for top in ("ui", "app", "db"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                name = node.func.attr if isinstance(node.func, ast.Attribute) else name
                if name in SAID or (name == "append" and path.name in REMARKING):
                    for given in node.args:
                        if isinstance(given, ast.Constant) and CHINESE.search(str(given.value)):
                            yield str(given.value), f"{path.name}:{node.lineno}"
    for rate in figures.RATES:
        for text in (rate.name, rate.definition, rate.basis):
            if CHINESE.search(text):
                yield text, "the rates"
    for words in figures_page.SPANS:
        yield words, "the spans"
    for face in FACES.values():
        yield face.words, "actions"
    for column in COLUMNS:
        yield column.title, "columns"
    titles = (*camera_table.COLUMNS, *faults_view.COLUMNS, *availability_view.COLUMNS)
    titles += (*intake_window.REASON_COLUMNS, *intake_window.BATCH_COLUMNS)
    titles += (*calendar_panel.COLUMNS, *schemes_panel.COLUMNS)
    titles += (*conditions_panel.CATEGORIES, *conditions_panel.CONDITIONS)
    titles += (*rules_panel.RULES, *rules_panel.FLAWS)
    titles += (*ledger_view.COLUMNS, *ledger_view.SUM_COLUMNS, *audit_view.COLUMNS)
    titles += tuple((cut, 0) for cut in ledger_view.CUTS)
    tables = [title for title, _ in titles] + [c.title for c in camera_import.COLUMNS]
    tables += [c.title for c in (*scheme.COLUMNS, *standard_import.COLUMNS)]
    tables += [words[0] for words in responsibility.COLUMNS.values()]
    codes = [name for _, _, name in gbcode.INDUSTRIES] + list(gbcode.NETWORKS.values())
    codes += gbcode.DEVICE_TYPES.values()
    for text in (*tables, *codes, *camera_table.ORIGINS.values()):
        if CHINESE.search(text):
            yield text, "the directory"


def test_that_every_sentence_has_its_english() -> None:
    english = json.loads(resource("words/en.json").read_text("utf-8"))
    missing = {text: where for text, where in spoken() if text not in english}
    assert not missing


def test_that_the_english_fills_in_the_same_values() -> None:
    english: dict[str, str] = json.loads(resource("words/en.json").read_text("utf-8"))
    names = re.compile(r"\{(\w+)")
    for chinese, told in english.items():
        assert set(names.findall(told)) <= set(names.findall(chinese)), chinese
        assert not CHINESE.search(told), told


MODULES = (
    access,
    coordinates,
    stages,
    audit,
    camera,
    camera_source,
    faults,
    fault,
    figures,
    catalogue,
    handing,
    scheme,
    deadline,
    draft,
    evidence,
    handover,
    inspection,
    papers,
    people,
    roster,
    workflow,
)
ENUMS = {
    one
    for module in MODULES
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Enum) and one is not Enum
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_that_every_member_has_a_label(language: str) -> None:
    choose_language(language)
    for one in ENUMS:
        for member in one:
            assert label(member)
    assert {type(member) for member in LABELS} == ENUMS


def test_that_every_command_has_a_face_and_a_key_of_its_own() -> None:
    keys = [face.key for face in FACES.values()]
    assert len(keys) == len(set(keys))


def test_that_a_refusal_is_said_in_the_chosen_language() -> None:
    refusal = Refusal("{action}必须写明原因", action=workflow.Action.DECLINE)
    assert sentence(refusal) == "不予立案必须写明原因"
    choose_language("en")
    assert sentence(refusal) == "Decline needs a reason"
    assert tr("unknown words") == "unknown words"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["ground", "panel", "raised", "field"])
@pytest.mark.parametrize(
    ("text", "least"), [("text", 4.5), ("muted", 4.5), ("overdue", 3), ("ok", 3)]
)
def test_that_text_can_be_read_on_its_ground(ground: str, text: str, least: float) -> None:
    light, dark = sorted((luminance(TOKENS[text]), luminance(TOKENS[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_that_a_stopped_clock_is_never_told_as_late() -> None:
    from datetime import timedelta

    from tests.builders import NOON

    late = NOON - timedelta(days=2)
    assert remaining(workflow.CaseStatus.HANDLING, late, None, NOON) == "超期 2天0小时"
    assert remaining(workflow.CaseStatus.SUSPENDED, late, None, NOON) == "计时暂停"
    assert remaining(workflow.CaseStatus.VOID, late, None, NOON) == "—"
    assert remaining(workflow.CaseStatus.CLOSED, late, late, NOON) == "已按时处置"
    assert span(timedelta(minutes=61)) == "1小时1分"


def test_that_the_glossary_has_every_label_as_the_screen_says_it() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text("utf-8")
    for member, (chinese, english) in LABELS.items():
        line = f"| `{type(member).__name__}.{member.name}` | {chinese} | {english} |"
        assert line in glossary


@pytest.mark.parametrize(
    ("chinese", "values", "english"),
    [
        ("{n} 件画面，{m} 宗案件", {"n": 1, "m": 1}, "1 picture, 1 case"),
        ("{n} 件画面，{m} 宗案件", {"n": 11, "m": 21}, "11 pictures, 21 cases"),
        (
            "；更早的 {n} 条没有列出，请缩小范围",
            {"n": 1},
            "; 1 older line is not listed, narrow the search",
        ),
        ("最近 {n} 天", {"n": 1}, "Last 1 day"),
        (
            "已导出 {n} 宗到 {file}",
            {"n": 2, "file": "1 cases.xlsx"},
            "2 cases exported to 1 cases.xlsx",
        ),
    ],
)
def test_that_one_of_many_is_said_in_the_singular(
    chinese: str, values: dict[str, int], english: str
) -> None:
    choose_language("en")
    assert tr(chinese, **values) == english


def test_that_a_value_may_be_called_text_or_template() -> None:
    refusal = Refusal("看不懂时限“{text}”，样子是 {template}", text="快点", template="4工作时")
    assert sentence(refusal) == "看不懂时限“快点”，样子是 4工作时"

"""Whatever is typed is found, and nothing that is not there, on both databases."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.case_list import CaseFilter, CaseRow
from app.domain.people import Role
from app.domain.search import phrase_of, words_of
from app.services import cases
from db import case_text
from tests.benchmarks.many_cases import NOW, fill
from tests.builders import draft
from tests.conftest import OpenDesk
from tests.services.test_intake import bring, row, workbook

TEXTS = (
    "体育西路12号占道经营，噪音扰民",
    "施工、噪音很大，电话13800138000",
    "CG-77号路灯不亮（二次反映）",
    "A7县物业管理混乱；井盖破损100%",
    "路边_垃圾 满溢",
)


def says(row: CaseRow) -> tuple[str, str, str]:
    return row.number, row.address, row.description


def found(desk: object, typed: str) -> set[str]:
    rows = desk.ask_now(  # type: ignore[attr-defined]
        cases.page, CaseFilter(text=typed), "registered_at", True, None, 500
    ).rows
    count = desk.ask_now(cases.count, CaseFilter(text=typed))  # type: ignore[attr-defined]
    assert count == len(rows)
    return {row.description for row in rows}


@pytest.mark.parametrize("few", [0, case_text.FEW])
def test_that_any_part_of_a_text_is_found_and_nothing_else(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Both ways: looked up, and met by going through the list."""
    monkeypatch.setattr(case_text, "FEW", few)
    desk = open_desk(Role.OPERATOR)
    for text in TEXTS:
        desk.do_now(cases.register, draft(description=text))
    every = desk.ask_now(cases.page, CaseFilter(), "number", False, None, 50).rows
    dice = random.Random(1)
    for _ in range(120):
        text = dice.choice(TEXTS)
        begin = dice.randrange(len(text))
        typed = text[begin : begin + dice.choice((1, 1, 2, 2, 3, 5, 9))]
        words = typed.split()
        if words:
            wanted = {
                row.description
                for row in every
                if all(any(w.lower() in part.lower() for part in says(row)) for w in words)
            }
            assert found(desk, typed) == wanted, typed
    assert found(desk, "施工噪音") == set(), "punctuation stands between"
    assert found(desk, "西路1") == {TEXTS[0]}
    assert found(desk, "1380") == {TEXTS[1]}
    assert found(desk, "cg-7") == {TEXTS[2]}
    assert found(desk, "100%") == {TEXTS[3]}
    assert found(desk, "_") == {TEXTS[4]}
    assert found(desk, "% 没有") == set()


def test_that_a_presenter_finds_nobody_by_name_or_phone(open_desk: OpenDesk) -> None:
    leader, presenter = open_desk(Role.SHIFT_LEADER), open_desk(Role.PRESENTER, "展")
    leader.do_now(cases.register, draft(caller="欧阳某", phone="13912345678"))
    for typed in ("欧阳", "欧", "1391234", "391"):
        assert len(found(leader, typed)) == 1, typed
        assert not found(presenter, typed), typed


def test_that_two_words_are_both_asked_for_and_the_senders_number_is_found(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(Role.DISPATCHER)
    desk.do_now(cases.register, draft(description="占道经营，夜间噪音"))
    desk.do_now(cases.register, draft(description="占道经营"))
    assert found(desk, "占道 噪音") == {"占道经营，夜间噪音"}
    assert found(desk, "占道 没有的词") == set()
    bring(desk, workbook(tmp_path / "a.xlsx", [row(工单编号="GZ-7788-01")]))
    assert len(found(desk, "7788-01")) == 1, "citizens call back with the number they were given"


def test_that_what_came_in_bulk_is_found_too(open_desk: OpenDesk) -> None:
    desk = open_desk(Role.OPERATOR)
    desk.do_now(fill, 300, NOW)
    rows = desk.ask_now(cases.page, CaseFilter(), "registered_at", True, None, 500).rows
    assert len(rows) == 300
    for typed in ("占道", "井盖", "天河", rows[7].number, rows[7].number[-9:]):
        told = desk.ask_now(cases.page, CaseFilter(text=typed), "number", False, None, 500).rows
        wanted = {row.id for row in rows if any(typed in part for part in says(row))}
        assert {row.id for row in told} == wanted, typed


@given(st.text("占道经营路a7B2- 、", max_size=24), st.integers(0, 23), st.integers(1, 8))
def test_that_the_index_never_misses(text: str, begin: int, length: int) -> None:
    phrase = phrase_of(text[begin : begin + length])
    if phrase is None:
        return
    words, wanted = words_of(text), list(phrase.words)
    held = [words[at : at + len(wanted)] for at in range(len(words))]
    if phrase.open_end:
        assert any(h[:-1] == wanted[:-1] and h[-1:] and h[-1].startswith(wanted[-1]) for h in held)
    else:
        assert wanted in held

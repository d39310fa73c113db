"""Another scheme's categories: read with either width, matched, read by, and told in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.catalogue import CaseKind, Elsewhere, Subcategory, search
from app.domain.deadline import TimeLimit, Unit
from app.domain.errors import Refusal
from app.domain.scheme import (
    Matched,
    Ours,
    SchemeEntry,
    SchemeRow,
    Standing,
    elsewhere,
    matched,
    read_row,
    told_in,
    words_of,
)

LIMIT = TimeLimit(1, Unit.WORK_DAY)


def ours(kind: CaseKind, big: str, code: str, name: str) -> Subcategory:
    return Subcategory(kind, big, "大类", code, name, LIMIT, "", "", "", "")


STALLS = ours(CaseKind.EVENT, "04", "01", "占道经营")
HAWKERS = ours(CaseKind.EVENT, "04", "03", "流动摊贩")
SPILL = ours(CaseKind.EVENT, "05", "01", "路面塌陷")
COVER = ours(CaseKind.COMPONENT, "01", "01", "上水井盖")
HERE = [STALLS, HAWKERS, SPILL, COVER]
STANDING = Standing(HERE)


def theirs(
    big: str, code: str, name: str, means: Subcategory | None, **more: object
) -> SchemeEntry:
    where = Ours(means.kind, means.full_code) if means else None
    made = SchemeEntry("旧方案", CaseKind.EVENT, big, "大类", code, name, where)
    return replace(made, **more)  # type: ignore[arg-type]


def test_that_codes_of_either_width_are_read_and_a_heading_is_none() -> None:
    cells = {"kind": "事件", "category_code": "5", "category": "街面秩序", "code": "1"}
    told = read_row({**cells, "name": "占道经营", "ours": "0401"}, "旧方案")
    assert isinstance(told, SchemeRow)
    assert (told.entry.full_code, told.entry.scheme, told.ours) == ("0501", "旧方案", "0401")
    wide = read_row({**cells, "category_code": "BJ01", "code": "001", "name": "甲"}, "旧方案")
    assert isinstance(wide, SchemeRow)
    assert wide.entry.full_code == "BJ01001"
    assert read_row({**cells, "code": "", "name": "街面秩序"}, "旧方案") is None
    wrong = read_row({**cells, "kind": "天上", "code": "一", "name": "甲"}, "")
    assert isinstance(wrong, list)
    assert [one.field for one in wrong] == ["scheme", "kind", "code"]


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("0401", STALLS),
        ("0401 占道经营", STALLS),
        ("占道经营", STALLS),
        ("0101", COVER),  # only the other half has it
        ("401", STALLS),  # a spreadsheet program has dropped the nought
        ("0401占道经营", STALLS),
        ("事件　0401", STALLS),
        ("component 0101", COVER),
        ("占道 经营", STALLS),
    ],
)
def test_that_the_file_says_what_a_category_means(said: str, means: Subcategory) -> None:
    row = SchemeRow(theirs("05", "01", "别的名字", None), said)
    told = matched(row, None, STANDING)
    assert (told.ours, told.matched) == (Ours(means.kind, means.full_code), Matched.FILE)


def test_that_a_half_of_the_catalogue_that_is_named_counts() -> None:
    event = ours(CaseKind.EVENT, "01", "01", "暴露垃圾")
    standing = Standing([event, COVER])
    assert standing.read("0101", CaseKind.COMPONENT) == Ours(CaseKind.COMPONENT, "0101")
    assert standing.read("事件 0101", CaseKind.COMPONENT) == Ours(CaseKind.EVENT, "0101")
    assert standing.read("事件 0102", CaseKind.COMPONENT) is None


def test_that_a_mapping_is_by_file_then_by_hand_then_by_name() -> None:
    row = SchemeRow(theirs("05", "01", "占道经营", None), "")
    by_name = matched(row, None, STANDING)
    assert by_name.matched is Matched.NAME
    by_hand = theirs("05", "01", "占道经营", HAWKERS, matched=Matched.HAND)
    assert matched(row, by_hand, STANDING).ours == Ours(CaseKind.EVENT, "0403")
    nothing = replace(by_hand, ours=None)
    assert matched(row, nothing, STANDING).ours is None, "by hand: it means nothing here"
    assert matched(row._replace(ours="0401"), by_hand, STANDING).matched is Matched.FILE
    with pytest.raises(Refusal, match="0999"):
        matched(row._replace(ours="0999"), None, STANDING)
    unknown = SchemeRow(theirs("05", "02", "没人认识", None), "")
    assert matched(unknown, None, STANDING).matched is Matched.NOBODY


def test_that_a_list_is_read_by_the_senders_codes_and_never_by_ours() -> None:
    words = words_of(
        [
            theirs("05", "01", "占道经营", STALLS),  # 04 and 05 are swapped
            theirs("04", "01", "塌陷", SPILL),
            theirs("04", "02", "别的", None),
            theirs("06", "01", "两义", STALLS),
            theirs("06", "02", "两义", SPILL),
        ],
        HERE,
    )
    assert words.meaning["0501"] is STALLS
    assert words.meaning["0401"] is SPILL, "their code, and not ours"
    assert words.meaning["塌陷"] is SPILL
    assert words.meaning["流动摊贩"] is HAWKERS, "a name of ours that the scheme does not use"
    assert "0403" not in words.meaning
    assert "两义" not in words.meaning
    assert words.unmapped == {"0402", "别的", "大类/别的"}
    assert words.ambiguous == {"两义", "大类/两义"}


def test_that_ours_are_told_by_one_category_of_theirs() -> None:
    first = theirs("05", "01", "摆卖", STALLS, matched=Matched.FILE)
    same = theirs("05", "09", "占道经营", STALLS, matched=Matched.FILE)
    later = theirs("06", "01", "摆摊", STALLS, matched=Matched.HAND)
    assert told_in([first], HERE)[Ours(CaseKind.EVENT, "0401")] is first
    assert told_in([later, first], HERE)[Ours(CaseKind.EVENT, "0401")] is first
    for every in ([first, same, later], [same, later, first]):
        assert told_in(every, HERE)[Ours(CaseKind.EVENT, "0401")] is same
    called = elsewhere([first, theirs("05", "02", "甲", None)])
    assert called == {Ours(CaseKind.EVENT, "0401"): (Elsewhere("旧方案", "0501", "摆卖"),)}
    known = replace(STALLS, elsewhere=called[Ours(CaseKind.EVENT, "0401")])
    assert search([SPILL, known], "摆卖") == [known]
    assert search([SPILL, known], "0501") == [SPILL, known], "our own codes first"

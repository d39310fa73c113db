"""Who answers: the most exact rule, and a table whose holes and contradictions are told."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadline import CITY
from app.domain.responsibility import Gap, Rule, Subject, decide, gaps, overlaps

NOON = datetime(2026, 3, 4, 12, tzinfo=CITY)
STALL = Subject("event", "0401", "440106", "440106006", "440106006001001", NOON)
RULES = [
    Rule(1, "城管执法队", "event", "04"),
    Rule(2, "天河执法队", "event", "04", "440106"),
    Rule(3, "天河南街道", "event", "04", "440106", "440106006"),
    Rule(4, "夜间机动队", "event", "04", "440106", "440106006", begins=22, ends=6),
    Rule(5, "花城广场管委会", grid="440106006001"),
    Rule(6, "盲道办", "event", "04", "440106", "440106006", condition=2),
]


def test_that_the_most_exact_rule_decides() -> None:
    def who(**changed: object) -> str:
        told = decide(RULES, STALL._replace(**changed))
        return told.department if told else ""

    assert who() == "花城广场管委会"
    assert who(grid="440106006002001") == "天河南街道"
    assert who(grid="", condition=2) == "盲道办"
    assert who(grid="", condition=2, at=NOON.replace(hour=23)) == "盲道办", "before the hour"
    assert who(grid="", at=NOON.replace(hour=23)) == "夜间机动队"
    assert who(grid="", at=NOON.replace(hour=6)) == "天河南街道"
    assert who(grid="", subdistrict="440106007") == "天河执法队"
    assert who(grid="", subdistrict="", district="440104") == "城管执法队"
    assert who(grid="", code="0101", kind="component") == ""


def test_that_two_answers_are_told_and_the_lower_number_counts() -> None:
    table = [Rule(8, "乙", "event", "0401"), Rule(7, "甲", "event", "0401"), Rule(9, "甲")]
    told = decide(table, STALL)
    assert told is not None
    assert (told.department, told.rule.number, told.against) == ("甲", 7, (8,))
    assert "8" in str(told.why)
    assert [(one.number, two.number) for one, two in overlaps(table)] == [(7, 8)]


def test_that_rules_that_cannot_meet_contradict_nobody() -> None:
    day, night = Rule(1, "甲", begins=6, ends=22), Rule(2, "乙", begins=22, ends=6)
    assert overlaps([day, night]) == []
    assert len(overlaps([day, Rule(3, "乙", begins=21, ends=23)])) == 1
    assert overlaps([Rule(1, "甲", district="440106"), Rule(2, "乙", district="440104")]) == []
    assert overlaps([Rule(1, "甲", code="0401"), Rule(2, "乙", code="0402")]) == []


def test_that_holes_of_the_table_are_found() -> None:
    categories = [("event", "0401"), ("event", "0301")]
    cities = ["440104", "440106"]
    assert gaps(RULES[1:], categories, cities) == [
        Gap("event", "0401", ("440104",)),
        Gap("event", "0301", ("440104", "440106")),
    ]
    assert gaps([Rule(1, "甲")], categories, cities) == []


codes = st.sampled_from(["", "04", "0401", "0402", "03"])
places = st.sampled_from(["", "440106", "440104"])
hours = st.one_of(st.just((None, None)), st.tuples(st.integers(0, 23), st.integers(0, 23)))
rule = st.builds(
    lambda n, d, code, district, at: Rule(n, d, "event", code, district, begins=at[0], ends=at[1]),
    st.integers(1, 99), st.sampled_from("甲乙"), codes, places, hours,
)  # fmt: skip


@given(st.lists(rule, max_size=8, unique_by=lambda one: one.number), st.integers(0, 23))
def test_that_a_contradiction_that_was_met_was_told_before(table: list[Rule], hour: int) -> None:
    told = decide(table, STALL._replace(at=NOON.replace(hour=hour)))
    pairs = {frozenset((one.number, two.number)) for one, two in overlaps(table)}
    if told is not None:
        assert told.rule.holds(STALL._replace(at=NOON.replace(hour=hour)))
        for other in told.against:
            assert frozenset((told.rule.number, other)) in pairs

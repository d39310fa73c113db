"""Statistics of cases: counts and rates of any span and facet, checked sums, closed months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles
from typing import NamedTuple

from app.domain.catalogue import CaseKind
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.figures import (
    RATES,
    Count,
    Counted,
    Facet,
    Part,
    Rate,
    Span,
    change,
    earlier,
    month_of,
    percent,
)
from app.domain.footing import Difference, crossed, differences
from app.domain.frozen import Correction, Frozen, check_month, content_of, corrections
from app.domain.handing import HandingLine, handing_lines
from app.domain.people import Role
from app.domain.recurring import Recurring, recurring
from app.domain.scheme import Ours, SchemeEntry
from app.services.schemes import entries, telling
from db.unit_of_work import Work

CLOSING = frozenset({Role.SHIFT_LEADER, Role.CLIENT_MANAGER, Role.ADMINISTRATOR})
"""Who may close a month."""

FROZEN_FACETS = (Facet.DISTRICT, Facet.CATEGORY, Facet.SOURCE, Facet.DEPARTMENT)

CATEGORIES = frozenset({Facet.CATEGORY, Facet.SUBCATEGORY})
"""Facets that another scheme tells in its own way."""

MOST_SHOWN = 200
"""Problems that are listed; the most frequent count."""

HEAD = (
    Count.REGISTERED, Count.ACCEPTED, Count.FILED, Count.DISPATCHED, Count.DUE, Count.RESOLVED,
    Count.RESOLVED_IN_TIME, Count.OVERDUE_OPEN, Count.CLOSED_DUE, Count.CLOSED_IN_TIME,
    Count.CLOSED, Count.REWORKED, Count.EXTENDED, Count.SUPERVISED,
)  # fmt: skip
"""The columns of the table, in their order."""


class Compared(NamedTuple):
    """A count, and what it was in the span before and a year ago."""

    what: Count
    now: int
    before: int
    year_ago: int

    @property
    def since_before(self) -> float | None:
        return change(self.now, self.before)

    @property
    def since_year_ago(self) -> float | None:
        return change(self.now, self.year_ago)


class RateLine(NamedTuple):
    """A rate with the two numbers that make it; percent None of nothing."""

    rate: Rate
    above: int
    below: int
    percent: float | None


class FacetLine(NamedTuple):
    """One row of the table: a value of the facet by its key and name, and its counts."""

    key: str
    name: str
    counts: dict[Count, int]


@dataclass(frozen=True)
class Report:
    """All figures of a span. `wrong` lists every total that its rows do not add to."""

    span: Span
    facet: Facet
    totals: list[Compared]
    rates: list[RateLine]
    lines: list[FacetLine]
    wrong: list[Difference]


class Handling(NamedTuple):
    """How long a department takes, in hours of the clock from dispatch to resolution."""

    department: str
    cases: int
    median: float
    p90: float
    longest: float


class ComesBack(NamedTuple):
    """A problem that came back: what, where its first case was, and all of them."""

    key: str
    name: str
    address: str
    cases: tuple[int, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Trouble:
    """Where, when and what: the hot spots of a span, most first."""

    subcategories: list[tuple[str, str, int]]  # key, name, cases
    places: list[tuple[str, str, int]]  # subdistricts
    hours: list[int]  # 24, of the city's day
    weekdays: list[int]  # 7, Monday first
    recurring: list[ComesBack]
    handling: list[Handling]
    handed: list[HandingLine]  # how well cases are handed to departments


def report(work: Work, span: Span, facet: Facet, parts: Sequence[Part] = ()) -> Report:
    """Counts and rates of a span, divided by one facet, with every sum checked.

    What is not over yet counts up to now.
    """
    whole, span = span, _until_now(work, span)
    before, year_ago = (_as_far(one, whole, span) for one in earlier(whole))
    totals = {count: work.figures.count(Counted(count, span), parts) for count in _needed()}
    compared = [
        Compared(
            count,
            totals[count],
            work.figures.count(Counted(count, before), parts),
            work.figures.count(Counted(count, year_ago), parts),
        )
        for count in HEAD
    ]
    by_key: dict[str, dict[Count, int]] = defaultdict(dict)
    for count in HEAD:
        for (key,), number in work.figures.grouped(Counted(count, span), [facet], parts).items():
            by_key[key][count] = number
    names = names_of(work, facet)
    lines = [FacetLine(key, names.get(key, key), by_key[key]) for key in sorted(by_key)]
    printed = {count.value: totals[count] for count in HEAD}
    rows = [{count.value: number for count, number in line.counts.items()} for line in lines]
    wrong = differences(rows, printed) + _cross_footed(work, span, facet, parts, lines)
    return Report(span, facet, compared, _rates(totals), lines, wrong)


def rates(work: Work, span: Span, parts: Sequence[Part] = ()) -> list[RateLine]:
    """Every rate of a span with the two numbers that make it."""
    span = _until_now(work, span)
    wanted = {what for rate in RATES for what in (rate.above, rate.below)}
    return _rates({what: work.figures.count(Counted(what, span), parts) for what in wanted})


def _needed() -> list[Count]:
    of_rates = [count for rate in RATES for count in (rate.above, rate.below)]
    return list(dict.fromkeys([*HEAD, *of_rates]))


def _rates(totals: dict[Count, int]) -> list[RateLine]:
    return [
        RateLine(rate, totals[rate.above], totals[rate.below],
                 percent(totals[rate.above], totals[rate.below]))
        for rate in RATES
    ]  # fmt: skip


def _cross_footed(
    work: Work, span: Span, facet: Facet, parts: Sequence[Part], lines: Sequence[FacetLine]
) -> list[Difference]:
    """The rows held against the same figure divided another way: by source as well."""
    other = Facet.SOURCE if facet is not Facet.SOURCE else Facet.DISTRICT
    counted = Counted(Count.REGISTERED, span)
    cells = work.figures.grouped(counted, [facet, other], parts)
    rows = {line.key: line.counts.get(Count.REGISTERED, 0) for line in lines}
    return crossed({(row, column): n for (row, column), n in cells.items()}, rows)


def _as_far(before: Span, whole: Span, until: Span) -> Span:
    """Of an earlier span as much as has passed of the one that is not over yet."""
    if until.ends == whole.ends:
        return before
    return Span(before.begins, min(before.ends, before.begins + (until.ends - until.begins)))


def _until_now(work: Work, span: Span) -> Span:
    if span.begins >= work.now:
        raise Refusal("这段时间还没有开始")
    return Span(span.begins, min(span.ends, work.now))


def names_of(work: Work, facet: Facet, scheme: str = "") -> dict[str, str]:
    """What the keys of a facet are called, where they have a name of their own; categories as the
    scheme calls them if one is named.
    """
    if scheme and facet in CATEGORIES:
        told = entries(work, scheme)
        big = facet is Facet.CATEGORY
        return {_their_key(one, facet): one.category if big else one.name for one in told}
    if facet is Facet.CATEGORY:
        return {f"{e.kind.value}:{e.category_code}": e.category for e in work.standards.catalogue()}
    if facet is Facet.SUBCATEGORY:
        return {f"{e.kind.value}:{e.full_code}": e.name for e in work.standards.catalogue()}
    if facet is Facet.CAMERA:
        return {str(camera.id): camera.name for camera in work.cameras.rows()}
    return {}


def grouped(
    work: Work,
    count: Count,
    span: Span,
    by: Sequence[Facet],
    parts: Sequence[Part] = (),
    scheme: str = "",
) -> tuple[int, dict[tuple[str, ...], int]]:
    """How many in all, and for each combination of these facets; categories by another scheme if
    one is named, "" where it has no such category.
    """
    counted = Counted(count, _until_now(work, span))
    total = work.figures.count(counted, parts)
    if not by:
        return total, {}
    if not scheme:
        return total, work.figures.grouped(counted, by, parts)
    names = telling(work, scheme)
    finer = list(dict.fromkeys(Facet.SUBCATEGORY if one in CATEGORIES else one for one in by))
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for keys, number in work.figures.grouped(counted, finer, parts).items():
        ours = dict(zip(finer, keys, strict=True))
        found[tuple(_told(one, ours, names) for one in by)] += number
    return total, dict(found)


def _told(facet: Facet, keys: dict[Facet, str], names: Mapping[Ours, SchemeEntry]) -> str:
    """The key of a facet; a category's in another scheme."""
    if facet not in CATEGORIES:
        return keys[facet]
    kind, _, code = keys[Facet.SUBCATEGORY].partition(":")
    entry = names.get(Ours(CaseKind(kind), code)) if kind else None
    return _their_key(entry, facet) if entry else ""


def _their_key(entry: SchemeEntry, facet: Facet) -> str:
    code = entry.category_code if facet is Facet.CATEGORY else entry.full_code
    return f"{entry.kind.value}:{code}"


def trouble(
    work: Work, span: Span, times: int = 3, days: int = 30, parts: Sequence[Part] = ()
) -> Trouble:
    """The features of a span: hot categories, places and hours, what comes back, who is slow."""
    span = _until_now(work, span)
    times_of = [at.astimezone(CITY) for at in work.figures.registered_times(span, parts)]
    hours, weekdays = [0] * 24, [0] * 7
    for at in times_of:
        hours[at.hour] += 1
        weekdays[at.weekday()] += 1
    return Trouble(
        _hottest(work, span, Facet.SUBCATEGORY, parts),
        _hottest(work, span, Facet.SUBDISTRICT, parts),
        hours,
        weekdays,
        _coming_back(work, recurring(work.figures.placed(span, parts), times, days)),
        _handling(work, span, parts),
        handing_lines(work.figures.handed(span, parts), span),
    )


def _hottest(
    work: Work, span: Span, facet: Facet, parts: Sequence[Part], most: int = 15
) -> list[tuple[str, str, int]]:
    names = names_of(work, facet)
    found = work.figures.grouped(Counted(Count.REGISTERED, span), [facet], parts)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(key, names.get(key, key), number) for (key,), number in ordered if key][:most]


def _coming_back(work: Work, found: Sequence[Recurring]) -> list[ComesBack]:
    names = names_of(work, Facet.SUBCATEGORY)
    shown = found[:MOST_SHOWN]
    rows = {row.id: row for row in work.cases.rows([one.cases[0] for one in shown])}
    return [
        ComesBack(
            one.kind,
            names.get(one.kind, one.kind),
            rows[one.cases[0]].address,
            one.cases,
            one.first,
            one.last,
        )
        for one in shown
    ]


def _handling(work: Work, span: Span, parts: Sequence[Part]) -> list[Handling]:
    hours: dict[str, list[float]] = defaultdict(list)
    for department, given, done in work.figures.handling_times(span, parts):
        if department and done >= given:
            hours[department].append((done - given).total_seconds() / 3600)
    lines = []
    for department, took in hours.items():
        tenths = quantiles(took, n=10, method="inclusive") if len(took) > 1 else took * 9
        lines.append(Handling(department, len(took), tenths[4], tenths[8], max(took)))
    return sorted(lines, key=lambda line: -line.p90)


# Closed months.


def close_month(work: Work, year: int, month: int) -> str:
    """Keep a month's figures as they are now; the month as 2026-10. Later edits are corrections."""
    if work.by.role not in CLOSING:
        raise Refusal("月度封账由值班长、甲方管理人员或系统管理员办理")
    name = f"{year:04d}-{month:02d}"
    check_month(name, work.now.astimezone(CITY).strftime("%Y-%m"))
    if any(one.month == name for one in work.figures.frozen()):
        raise Refusal("{month} 已经封账", month=name)
    cells = _cells(work, month_of(year, month))
    work.figures.freeze(Frozen(name, work.now, work.by.name, content_of(cells)))
    return name


def closed_months(work: Work) -> list[Frozen]:
    """Every closed month, the newest first."""
    return work.figures.frozen()


def corrected(work: Work, month: str) -> list[Correction]:
    """What a closed month's figures come to today, where that is something else."""
    frozen = next((one for one in work.figures.frozen() if one.month == month), None)
    if frozen is None:
        raise Refusal("{month} 还没有封账", month=month)
    year, number = (int(part) for part in month.split("-"))
    return corrections(frozen, _cells(work, month_of(year, number)))


def _cells(work: Work, span: Span) -> dict[tuple[str, str, str], int]:
    cells = {}
    for count in _needed():
        counted = Counted(count, span)
        cells[count.value, "", ""] = work.figures.count(counted)
        for facet in FROZEN_FACETS:
            for (key,), number in work.figures.grouped(counted, [facet]).items():
                cells[count.value, facet.value, key] = number
    return cells

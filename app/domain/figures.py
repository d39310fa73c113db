"""Counts and rates of cases as data: what is counted, over what, by which definition.

Performance evaluation follows the shape of GB/T 30428.4. Makers of such systems disagree about
some denominators (返工率 over 应结案 or over 处置), so that every rate carries its definition and
version beside its number, and a count is always a set of cases that can be listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.workflow import Action


class Count(Enum):
    """What is counted of a span. Those of `BY_STEP` are things done within it; the others are of
    the cases that were registered, filed or due within it. What was resolved or closed after the
    span counts in none before it; but a case that was reworked, extended, suspended or reopened
    since is told by its due time and resolution of now: a month that is to stay is closed (封账).
    """

    REGISTERED = "registered"  # 登记
    ACCEPTED = "accepted"  # 受理
    DECLINED = "declined"  # 不予立案
    FILED = "filed"  # 立案
    FILED_KEPT = "filed_kept"  # 立案未作废
    PASSED_ON = "passed_on"  # 立案已分派
    DISPATCHED = "dispatched"  # 分派
    WELL_DISPATCHED = "well_dispatched"  # 准确分派
    MISDISPATCHED = "misdispatched"  # 退回与改派
    DUE = "due"  # 应结案
    RESOLVED = "resolved"  # 处置
    RESOLVED_IN_TIME = "resolved_in_time"  # 按期处置
    OVERDUE_OPEN = "overdue_open"  # 超期待处置
    CLOSED_DUE = "closed_due"  # 结案
    CLOSED_IN_TIME = "closed_in_time"  # 按期结案
    CLOSED_LATE = "closed_late"  # 超期结案
    CLOSED = "closed"  # 办结
    REWORKED = "reworked"  # 返工
    EXTENDED = "extended"  # 延期
    SUSPENDED = "suspended"  # 挂账
    SUPERVISED = "supervised"  # 督办
    REMINDED = "reminded"  # 催办
    VOIDED = "voided"  # 作废
    REOPENED = "reopened"  # 重新立案


BY_STEP: dict[Count, frozenset[Action]] = {
    Count.ACCEPTED: frozenset({Action.ACCEPT}),
    Count.DECLINED: frozenset({Action.DECLINE}),
    Count.FILED: frozenset({Action.FILE}),
    Count.DISPATCHED: frozenset({Action.DISPATCH}),
    Count.MISDISPATCHED: frozenset({Action.SEND_BACK, Action.REASSIGN}),
    Count.CLOSED: frozenset({Action.CLOSE}),
    Count.REWORKED: frozenset({Action.REWORK, Action.REJECT}),
    Count.EXTENDED: frozenset({Action.EXTEND}),
    Count.SUSPENDED: frozenset({Action.SUSPEND}),
    Count.SUPERVISED: frozenset({Action.SUPERVISE}),
    Count.REMINDED: frozenset({Action.REMIND}),
    Count.VOIDED: frozenset({Action.VOID}),
    Count.REOPENED: frozenset({Action.REOPEN}),
}
"""Cases with such a step in the span, each once. Steps are never changed, nor is such a count."""


class Facet(Enum):
    """By what a count is divided."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    SOURCE = "source"
    DEPARTMENT = "department"
    CAMERA = "camera"
    DAY = "day"  # of the city, on which it was registered
    HOUR = "hour"  # of the city's day, in which it was registered


class Span(NamedTuple):
    """From `begins` up to, and without, `ends`; both aware."""

    begins: datetime
    ends: datetime


class Counted(NamedTuple):
    """A count of a span: the cases that a figure is made of."""

    what: Count
    span: Span


class Part(NamedTuple):
    """One value of a facet: the cases of this district, this department ..."""

    facet: Facet
    key: str


@dataclass(frozen=True)
class Rate:
    """A rate as data. `definition` says in words what stands above and below the line."""

    key: str
    name: str
    above: Count
    below: Count
    definition: str
    basis: str
    version: int = 1


RATES: tuple[Rate, ...] = (
    Rate("filing", "准确立案率", Count.FILED_KEPT, Count.FILED,
         "统计期内立案且未作废的案件 / 统计期内立案的案件", "GB/T 30428.4"),
    Rate("passing", "转办率", Count.PASSED_ON, Count.FILED,
         "统计期内立案且已分派给责任单位的案件 / 统计期内立案的案件", "合同考核指标"),
    Rate("dispatching", "准确派遣率", Count.WELL_DISPATCHED, Count.DISPATCHED,
         "统计期内分派且期内没有退回、改派的案件 / 统计期内分派的案件", "GB/T 30428.4"),
    Rate("resolving", "处置率", Count.RESOLVED, Count.DUE,
         "应结案中期末前已处置的案件 / 处置期限在统计期内的案件", "GB/T 30428.4"),
    Rate("resolving_in_time", "按期处置率", Count.RESOLVED_IN_TIME, Count.DUE,
         "应结案中在期限内处置的案件 / 处置期限在统计期内的案件", "GB/T 30428.4"),
    Rate("overdue", "超期待处置率", Count.OVERDUE_OPEN, Count.DUE,
         "应结案中期末仍未处置的案件 / 处置期限在统计期内的案件", "GB/T 30428.4"),
    Rate("closing", "结案率", Count.CLOSED_DUE, Count.DUE,
         "应结案中期末前已办结的案件 / 处置期限在统计期内的案件", "GB/T 30428.4"),
    Rate("closing_in_time", "按期结案率", Count.CLOSED_IN_TIME, Count.DUE,
         "应结案中在期限内处置且期末前已办结的案件 / 处置期限在统计期内的案件", "GB/T 30428.4"),
    Rate("closing_late", "超期结案率", Count.CLOSED_LATE, Count.DUE,
         "应结案中超过期限处置、期末前已办结的案件 / 处置期限在统计期内的案件", "GB/T 30428.4"),
    Rate("finishing", "办结率", Count.CLOSED, Count.ACCEPTED,
         "统计期内办结的案件 / 统计期内受理的案件；办结了以前受理的会超过 100%",
         "月报通行算法（结案/受理）", 2),
    Rate("rework_due", "返工率（按应结案）", Count.REWORKED, Count.DUE,
         "统计期内返工或审定退回的案件 / 处置期限在统计期内的案件", "地方考核办法之一"),
    Rate("rework_resolved", "返工率（按处置）", Count.REWORKED, Count.RESOLVED,
         "统计期内返工或审定退回的案件 / 应结案中期末前已处置的案件", "地方考核办法之二"),
    Rate("extending", "延期率", Count.EXTENDED, Count.DUE,
         "统计期内批准延期的案件 / 处置期限在统计期内的案件", "GB/T 30428.4"),
)  # fmt: skip


def percent(above: int, below: int) -> float | None:
    """The rate in percent, to two decimals, halves up; None of nothing: no share of it is true."""
    if below == 0:
        return None
    return (above * 10_000 * 2 + below) // (below * 2) / 100


def change(now: int, before: int) -> float | None:
    """By how many percent a count has grown since; None where there was nothing before."""
    return None if before == 0 else round((now - before) / before * 100, 2)


def span_of(first: date, last: date) -> Span:
    """The days of the city from `first` to `last`, both included."""
    if last < first:
        raise Refusal("截止日不能早于起始日")
    return Span(_midnight(first), _midnight(last + timedelta(days=1)))


def month_of(year: int, month: int) -> Span:
    """A month of the city."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return Span(_midnight(date(year, month, 1)), _midnight(after))


def earlier(span: Span) -> tuple[Span, Span]:
    """What a span is held against: the one just before it, and the same a year ago.

    Whole months are held against whole months; any other span against as many days.
    """
    first, last = span.begins.astimezone(CITY).date(), span.ends.astimezone(CITY).date()
    year_ago = Span(_midnight(_last_year(first)), _midnight(_last_year(last)))
    if first.day == 1 and last.day == 1:
        months = (last.year - first.year) * 12 + last.month - first.month
        total = first.year * 12 + first.month - 1 - months
        return Span(_midnight(date(total // 12, total % 12 + 1, 1)), span.begins), year_ago
    return Span(_midnight(first - (last - first)), span.begins), year_ago


def _last_year(day: date) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY)

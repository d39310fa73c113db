"""Handover and logbook: what one shift leaves to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.case_list import CaseFilter, CaseRow
from app.domain.deadline import CITY
from app.domain.errors import Refusal
from app.domain.handover import Handover, HandoverItem, LogEntry, LogKind
from app.domain.people import Role
from app.domain.roster import Shift, shift_at, shift_span
from app.services import accounts, ledger
from db.unit_of_work import Work

WRITING = frozenset({Role.OPERATOR, Role.DISPATCHER, Role.INSPECTOR, Role.SHIFT_LEADER})
"""Who keeps the logbook."""

LISTED = 200
"""Open cases listed one by one in a report; more than that are counted."""

EARLIEST = timedelta(hours=1)
"""How long before its end a shift may be handed over: what comes later would be missing."""

GRACE = timedelta(hours=2)
"""How long after its end a shift can still be handed over."""


@dataclass(frozen=True)
class LogLine:
    """A line of the logbook."""

    id: int
    kind: LogKind
    text: str
    at: datetime
    person: str
    cleared_at: datetime | None
    cleared_by: str


@dataclass(frozen=True)
class ItemLine:
    """A line of a handover."""

    section: str
    title: str
    detail: str
    reference: int | None


@dataclass(frozen=True)
class HandoverSheet:
    """A shift's report as it is shown and signed. `id` is None until somebody signs."""

    id: int | None
    day: date
    shift: Shift
    made_at: datetime
    items: tuple[ItemLine, ...]
    remarks: str
    given_at: datetime | None
    given_by: str
    taken_at: datetime | None
    taken_by: str


def write_log(work: Work, kind: LogKind, text: str) -> int:
    """Add a line to the log of the shift that runs now."""
    if work.by.role not in WRITING:
        raise Refusal("您的岗位不能写值班日志")
    if len(text.strip()) < 2:
        raise Refusal("请写明日志内容")
    day, shift = shift_at(work.now)
    entry = LogEntry(day, shift, kind, text.strip(), work.now, work.by.name, work.by.desk)
    work.duties.add(entry)
    return entry.id


def clear_log(work: Work, entry_id: int) -> None:
    """Mark an instruction or a fault as settled."""
    if work.by.role not in WRITING:
        raise Refusal("您的岗位不能写值班日志")
    work.duties.log_entry(entry_id).clear(work.by, work.now)


def log(work: Work, day: date, shift: Shift) -> list[LogLine]:
    """The log of a shift, and what earlier shifts left open, oldest first."""
    entries = {entry.id: entry for entry in work.duties.open_instructions()}
    entries |= {entry.id: entry for entry in work.duties.log(day, shift)}
    return [
        LogLine(e.id, e.kind, e.text, e.at, e.person, e.cleared_at, e.cleared_by)
        for _, e in sorted(entries.items())
    ]


def sheet(work: Work, day: date, shift: Shift) -> HandoverSheet:
    """The report of a shift: as signed, or as it would be if it were signed now."""
    signed = work.duties.handover(day, shift)
    if signed is not None:
        return _told(signed)
    return HandoverSheet(
        None, day, shift, work.now, tuple(_items(work, day, shift)), "", None, "", None, ""
    )


def give(work: Work, day: date, shift: Shift, remarks: str) -> int:
    """The leaving side signs: the list is frozen as it stands now."""
    if work.duties.handover(day, shift) is not None:
        raise Refusal("这一班已经交班签字")
    begun, ends = shift_span(day, shift)
    if not begun <= work.now <= ends + GRACE:
        raise Refusal("只能为当前班次或刚结束的班次交班：清单列的是现在的情况")
    if work.now < ends - EARLIEST:
        raise Refusal(
            "离下班还有一个多小时，现在签字会漏掉之后的情况：请在 {t} 以后交班",
            t=f"{(ends - EARLIEST).astimezone(CITY):%H:%M}",
        )
    here = {person.person_id for person in work.duties.on_duty(day, shift)}
    if work.by.role is not Role.SHIFT_LEADER and work.by.person_id not in here:
        raise Refusal("交班由值班长或本班在岗人员签字")
    report = Handover(day, shift, work.now)
    report.items = [
        HandoverItem(line.section, line.title, line.detail, line.reference)
        for line in _items(work, day, shift)
    ]
    report.give(work.by, work.now, remarks)
    work.duties.add(report)
    return report.id


def take(work: Work, day: date, shift: Shift, login: str, password: str) -> Refusal | None:
    """The coming side signs with an account of its own, at the desk of the one who leaves.

    A refused password is given back, not raised: it has been counted, and that must be kept.
    """
    report = work.duties.handover(day, shift)
    if report is None:
        raise Refusal("请先由交班方签字")
    who = accounts.sign_in(work, login, password, work.by.desk)
    if isinstance(who, Refusal):
        return who
    report.take(who, work.now)
    return None


def _items(work: Work, day: date, shift: Shift) -> list[ItemLine]:
    return [
        *_case_items(work),
        *_camera_items(work),
        *_missed_items(work, day, shift),
        *_instruction_items(work),
    ]


def _missed_items(work: Work, day: date, shift: Shift) -> list[ItemLine]:
    """Planned cameras that nobody watched: the next shift begins with them."""
    names = {row.id: row.name for row in work.cameras.rows()}
    return [
        ItemLine("missed", names[line.camera_id], f"{line.seconds:.0f}|", line.camera_id)
        for line in ledger.told(work, day, shift).lines
        if line.is_missed and line.camera_id in names
    ]


def _case_items(work: Work) -> list[ItemLine]:
    """Open cases, those due first first."""
    open_cases = CaseFilter(open_only=True)
    page = work.cases.page(open_cases, "due_at", descending=False, limit=LISTED)
    items = [_case_line(row) for row in page.rows]
    total = work.cases.count(open_cases)
    if total > len(items):
        items.append(ItemLine("case_more", str(total - len(items)), "", None))
    return items


def _case_line(row: CaseRow) -> ItemLine:
    due = row.due_at.isoformat() if row.due_at else ""
    detail = f"{row.status.value}|{due}|{row.address}"
    return ItemLine("case", f"{row.number} {row.subcategory}", detail, row.id)


def _camera_items(work: Work) -> list[ItemLine]:
    return [
        ItemLine(
            "camera",
            fault.camera,
            f"{fault.state.value}|{fault.opened_at.isoformat()}",
            fault.camera_id,
        )
        for fault in work.cameras.faults(work.now)
        if fault.solved_at is None
    ]


def _instruction_items(work: Work) -> list[ItemLine]:
    return [
        ItemLine("instruction", entry.text, f"{entry.kind.value}|{entry.person}", entry.id)
        for entry in work.duties.open_instructions()
    ]


def _told(report: Handover) -> HandoverSheet:
    return HandoverSheet(
        report.id,
        report.day,
        report.shift,
        report.made_at,
        tuple(ItemLine(i.section, i.title, i.detail, i.reference) for i in report.items),
        report.remarks,
        report.given_at,
        report.given_by,
        report.taken_at,
        report.taken_by,
    )

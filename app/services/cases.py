"""What a desk can do with cases, and what it can ask about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.camera import FRESH_S
from app.domain.case import Case, Order
from app.domain.case_list import CaseFilter, CasePoint, CaseRow, Cursor, Page
from app.domain.catalogue import CaseKind, Elsewhere, Subcategory
from app.domain.deadline import CITY
from app.domain.draft import CaseDraft
from app.domain.duplicates import FAR_M, LATE, LIKELY, NEAR_M, Report, score
from app.domain.errors import Conflict, Refusal
from app.domain.evidence import Capture, Purpose
from app.domain.figures import Count, Counted, Span
from app.domain.people import Role
from app.domain.place import away
from app.domain.responsibility import Decision
from app.domain.scheme import Ours
from app.domain.sentence import Sentence
from app.domain.workflow import FINAL, Action, CaseStatus, open_to
from app.services import corrections, order_numbers
from app.services.calendar import in_force, stage_limits
from app.services.evidence import EvidenceLine, lines_of
from app.services.responsibility import decided
from app.services.standards import entry_of
from db.unit_of_work import Work

NO_ORDER = Order()
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class StepLine:
    """One line of a case's timeline."""

    action: Action
    status: CaseStatus
    round: int
    person: str
    role: str
    desk: str
    at: datetime
    note: str
    department: str
    due_at: datetime | None
    was: str  # what a correction has replaced; of who called too, so not told to a presenter


class MergedLine(NamedTuple):
    """A case that was merged into the one that is shown: nothing of who called is lost."""

    id: int
    number: str
    caller: str
    phone: str
    order_number: str
    registered_at: datetime


@dataclass(frozen=True)
class CaseDetail:
    """All that a desk shows of one case."""

    row: CaseRow
    category: str
    kind: str
    subcategory_code: str
    grid_cell: str
    caller: str
    phone: str
    registered_by: str
    limit: str
    condition: str
    reasoning: tuple[Sentence, ...]  # why it is due when it is due
    reckoned_due: datetime | None  # what these lines come to
    filed_at: datetime | None
    order_number: str
    reported_at: datetime | None
    dispatched_at: datetime | None
    closed_at: datetime | None
    steps: tuple[StepLine, ...]
    evidence: tuple[EvidenceLine, ...]  # of merged cases as well
    merged: tuple[MergedLine, ...]
    responsible: Decision | None  # who answers by the rules, while it is to be dispatched
    main: str  # number of the case that this one was merged into
    elsewhere: tuple[Elsewhere, ...]  # what other schemes call its category
    typed: CaseDraft  # what it says, as a form holds it


def register(work: Work, draft: CaseDraft) -> int:
    """Make a case of the draft and bind its captures; the same draft again is the same case."""
    if known := work.cases.id_of(draft.uid):
        kept = work.cases.get(known)
        if not kept.says(draft):
            raise Conflict("已按先前的内容登记为 {number}，修改没有保存", number=kept.number)
        return known
    if problems := draft.problems():
        raise Refusal("{sentence}", sentence=problems[0].sentence)
    captures = work.evidence.by_uids(draft.captures)
    stale = max(
        (item.age for one in captures for item in one.items if one.is_stale(item)), default=0.0
    )
    if stale and not draft.stale_accepted:
        raise Refusal("取证画面已经陈旧，请重新取证，或勾选“确认使用陈旧画面”")
    entry = entry_of(work, draft.kind, draft.subcategory)
    order_key = order_numbers.take(work, draft.order_number, draft.source)
    number = work.cases.next_number(work.now)
    note = f"取证画面陈旧：按键时画面已停 {stale:.0f} 秒" if stale else ""
    if not note and any(one.replayed for one in captures):
        note = "取证画面取自回放"
    case = Case.register(draft, entry, number, work.by, work.now, note)
    case.enter_stage(work.now, stage_limits(work), in_force(work))
    case.order_key = order_key
    work.cases.add(case)
    for capture in captures:
        capture.case_id = case.id
    _expect(work, draft, case.id, known={capture.uid for capture in captures})
    return case.id


def _expect(work: Work, draft: CaseDraft, case_id: int, known: set[str]) -> None:
    """Make room for captures whose files are still on their way, so that they find their case."""
    if draft.camera_id is None:
        return
    camera = work.cameras.get(draft.camera_id)
    for uid in set(draft.captures) - known:
        at = draft.seen_at or work.now
        by = work.by
        capture = Capture(uid, camera.id, camera.name, "", at, by.person_id, by.name, by.desk)
        capture.case_id = case_id
        work.evidence.add(capture)


def is_registered(work: Work, uid: str) -> bool:
    """Whether this draft has become a case."""
    return work.cases.id_of(uid) is not None


def advance(
    work: Work, case_id: int, action: Action, order: Order = NO_ORDER, seen: int | None = None
) -> None:
    """Do an action of the workflow; `seen` is the version that the operator was looking at."""
    _go_on(work, work.cases.get(case_id, seen), action, order)


def _go_on(work: Work, case: Case, action: Action, order: Order) -> None:
    """Do it by the calendar in force; a new stage begins its own limit."""
    before, calendar = case.status, in_force(work)
    if action is Action.MERGE:
        _check_merge(work, case, order)
        order = _with_other(work, order, "并入 {number}", order.into)
    elif action is Action.UNMERGE and order.note.strip():
        order = _with_other(work, order, "从 {number} 拆出", case.merged_into)
    elif action in (Action.VOID, Action.DECLINE) and work.cases.merged(case.id):
        raise Refusal("{number} 里有并入的案件，请先拆分", number=case.number)
    elif action is Action.CORRECT:
        said = work.cases.text_of(case)
        order = corrections.prepared(work, case, order)
    case.advance(action, work.by, work.now, order, calendar)
    if action is Action.CORRECT:
        work.cases.index_again(case, said)
    if case.status is not before and action not in (Action.MERGE, Action.UNMERGE):
        case.enter_stage(work.now, stage_limits(work), calendar)


def _with_other(work: Work, order: Order, words: str, case_id: int | None) -> Order:
    """The order with the other case of a merge named in its note: the history tells it for ever."""
    told = [words.format(number=row.number) for row in work.cases.rows([case_id or 0])]
    return replace(order, note="：".join(filter(None, [*told, order.note.strip()])))


def _check_merge(work: Work, case: Case, order: Order) -> None:
    """Refuse a merge that would make a chain or a ring; the other case is told of it as well."""
    if order.into is None:
        return
    if order.into == case.id:
        raise Refusal("不能并入自己")
    # Two desks may merge two cases into one another at the same moment: the second one waits here.
    work.cases.lock(sorted((case.id, order.into)))
    if work.cases.merged(case.id):
        raise Refusal("{number} 已有并入的案件，请把它作为主案", number=case.number)
    main = work.cases.get(order.into)
    if main.is_final:
        raise Refusal(
            "{number} 现在是“{status}”，不能作为主案", number=main.number, status=main.status
        )
    main.updated_at = work.now  # whoever was about to end it has to look again


class Alike(NamedTuple):
    """A case that may be of the same problem, from 0 to 100 how likely."""

    row: CaseRow
    score: float
    metres: float | None


def alike(work: Work, draft: CaseDraft) -> list[Alike]:
    """Cases that may be of the same problem as this draft, the likeliest first."""
    chosen = (draft.kind, draft.subcategory)
    known = {(e.kind.value, e.full_code): e.category for e in work.standards.catalogue()}
    mine = Report(
        f"{draft.kind}:{known.get(chosen, '')}",
        f"{draft.kind}:{draft.subcategory}",
        draft.lon,
        draft.lat,
        work.now,
        draft.address,
        draft.description,
    )
    return _alike(work, mine, draft.district)


def alike_to(work: Work, case_id: int) -> list[Alike]:
    """The same of a case that is registered; itself left out."""
    case = work.cases.get(case_id)
    mine = Report(
        f"{case.kind}:{case.category}",
        f"{case.kind}:{case.subcategory_code}",
        case.lon,
        case.lat,
        case.registered_at,
        case.address,
        case.description,
    )
    return [one for one in _alike(work, mine, case.district) if one.row.id != case_id]


def _alike(work: Work, mine: Report, district: str) -> list[Alike]:
    kind, _, code = mine.subcategory.partition(":")
    since = mine.at - LATE
    rows = work.cases.alike(mine.lon, mine.lat, kind, code, district, FAR_M, since)
    found = []
    for row in rows:
        other = Report(
            f"{row.kind}:{row.category}",
            f"{row.kind}:{row.subcategory_code}",
            row.lon,
            row.lat,
            row.registered_at,
            row.address,
            row.description,
        )
        metres = None
        if None not in (mine.lon, row.lon):
            metres = away(mine.lon or 0.0, mine.lat or 0.0, (row.lon, row.lat))
        same = mine.subcategory == other.subcategory and row.status not in FINAL
        at_hand = same and metres is not None and metres <= NEAR_M  # however long it has been open
        likeness = score(mine, other)
        if at_hand or likeness >= LIKELY:
            found.append(Alike(row, likeness, metres))
    return sorted(found, key=lambda one: -one.score)


def recheck(
    work: Work,
    case_id: int,
    capture_uid: str,
    camera_id: int,
    passed: bool,
    note: str,
    seen: int,
) -> None:
    """核查: bind the picture of after to a resolved case and verify it, or send it to be reworked.

    The picture's file may still be on its way; it finds its case when it comes.
    """
    case = work.cases.get(case_id, seen)
    capture = work.evidence.by_uid(capture_uid)
    if capture is None:
        camera, by = work.cameras.get(camera_id), work.by
        made = Capture(
            capture_uid, camera_id, camera.name, "", work.now, by.person_id, by.name, by.desk
        )
        capture = work.evidence.add(made)
    if any(item.age > FRESH_S for item in capture.items):  # chosen in a replay or not
        raise Refusal("核查照片在按键时已经陈旧，不能作为结论：请重取")
    capture.case_id, capture.purpose = case_id, Purpose.AFTER
    action = Action.VERIFY if passed else Action.REWORK
    _go_on(work, case, action, Order(note))


def _as_seen(work: Work, chosen: CaseFilter) -> CaseFilter:
    """The filter for whoever asks: a presenter finds nobody by name or phone."""
    return replace(chosen, callers=work.by.role is not Role.PRESENTER)


def page(
    work: Work,
    chosen: CaseFilter,
    sort: str,
    descending: bool,
    after: Cursor | None,
    limit: int = 200,
) -> Page:
    """One page of the list."""
    return work.cases.page(_as_seen(work, chosen), sort, descending, after, limit)


def page_at(
    work: Work, chosen: CaseFilter, sort: str, descending: bool, place: int, limit: int
) -> list[CaseRow]:
    """The rows of the list from this place on."""
    return work.cases.page_at(_as_seen(work, chosen), sort, descending, place, limit)


def count(work: Work, chosen: CaseFilter) -> int:
    """How many cases the filter lets through."""
    return work.cases.count(_as_seen(work, chosen))


def rows(work: Work, ids: Sequence[int]) -> list[CaseRow]:
    """These cases as rows."""
    return work.cases.rows(ids)


def matching(work: Work, ids: Sequence[int], chosen: CaseFilter) -> list[CaseRow]:
    """Those of these cases that the filter lets through."""
    return work.cases.matching(ids, _as_seen(work, chosen))


def points(work: Work, chosen: CaseFilter) -> list[CasePoint]:
    """Id, place, status, due and resolved time of every case with a place, for the map."""
    return work.cases.points(_as_seen(work, chosen))


def catalogue(work: Work) -> list[Subcategory]:
    """The filing standard in force."""
    return work.standards.catalogue()


def departments(work: Work) -> list[str]:
    """Every responsible department known."""
    return work.cases.departments()


def figures(work: Work) -> tuple[int, int, int, int]:
    """Registered today (the city's day); open now; of those with handling overdue, and with the
    desk's own stage (acceptance, dispatch, verification, review) overdue.
    """
    midnight = work.now.astimezone(CITY).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        work.figures.count(Counted(Count.REGISTERED, Span(midnight, work.now + MOMENT))),
        work.cases.count(CaseFilter(open_only=True)),
        work.cases.count(CaseFilter(overdue_at=work.now)),
        work.cases.count(CaseFilter(waiting_at=work.now)),
    )


def detail(work: Work, case_id: int) -> CaseDetail:
    """One case whole."""
    case = work.cases.get(case_id)
    row = work.cases.rows([case_id])[0]
    steps = tuple(
        StepLine(
            step.action,
            step.status,
            step.round,
            step.person,
            step.role,
            step.desk,
            step.at,
            step.note,
            step.department,
            step.due_at,
            "" if work.by.role is Role.PRESENTER else step.was,
        )
        for step in case.steps
    )
    told = case.reasoning(in_force(work))
    merged = work.cases.merged(case_id)
    captures = [c for one in (case, *merged) for c in work.evidence.of_case(one.id)]
    evidence = tuple(lines_of(work, captures))
    return CaseDetail(
        row,
        case.category,
        case.kind,
        case.subcategory_code,
        case.grid_cell,
        case.caller,
        case.phone,
        case.registered_by,
        str(case.limit),
        case.condition,
        told.lines if told else (),
        told.due.at if told else None,
        case.filed_at,
        case.order_number,
        case.reported_at,
        case.dispatched_at,
        case.closed_at,
        steps,
        evidence,
        tuple(
            MergedLine(
                one.id, one.number, one.caller, one.phone, one.order_number, one.registered_at
            )
            for one in merged
        ),
        decided(work, case) if Action.DISPATCH in open_to(case.status) else None,
        work.cases.rows([case.merged_into])[0].number if case.merged_into else "",
        work.schemes.called(Ours(CaseKind(case.kind), case.subcategory_code)),
        case.typed(),
    )

"""Lists of orders brought in: a trial, one transaction, every reason, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.batch import Batch
from app.domain.calendar import WorkingCalendar
from app.domain.case import Case, case_number
from app.domain.catalogue import Subcategory
from app.domain.deadline import CITY
from app.domain.draft import Source
from app.domain.errors import Conflict, Refusal
from app.domain.order_columns import Preset, guess, missing
from app.domain.order_import import Knowledge, Order, read_order, words_of
from app.domain.people import Signed
from app.domain.sentence import Sentence, said
from app.domain.stages import Limits, stage_due
from app.domain.step import Step
from app.domain.workflow import REGISTERING, Action, CaseStatus
from app.resources import districts, subdistricts
from app.services.calendar import in_force, stage_limits
from app.services.schemes import every_words
from app.services.sheets import Sheet, read_sheet, records, write_workbook
from db.unit_of_work import Work

Told = Callable[[int, int], bool]
"""Told how many rows are done of how many; answers whether to go on."""

Say = Callable[[Any], str]
"""A Refusal or a Sentence as the screen says it."""

SPOKEN_EACH = 500


CASE_FIELDS = [f.name for f in fields(Case) if f.init and f.name != "steps"]
STEP_FIELDS = [f.name for f in fields(Step) if f.init]


@dataclass
class Refused:
    """A row that was not taken: every cell of it, and why."""

    row: int
    cells: list[str]
    problems: list[tuple[str, Refusal]]  # title of the column, and why


@dataclass(frozen=True)
class Drawn:
    """A row as it will stand in the tables, all but its id and its number.

    Drawn up beforehand: who writes keeps every other desk of an embedded database waiting.
    """

    row: int
    order: Order
    case: dict[str, Any]
    step: dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """By which catalogue, limits and calendar a list is read, for whom and when."""

    known: Knowledge
    entries: Mapping[tuple[str, str], Subcategory]
    by: Signed
    limits: Limits
    calendar: WorkingCalendar

    def draw(self, row: int, order: Order) -> Drawn:
        """The case that this order becomes."""
        now, draft = self.known.now, order.draft
        case = Case.register(draft, self.entries[draft.kind, draft.subcategory], "", self.by, now)
        case.enter_stage(now, self.limits, self.calendar)
        case.order_key, case.order_number = order.key, order.number[:80]
        case.reported_at = order.reported_at
        told = {name: getattr(case, name) for name in CASE_FIELDS}
        step = {name: getattr(case.steps[0], name) for name in STEP_FIELDS}
        return Drawn(row, order, told, step)


class Numbers(NamedTuple):
    """Running numbers of the city's day that nobody else is given."""

    day: str
    first: int
    amount: int

    def number(self, place: int) -> str:
        return case_number(self.day, self.first + place)


@dataclass
class Plan:
    """What an import would do, row by row; nothing is written by making it."""

    file: str
    titles: list[str]
    preset: Preset
    rows: int = 0
    orders: list[Drawn] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[tuple[int, Sentence]] = field(default_factory=list)
    again: int = 0  # rows that repeat an order of the same file


@dataclass(frozen=True)
class Outcome:
    """What an import did, or on a dry run would do. `batch` is None on a dry run."""

    rows: int
    added: int
    same: int
    refused: list[Refused]
    warnings: list[tuple[int, Sentence]]
    batch: int | None

    def told(self, say: Say = str) -> dict[str, Any]:
        """As JSON tells it; one entry for each wrong cell, in the language of `say`."""
        return {
            "rows": self.rows,
            "added": self.added,
            "same": self.same,
            "refused": [
                {"row": one.row, "column": column, "reason": say(why)}
                for one in self.refused
                for column, why in one.problems
            ],
            "warnings": [{"row": row, "reason": say(why)} for row, why in self.warnings],
            "batch": self.batch,
        }


def read_file(file: Path, known: list[Preset]) -> tuple[Sheet, Preset]:
    """The file's cells, and by which preset or guess its columns are read. Needs no database."""
    sheet = read_sheet(file)
    return sheet, guess(sheet.titles, known)


def terms(work: Work) -> Terms:
    """What rows are held against, now."""
    catalogue = work.standards.catalogue()
    schemes = every_words(work, catalogue)
    known = Knowledge(words_of(catalogue), districts(), subdistricts(), work.now, schemes)
    entries = {(entry.kind.value, entry.full_code): entry for entry in catalogue}
    return Terms(known, entries, work.by, stage_limits(work), in_force(work))


def plan(
    file: str,
    sheet: Sheet,
    preset: Preset,
    at: Terms,
    told: Told = lambda done, of: True,
) -> Plan:
    """Read every row by this preset. Needs no database; 50 000 rows take some seconds."""
    if lacking := missing(preset.columns):
        raise Refusal("还没有指定这些列：{columns}", columns="、".join(lacking))
    if preset.scheme and preset.scheme not in at.known.schemes:
        names = "、".join(at.known.schemes) or "—"
        raise Refusal("没有类别方案“{name}”，现有：{names}", name=preset.scheme, names=names)
    made = Plan(file, sheet.titles, preset)
    first_row: dict[str, int] = {}
    numbers: dict[str, int] = {}
    columns = list(preset.columns.items())
    for done, ((number, record), (_, cells)) in enumerate(
        zip(records(sheet), sheet.rows, strict=True)
    ):
        if done % SPOKEN_EACH == 0 and not told(done, len(sheet.rows)):
            raise Refusal("已取消，没有导入任何工单")
        made.rows += 1
        answer = read_order({f: record.get(title, "") for f, title in columns}, preset, at.known)
        if isinstance(answer, list):
            problems = [(preset.columns.get(one.field, one.field), one.why) for one in answer]
            made.refused.append(Refused(number, cells, problems))
        elif answer.key in first_row:
            made.again += 1
            why = said("与第 {row} 行是同一个工单，只收一次", row=first_row[answer.key])
            made.warnings.append((number, why))
        else:
            first_row[answer.key] = number
            if answer.number and numbers.setdefault(answer.number, number) != number:
                why = said(
                    "编号与第 {row} 行相同而内容不同，按两个工单收", row=numbers[answer.number]
                )
                made.warnings.append((number, why))
            made.orders.append(at.draw(number, answer))
            made.warnings += [(number, said(remark)) for remark in answer.remarks]
    told(len(sheet.rows), len(sheet.rows))
    return made


def judge(work: Work, made: Plan) -> Outcome:
    """What writing this plan would do, as the database is now."""
    return _outcome(made, *_fresh(work, made))


def reserve(work: Work, count: int) -> Numbers:
    """Numbers for so many cases, in a transaction of its own: their counter is every desk's, and
    who writes fifty thousand would keep all others from registering until the end. Numbers that are
    not used stay unused.
    """
    day = f"{work.now.astimezone(CITY):%Y%m%d}"
    return Numbers(day, work.cases.count_up(f"case-{day}", count) - count + 1, count)


def carry_out(work: Work, made: Plan, numbers: Numbers) -> Outcome:
    """Write what is planned, in this one transaction; an order that is known is not taken again."""
    if work.by.role not in REGISTERING:
        raise Refusal("您的岗位不能导入工单")
    fresh, known = _fresh(work, made)
    if len(fresh) > numbers.amount:
        raise Refusal("另一席位刚刚改动过这些工单：请重新试算后再导入")
    batch = _write(work, made, fresh, numbers) if fresh else None
    return _outcome(made, fresh, known, batch)


def _fresh(work: Work, made: Plan) -> tuple[list[Drawn], list[tuple[Drawn, str]]]:
    """Orders that are no cases yet, and those that are, each with the number of its case."""
    orders = [one.order for one in made.orders]
    numbers = {order.number for order in orders} - {""}
    by_key = work.batches.known_keys({key for one in orders for key in (one.key, one.older_key)})
    hotline = {one.number for one in orders if one.draft.source is Source.HOTLINE} - {""}
    by_number = work.batches.known_hotline(hotline)
    by_words = work.batches.known_orders(numbers)  # also where the sender had another name then
    ours = work.batches.known_numbers(numbers)
    fresh, known = [], []
    for one in made.orders:
        order = one.order
        words = (order.number[:80], one.case["description"], one.case["address"])
        number = by_key.get(order.key) or by_key.get(order.older_key) or by_words.get(words)
        if number is None and order.draft.source is Source.HOTLINE:
            number = by_number.get(order.number)
        number = number or (order.number if order.number in ours else None)
        if number is None:
            fresh.append(one)
        else:
            known.append((one, number))
    return fresh, known


def _outcome(
    made: Plan, fresh: list[Drawn], known: list[tuple[Drawn, str]], batch: int | None = None
) -> Outcome:
    same = [(one.row, said("已是案件 {number}", number=number)) for one, number in known]
    warnings = sorted([*made.warnings, *same], key=lambda told: told[0])
    return Outcome(made.rows, len(fresh), made.again + len(known), made.refused, warnings, batch)


def _write(work: Work, made: Plan, fresh: list[Drawn], numbers: Numbers) -> int:
    """By whoever confirms it now, who need not be the one who tried it."""
    by, now, count = work.by, work.now, len(fresh)
    same = made.rows - len(made.refused) - count
    batch = work.batches.add(
        Batch(
            made.file[:200], made.preset.name, made.rows, count, same, len(made.refused), now,
            by.person_id, by.name, by.desk,
        )
    )  # fmt: skip
    due = stage_due(CaseStatus.REPORTED, now, stage_limits(work), in_force(work))
    mine = {"registered_at": now, "updated_at": now, "registered_by": by.name, "version": 1}
    mine |= {"batch_id": batch.id, "stage_due_at": due.at if due else None}
    note = f"第 {batch.id} 批导入：{made.file}"
    who = {"person_id": by.person_id, "person": by.name, "role": by.role.value, "desk": by.desk}
    rows, steps = [], []
    for place, (one, case_id) in enumerate(zip(fresh, work.cases.reserve_ids(count), strict=True)):
        rows.append({**one.case, **mine, "id": case_id, "number": numbers.number(place)})
        steps.append({**one.step, **who, "case_id": case_id, "note": note, "at": now})
    work.cases.insert_many(rows, steps)
    return batch.id


def undo(work: Work, batch_id: int) -> int:
    """Take a whole batch back: its cases are void, its orders may come in again. How many.

    Nothing is erased: each case keeps its history, and a step that says why it is void.
    """
    batch = work.batches.get(batch_id)
    ids = work.batches.case_ids(batch_id)
    batch.undo(work.by, work.now, work.batches.touched(batch_id))
    values = {"status": CaseStatus.VOID, "updated_at": work.now, "stage_due_at": None}
    if work.batches.void(batch_id, values) != len(ids):
        raise Conflict("第 {id} 批里有案件刚被另一席位处理过，没有撤销", id=batch_id)
    by, reason = work.by, f"撤销第 {batch_id} 批导入"
    step = Step(
        Action.VOID, CaseStatus.VOID, 1, by.person_id, by.name, by.role.value, by.desk, work.now,
        reason,
    )  # fmt: skip
    told = {name: getattr(step, name) for name in STEP_FIELDS}
    work.batches.add_steps([{**told, "case_id": case_id} for case_id in ids])
    return len(ids)


def listed(work: Work) -> list[Batch]:
    """The last batches, the newest first."""
    return work.batches.newest()


def write_refused(made: Plan, file: Path, say: Say = str) -> int:
    """The refused rows as a workbook: as they came, with cell and reason in the last column."""
    wide = len(made.titles)
    rows = (
        [
            str(one.row),
            *[*one.cells, *[""] * wide][:wide],
            "；".join(f"{column}：{say(why)}" for column, why in one.problems),
        ]
        for one in made.refused
    )
    return write_workbook(file, ["原行号", *made.titles, "未收原因"], rows)

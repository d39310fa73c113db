"""The filing standard in the database: categories, their conditions, and who answers for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, fields

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.domain.catalogue import CaseKind, Condition, Subcategory
from app.domain.deadline import TimeLimit
from app.domain.responsibility import Rule
from app.domain.scheme import Ours, elsewhere
from app.domain.standard_import import StandardRow
from db import tables
from db.scheme_store import SchemeStore

S, F, R = tables.subcategory, tables.filing_condition, tables.responsibility_rule

Key = tuple[CaseKind, str, int]
"""Half of the catalogue, full code of the subcategory, number of the condition."""


class StandardStore:
    """The standard of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def catalogue(self) -> list[Subcategory]:
        """Every subcategory with its conditions and what other schemes call it, events first."""
        t = tables.subcategory.c
        conditions: dict[tuple[CaseKind, str], list[Condition]] = defaultdict(list)
        for (kind, code, _), one in self.conditions().items():
            conditions[kind, code].append(one)
        called = elsewhere(SchemeStore(self._session).entries())
        found = self._session.execute(
            select(tables.subcategory).order_by(t.kind.desc(), t.category_code, t.code)
        )
        return [
            Subcategory(
                CaseKind(row.kind),
                row.category_code,
                row.category,
                row.code,
                row.name,
                TimeLimit(row.limit_value, row.limit_unit),
                row.department,
                row.condition,
                row.closing,
                row.initials,
                tuple(
                    sorted(
                        conditions[CaseKind(row.kind), f"{row.category_code}{row.code}"],
                        key=lambda one: one.number,
                    )
                ),
                called.get(Ours(CaseKind(row.kind), f"{row.category_code}{row.code}"), ()),
            )
            for row in found
        ]

    def conditions(self) -> dict[Key, Condition]:
        """Every filing condition there is."""
        found = self._session.execute(select(F))
        return {
            (CaseKind(row.kind), row.subcategory_code, row.number): Condition(
                row.number,
                row.condition,
                row.closing,
                TimeLimit(row.limit_value, row.limit_unit),
                row.department,
                row.supervising,
                row.basis,
            )
            for row in found
        }

    def put_category(self, row: StandardRow, initials: str, is_new: bool) -> None:
        """Keep a subcategory, with this condition as its usual one."""
        told = row.condition
        values = {
            "category": row.category,
            "name": row.name,
            "limit_value": told.limit.value,
            "limit_unit": told.limit.unit,
            "department": told.department[:60],
            "condition": told.text,
            "closing": told.closing,
            "initials": initials[:60],
        }
        key = {"kind": row.kind.value, "category_code": row.category_code, "code": row.code}
        if is_new:
            self._session.execute(insert(S).values(**key, **values))
        else:
            same = [S.c[name] == value for name, value in key.items()]
            self._session.execute(update(S).where(*same).values(**values))

    def put(self, row: StandardRow) -> None:
        """Keep a filing condition."""
        told, full = row.condition, f"{row.category_code}{row.code}"
        of_this = (F.c.kind == row.kind.value, F.c.subcategory_code == full)
        self._session.execute(delete(F).where(*of_this, F.c.number == told.number))
        self._session.execute(
            insert(F).values(
                kind=row.kind.value,
                subcategory_code=full,
                number=told.number,
                condition=told.text,
                closing=told.closing,
                limit_value=told.limit.value,
                limit_unit=told.limit.unit,
                department=told.department,
                supervising=told.supervising,
                basis=told.basis,
            )
        )

    def rules(self) -> list[Rule]:
        """The table of responsibilities, by number."""
        names = [field.name for field in fields(Rule)]
        found = self._session.execute(select(*(R.c[name] for name in names)).order_by(R.c.number))
        return [Rule(*row) for row in found]

    def put_rules(self, rules: Sequence[Rule]) -> None:
        """Put these in the place of those that were there."""
        self._session.execute(delete(R))
        if rules:
            self._session.execute(insert(R), [asdict(rule) for rule in rules])

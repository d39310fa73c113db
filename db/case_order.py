"""By what a list of cases is sorted, each with an index that holds it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.domain.case_list import FAR
from app.domain.workflow import FINAL
from db.tables import cases
from db.types import UtcTime

C = cases.c

LAST = FAR.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class OrLast(FunctionElement[Any]):
    """A time, in words of SQL; what has none comes after all that has one.

    Written out and not as a parameter: an index of an expression serves the very same words alone
    (migrations 0017 and 0018 have them).
    """

    type = UtcTime()
    inherit_cache = True

    def __init__(self, words: str) -> None:
        super().__init__(literal_column(words))


@compiles(OrLast, "sqlite")
def _of_text(element: OrLast, compiler: SQLCompiler, **how: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **how)}, '{LAST}')"


@compiles(OrLast, "postgresql")
def _of_time(element: OrLast, compiler: SQLCompiler, **how: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **how)}, timestamptz '{LAST}+00')"


OVER = ", ".join(f"'{status.value}'" for status in sorted(FINAL, key=lambda one: one.value))
OWED = (
    f"case when cases.status in ({OVER}) then null"
    " when cases.stage_due_at is not null then cases.stage_due_at"
    " when cases.resolved_at is null then cases.due_at end"
)
"""`CaseRow.owed_at` for the database."""

SORTS: dict[str, ColumnElement[Any]] = {
    "registered_at": C.registered_at,
    "number": C.number,
    "status": C.status,
    "subcategory": C.subcategory_code,
    "district": C.district,
    "department": C.department,
    "due_at": OrLast("cases.due_at"),
    "owed_at": OrLast(OWED),
    "source": C.source,
}
"""By what a list may be sorted; the id breaks ties, so that a page never loses or repeats a row."""

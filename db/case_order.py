"""By what a list of cases is sorted, each with an index that holds it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.domain.case_list import FAR
from db.tables import cases
from db.types import UtcTime

C = cases.c

LAST = FAR.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class FirstOrLast(FunctionElement[Any]):
    """The first of these times that there is; what has none comes after all that has one.

    Written out and not as a parameter: an index of an expression serves the very same words alone
    (migrations 0017 and 0018 have them).
    """

    type = UtcTime()
    inherit_cache = True


@compiles(FirstOrLast, "sqlite")
def _of_text(element: FirstOrLast, compiler: SQLCompiler, **how: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **how)}, '{LAST}')"


@compiles(FirstOrLast, "postgresql")
def _of_time(element: FirstOrLast, compiler: SQLCompiler, **how: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **how)}, timestamptz '{LAST}+00')"


SORTS: dict[str, ColumnElement[Any]] = {
    "registered_at": C.registered_at,
    "number": C.number,
    "status": C.status,
    "subcategory": C.subcategory_code,
    "district": C.district,
    "department": C.department,
    "due_at": FirstOrLast(C.due_at),
    "owed_at": FirstOrLast(C.stage_due_at, C.due_at),
    "source": C.source,
}
"""By what a list may be sorted; the id breaks ties, so that a page never loses or repeats a row."""

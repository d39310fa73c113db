"""Column types: aware UTC times and enums kept by their values."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import DateTime, Dialect, String, TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time. A naive one is a bug and is refused where it is made."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumValue(TypeDecorator[Any]):
    """An enum member kept as its value, readable in any database tool."""

    impl = String(24)
    cache_ok = True

    def __init__(self, members: type[Enum]) -> None:
        super().__init__()
        self._members = members

    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Enum | None:
        return None if value is None else self._members(value)

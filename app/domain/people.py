"""People of the command centre: their roles and their accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple


class Role(Enum):
    """Who sits at the desk. The words are MISSION's and GLOSSARY.md's."""

    OPERATOR = "operator"  # 视频巡检员
    DISPATCHER = "dispatcher"  # 案件办理员
    INSPECTOR = "inspector"  # 综合巡检员
    SHIFT_LEADER = "shift_leader"  # 值班长
    PRESENTER = "presenter"  # 演示解说员
    CLIENT_MANAGER = "client_manager"  # 甲方管理人员
    ADMINISTRATOR = "administrator"  # 系统管理员


ONLOOKERS = frozenset({Role.PRESENTER, Role.CLIENT_MANAGER})
"""They look at everything and change nothing."""

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=10)
"""GB/T 22239-2019 asks for failed-login handling; the figures are those of its check-lists."""


@dataclass(frozen=True)
class Signed:
    """Who acts: an account at a desk, as it stands in every step."""

    person_id: int
    name: str
    role: Role
    desk: str


@dataclass(eq=False)
class Person:
    """A member of the team, with or without an account."""

    name: str
    staff_number: str
    role: Role
    post: str
    login: str | None = None
    password_hash: str = ""
    failures: int = 0
    locked_until: datetime | None = None
    joined_on: str = ""
    key_staff: bool = False
    active: bool = True
    id: int = field(init=False)
    version: int = field(init=False)

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    def note_failure(self, now: datetime) -> None:
        """Count a refused password; the fifth in a row locks the account for ten minutes."""
        self.failures += 1
        if self.failures >= FAILURES_ALLOWED:
            self.locked_until, self.failures = now + LOCKED_FOR, 0

    def note_success(self) -> None:
        self.failures, self.locked_until = 0, None


class PersonRow(NamedTuple):
    """What lists show of a person."""

    id: int
    name: str
    staff_number: str
    role: Role
    post: str
    login: str | None
    key_staff: bool


def password_problems(password: str, login: str) -> list[str]:
    """What is wrong with a new password (GB/T 22239: length, three of four kinds of character)."""
    found = []
    if len(password) < 8:
        found.append("密码至少 8 位")
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    if sum(any(kind(character) for character in password) for kind in kinds) < 3:
        found.append("密码须含大写、小写、数字、符号中的三种")
    if login and login.lower() in password.lower():
        found.append("密码不能包含账号")
    return found

"""Accounts: who may sit at a desk."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from app.domain.errors import Refusal
from app.domain.people import Person, PersonRow, Role, Signed, password_problems
from db.unit_of_work import Work

WRONG = "账号或密码不对"


@cache
def hasher() -> PasswordHasher:
    """Argon2id with RFC 9106's profile for small memory: about 0.2 s a try."""
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def sign_in(work: Work, login: str, password: str, desk: str) -> Signed | Refusal:
    """Who signs in, or why not.

    A refused password is a write (it is counted), so the refusal is given back, not raised: what is
    raised is rolled back.
    """
    person = work.people.by_login(login.strip())
    if person is None:
        _verify(_decoy(), password)  # as slow as a real one: the time tells nothing
        return Refusal(WRONG)
    if person.is_locked(work.now):
        return Refusal(
            "密码连续输错 5 次，账号已锁定 10 分钟，请稍后再试，或请管理员用 zhishou password 重设"
        )
    if not _verify(person.password_hash, password):
        person.note_failure(work.now)
        return Refusal(WRONG)
    if person.failures or person.locked_until:
        person.note_success()
    if hasher().check_needs_rehash(person.password_hash):
        person.password_hash = hasher().hash(password)
    return Signed(person.id, person.name, person.role, desk)


def _verify(kept: str, password: str) -> bool:
    try:
        return hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return hasher().hash("nobody has this password")


def open_account(
    work: Work, name: str, staff_number: str, login: str, password: str, role: Role, post: str = ""
) -> int:
    """Make an account; only an administrator may, or anybody while there is none at all."""
    if work.people.count() and work.by.role is not Role.ADMINISTRATOR:
        raise Refusal("只有系统管理员可以开通账号")
    if problems := password_problems(password, login):
        raise Refusal("{sentence}", sentence=problems[0])
    if work.people.by_login(login):
        raise Refusal("账号 {login} 已存在", login=login)
    if any(row.staff_number == staff_number for row in work.people.rows()):
        raise Refusal("工号 {number} 已有人使用", number=staff_number)
    person = Person(
        name, staff_number, role, post, login=login, password_hash=hasher().hash(password)
    )
    return work.people.add(person).id


def reset_password(work: Work, login: str, password: str) -> None:
    """Give an account a new password and open its lock; only an administrator may."""
    if work.by.role is not Role.ADMINISTRATOR:
        raise Refusal("只有系统管理员可以重设密码")
    person = work.people.by_login(login.strip())
    if person is None:
        raise Refusal("没有账号 {login}", login=login)
    if problems := password_problems(password, login):
        raise Refusal("{sentence}", sentence=problems[0])
    person.password_hash = hasher().hash(password)
    person.note_success()


def people(work: Work) -> list[PersonRow]:
    """Everybody on the team."""
    return work.people.rows()


def person_of(work: Work, login: str) -> Signed | None:
    """The account by its login, without a password: for the demo, whose door is open."""
    person = work.people.by_login(login)
    return Signed(person.id, person.name, person.role, work.by.desk) if person else None


def has_anybody(work: Work) -> bool:
    """Whether the database has people at all; a new one has none."""
    return work.people.count() > 0

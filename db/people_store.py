"""People and their accounts in the database."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.errors import Refusal
from app.domain.people import Person, PersonRow
from db import tables

P = tables.person.c


class PeopleStore:
    """People of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, person_id: int) -> Person:
        person = self._session.get(Person, person_id)
        if person is None:
            raise Refusal("没有这个人员")
        return person

    def by_login(self, login: str) -> Person | None:
        return self._session.scalar(select(Person).where(P.login == login, P.active))

    def add(self, person: Person) -> Person:
        self._session.add(person)
        self._session.flush()
        return person

    def rows(self) -> list[PersonRow]:
        columns = [P[name] for name in PersonRow._fields]
        found = self._session.execute(select(*columns).where(P.active).order_by(P.staff_number))
        return [PersonRow(*row) for row in found]

    def count(self) -> int:
        return self._session.scalar(select(func.count()).select_from(tables.person)) or 0

"""Registers cases as a desk does, draft first, until told so many exist; is killed again and again.

Says ``saved UID`` after a case is kept, and ``back UID`` for each draft it finds when it starts.
"""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

from app.desk import Desk
from app.domain.case_list import CaseFilter
from app.domain.people import Role
from app.drafts import Drafts
from app.services import cases
from db.engine import open_engine
from tests.builders import draft
from tests.conftest import people


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(database: str, home: str, wanted: int) -> None:
    engine = open_engine(database)
    who = people(engine)[Role.OPERATOR]
    desk = Desk(engine, "甲席")
    desk.sign(who)
    drafts = Drafts(Path(home) / "drafts", who.person_id)
    say("begun")
    waiting = drafts.all()
    for one in waiting:
        say(f"back {one.uid}")
    while waiting or desk.ask_now(cases.count, CaseFilter()) < wanted:
        one = waiting.pop() if waiting else draft(uid=str(uuid.uuid4()))
        drafts.keep(one)
        desk.do_now(cases.register, one)
        say(f"saved {one.uid}")
        drafts.drop(one.uid)
    desk.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

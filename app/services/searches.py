"""Searches kept under a name: for oneself or for all."""

from __future__ import annotations

import json
from typing import Any

from app.domain.errors import Refusal
from app.domain.kept import KeptRow, kept_name
from app.domain.saved_search import SavedSearch
from app.services.tours import FOR_ALL
from db.unit_of_work import Work


def mine(work: Work) -> list[KeptRow]:
    """The searches of everybody and one's own, by name."""
    return [row for row in work.cases.searches() if row.owner_id in (None, work.by.person_id)]


def save(work: Work, name: str, content: dict[str, Any], for_all: bool = False) -> int:
    """Keep a search; one of the same name and owner is replaced. Its id."""
    if for_all and work.by.role not in FOR_ALL:
        raise Refusal("全体共用的查询由值班长或管理员保存")
    told, coded = kept_name(name), json.dumps(content, ensure_ascii=False)
    owner = None if for_all else work.by.person_id
    known = work.cases.search_of(told, owner)
    if known is None:
        return work.cases.add_search(SavedSearch(told, coded, owner)).id
    known.content = coded
    return known.id


def drop(work: Work, search_id: int) -> None:
    """Take a search away: one's own, or everybody's by who may keep those."""
    search = work.cases.search(search_id)
    if search.owner_id is None and work.by.role not in FOR_ALL:
        raise Refusal("全体共用的查询由值班长或管理员删除")
    if search.owner_id not in (None, work.by.person_id):
        raise Refusal("这个查询是别人的")
    work.cases.drop_search(search)
    work.touch("search", search_id)

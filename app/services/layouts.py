"""Walls kept under a name: for oneself or for all."""

from __future__ import annotations

import json
from typing import Any

from app.domain.errors import Refusal
from app.domain.kept import KeptRow, kept_name
from app.domain.wall_layout import KeptWall
from app.services.tours import FOR_ALL, KEEPING
from db.unit_of_work import Work


def mine(work: Work) -> list[KeptRow]:
    """The walls of everybody and one's own, by name."""
    return [row for row in work.video.layouts() if row.owner_id in (None, work.by.person_id)]


def save(work: Work, name: str, content: dict[str, Any], for_all: bool = False) -> int:
    """Keep a wall; one of the same name and owner is replaced. Its id."""
    if work.by.role not in KEEPING:
        raise Refusal("您的岗位不能保存布局")
    if for_all and work.by.role not in FOR_ALL:
        raise Refusal("全体共用的布局由值班长或管理员保存")
    told, coded = kept_name(name), json.dumps(content)
    owner = None if for_all else work.by.person_id
    known = work.video.layout_of(told, owner)
    if known is None:
        return work.video.add_layout(KeptWall(told, coded, owner)).id
    known.content = coded
    return known.id


def drop(work: Work, layout_id: int) -> None:
    """Take a wall away: one's own, or everybody's by who may keep those."""
    layout = work.video.layout(layout_id)
    if layout.owner_id is None and work.by.role not in FOR_ALL:
        raise Refusal("全体共用的布局由值班长或管理员删除")
    if layout.owner_id not in (None, work.by.person_id):
        raise Refusal("这个布局是别人的")
    work.video.drop_layout(layout)
    work.touch("layout", layout_id)
